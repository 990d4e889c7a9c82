-- I3: GRU 32 -> 64, reset after the product. One step, batch 1.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 256))
local x, y = nn.input("x", nn.real(32), time), nn.target("y", nn.real(64), time)
local out = nn.gru("rnn", { size = 64 })(x)
return nn.model { name = "I3", output = { y = out }, loss = nn.mse(out, y) }
