-- expect: merge-alone.lua:5: nn.lstm 'g': merge: there is one direction only
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.lstm("g", { size = 5, merge = "sum" })(x)
