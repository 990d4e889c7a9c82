-- expect: reverse-both.lua:5: nn.lstm 'g': expected reverse or bidirectional, found both
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.lstm("g", { size = 5, reverse = true, bidirectional = true })(x)
