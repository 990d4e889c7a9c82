-- expect: along-steps.lua:5: nn.along: x: expected a row for each of the 4 steps of 'time', found the shape [3, 4]
local nn = require "nn"
local time = nn.axis("time", 4)
local W = nn.param("W", { 3, 4 }, nn.zeros)
local y = nn.along(W, time)
