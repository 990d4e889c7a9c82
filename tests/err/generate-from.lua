-- expect: generate-from.lua:6: nn.model: generate: from: expected an output that is nn.softmax over the 4 classes of 'x', on its axis; 'next' is add (t, batch, [4])
local nn = require "nn"
local t = nn.axis("t", 4)
local x, y = nn.input("x", nn.class(4), t), nn.target("y", nn.class(4), t)
local z = nn.linear("l", 4)(nn.rnn("r", { size = 3 })(nn.onehot(x)))
return nn.model { name = "m", output = { next = z }, loss = nn.cross_entropy(z, y), generate = { from = "next", into = x } }
