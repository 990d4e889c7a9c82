-- I7: tanh RNN 65 -> 100, dense 65. One step, batch 1.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 256))
local x, y = nn.input("x", nn.real(65), time), nn.target("y", nn.real(65), time)
local out = nn.rnn("rnn", { size = 100 })(x)
out = nn.dense("out", 65)(out)
return nn.model { name = "I7", output = { y = out }, loss = nn.mse(out, y) }
