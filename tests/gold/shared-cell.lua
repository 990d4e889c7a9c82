-- a recurrent layer that is given two sequences has one set of parameters, and states for each
local nn = require "nn"
local time = nn.axis("time", 4)
local x, y = nn.input("x", nn.real(3), time), nn.target("y", nn.real(10))
local f = nn.lstm("twin", { size = 5, layers = 2 })
local out = nn.last(f(x)) .. nn.last(f(nn.delay(x, -1)))
return nn.model { name = "shared_cell", batch = 2, output = { out = out }, loss = nn.mse(out, y) }
