-- expect: mae-shape.lua:7: nn.mae: expected the shape [2] of the target, found [3]
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.class(3), time)
local z = nn.target("z", nn.real(2), time)
local l = nn.mae(x, z)
