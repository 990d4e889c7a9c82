-- expect: loss-last.lua:7: nn.mse: last: expected a loss at each step, found one without axis
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.class(3), time)
local z = nn.target("z", nn.real(2), time)
local l = nn.mse(nn.last(x), nn.mean(x, time), { last = 2 })
