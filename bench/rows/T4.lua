-- T4: embedding 1000 x 64, GRU 64 -> 64, dense 2 on the last step; T 100, B 32. Training.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 100))
local x, y = nn.input("x", nn.class(1000), time), nn.target("y", nn.class(2))
local logits = nn.dense("out", 2)(nn.last(nn.gru("rnn", { size = 64 })(nn.embedding("embed", 1000, 64)(x))))
return nn.model { name = "T4", batch = 32, output = { y = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y) }
