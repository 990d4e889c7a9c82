-- lstm.lua: two layers of LSTM; the numbers beside it are PyTorch's (make_goldens.py).
local nn = require "nn"
local time = nn.axis("time", 5)
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.real(17), time)
local h = nn.lstm("rnn", { size = 17, layers = 2 })(x)
return nn.model { name = "lstm", batch = 3, output = { h = h }, loss = nn.mse(h, y) }
