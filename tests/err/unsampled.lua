-- expect: unsampled.lua:5: nn.unsample: 'time' is not sampled from another axis
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.unsample(x)
