-- torch_residual_sum.lua: three layers of bidirectional GRU, directions added, residuals between them (make_goldens_cells.py)
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x, y = nn.input("x", nn.real(4), time), nn.target("y", nn.real(3), time)
local h = nn.gru("rnn", { size = 3, layers = 3, bidirectional = true, merge = "sum", residual = true })(x)
return nn.model { name = "torch_residual_sum", batch = 3, output = { h = h }, loss = nn.mse(h, y) }
