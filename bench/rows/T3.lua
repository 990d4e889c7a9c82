-- T3: LSTM 256 -> 512, dense 256, softmax cross-entropy at every step; T 64, B 64. Training.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 64))
local x, y = nn.input("x", nn.real(256), time), nn.target("y", nn.class(256), time)
local logits = nn.dense("out", 256)(nn.lstm("rnn", { size = 512 })(x))
return nn.model { name = "T3", batch = 64, output = { y = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y) }
