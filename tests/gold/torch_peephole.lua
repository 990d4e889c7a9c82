-- torch_peephole.lua: an LSTM whose gates see the cell, written out in PyTorch (make_goldens_cells.py)
local nn = require "nn"
local time   = nn.axis("time", 5)
local x, y   = nn.input("x", nn.real(4), time), nn.target("y", nn.real(17), time)
local h0, c0 = nn.input("h0", nn.real(17)), nn.input("c0", nn.real(17))
local h, _, c = nn.lstm("rnn", { size = 17, peephole = true, start = { h = h0, c = c0 }, final = true })(x)
return nn.model {
  name = "torch_peephole", batch = 3, output = { h = h, c = c[1] }, loss = nn.mse(h, y) + nn.mse(c[1], 0 * h0),
}
