-- expect: class-weight.lua:7: nn.cross_entropy: class_weight: expected a list of 3 numbers, found 2 of them
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.class(3), time)
local z = nn.target("z", nn.real(2), time)
local l = nn.cross_entropy(x, y, { class_weight = { 1, 2 } })
