-- torch_dense.lua: one to one, no time at all (make_goldens_nets.py)
local nn = require "nn"
local x, y = nn.input("x", nn.real(3)), nn.target("y", nn.real(1))
local guess = nn.dense("b", 1)(nn.dense("a", 31, { activation = nn.relu })(x))
return nn.model { name = "torch_dense", batch = 9, output = { guess = guess }, loss = nn.mse(guess, y) }
