-- expect: schedule-factor.lua:3: nn.plateau: factor: expected a number above 0 and below 1, found the number 1
local nn = require "nn"
local s = nn.plateau { factor = 1 }
