-- I10: layer-normalised LSTM 1 -> 40, dense 1. One step, batch 1.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 256))
local x, y = nn.input("x", nn.real(1), time), nn.target("y", nn.real(1), time)
local out = nn.lstm("rnn", { size = nn.define("hidden", 40), layer_norm = true })(x)
out = nn.dense("out", 1)(out)
return nn.model { name = "I10", output = { y = out }, loss = nn.mse(out, y) }
