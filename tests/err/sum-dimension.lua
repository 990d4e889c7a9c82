-- expect: sum-dimension.lua:4: nn.mean: expected an axis, or the number of one of the 2 dimensions, found 3
local nn = require "nn"
local x = nn.input("x", nn.real(2, 3), nn.axis("time", 4))
local y = nn.mean(x, 3)
return nn.model { name = "m", output = { y = y }, loss = nn.mse(y, nn.target("t", nn.real(2), x.axis)) }
