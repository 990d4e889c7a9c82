-- T7: layer-normalised LSTM 65 -> 128 -> 128, dense 65, softmax cross-entropy at every step; T 50, B 50. Training.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 50))
local x, y = nn.input("x", nn.class(65), time), nn.target("y", nn.class(65), time)
local hidden = nn.lstm("rnn", { size = nn.define("hidden", 128), layers = 2, layer_norm = true })(nn.onehot(x))
local logits = nn.dense("out", 65)(hidden)
return nn.model { name = "T7", batch = 50, output = { y = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y) }
