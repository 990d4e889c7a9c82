-- I6: LSTM 512 -> 512. One step, batch 1.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 256))
local x, y = nn.input("x", nn.real(512), time), nn.target("y", nn.real(512), time)
local out = nn.lstm("rnn", { size = 512 })(x)
return nn.model { name = "I6", output = { y = out }, loss = nn.mse(out, y) }
