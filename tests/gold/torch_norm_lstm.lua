-- torch_norm_lstm.lua: an LSTM with layer normalisation of W x, U h and c, written out in PyTorch (make_goldens_cells.py)
local nn = require "nn"
local time   = nn.axis("time", 4)
local x, y   = nn.input("x", nn.real(5), time), nn.target("y", nn.real(3), time)
local h0, c0 = nn.input("h0", nn.real(3)), nn.input("c0", nn.real(3))
local h = nn.lstm("rnn", { size = 3, layer_norm = true, start = { h = h0, c = c0 } })(x)
return nn.model { name = "torch_norm_lstm", batch = 3, output = { h = h }, loss = nn.mse(h, y) }
