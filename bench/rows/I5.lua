-- I5: LSTM 256 -> 256. One step, batch 1.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 256))
local x, y = nn.input("x", nn.real(256), time), nn.target("y", nn.real(256), time)
local out = nn.lstm("rnn", { size = 256 })(x)
return nn.model { name = "I5", output = { y = out }, loss = nn.mse(out, y) }
