-- rnn-tanh.lua: a layer of tanh; the numbers beside it are PyTorch's (make_goldens.py).
local nn = require "nn"
local time = nn.axis("time", 5)
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.real(17), time)
local h = nn.rnn("rnn", { size = 17 })(x)
return nn.model { name = "rnn_tanh", batch = 3, output = { h = h }, loss = nn.mse(h, y) }
