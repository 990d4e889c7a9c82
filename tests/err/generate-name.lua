-- expect: generate-name.lua:6: nn.model: generate: from: expected the name of an output, found 'nxt'; did you mean 'next'?
local nn = require "nn"
local t = nn.axis("t", 4)
local x, y = nn.input("x", nn.class(4), t), nn.target("y", nn.class(4), t)
local z = nn.linear("l", 4)(nn.rnn("r", { size = 3 })(nn.onehot(x)))
return nn.model { name = "m", output = { next = z }, loss = nn.cross_entropy(z, y), generate = { from = "nxt", into = x } }
