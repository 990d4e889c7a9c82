-- T1: tanh RNN 65 -> 100, dense 65, softmax cross-entropy at every step; T 25, B 1. Training.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 25))
local x, y = nn.input("x", nn.class(65), time), nn.target("y", nn.class(65), time)
local logits = nn.dense("out", 65)(nn.rnn("rnn", { size = nn.define("hidden", 100) })(nn.onehot(x)))
return nn.model { name = "T1", batch = 1, output = { y = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y) }
