-- expect: start-field.lua:5: nn.lstm 'g': start: expected a table of named arguments { h = ... }, found the number 0
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.lstm("g", { size = 5, start = 0 })(x)
