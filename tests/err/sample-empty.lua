-- expect: sample-empty.lua:5: nn.sample: from: 'time' has 4 steps, none is left from step 4 on
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.sample(x, 2, 4)
