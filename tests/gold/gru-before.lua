-- gru-before.lua: a GRU that resets before the product; the numbers beside it are PyTorch's (make_goldens.py).
local nn = require "nn"
local time = nn.axis("time", 5)
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.real(17), time)
local h = nn.gru("rnn", { size = 17, reset = "before" })(x)
return nn.model { name = "gru_before", batch = 3, output = { h = h }, loss = nn.mse(h, y) }
