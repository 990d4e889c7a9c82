-- torch_joined.lua: a tanh cell over W [x; h] + b, one unit, one example, a given initial state (make_goldens_cells.py)
local nn = require "nn"
local time  = nn.axis("time", 6)
local x, h0 = nn.input("x", nn.real(3), time), nn.input("h0", nn.real(1))
local y     = nn.target("y", nn.real(1), time)
local h, last = nn.rnn("rnn", { size = 1, joined = true, start = h0, final = true })(x)
return nn.model { name = "torch_joined", output = { h = h, last = last[1] }, loss = nn.mse(h, y) }
