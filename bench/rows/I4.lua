-- I4: LSTM 64 -> 128. One step, batch 1.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 256))
local x, y = nn.input("x", nn.real(64), time), nn.target("y", nn.real(128), time)
local out = nn.lstm("rnn", { size = 128 })(x)
return nn.model { name = "I4", output = { y = out }, loss = nn.mse(out, y) }
