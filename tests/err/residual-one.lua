-- expect: residual-one.lua:5: nn.lstm 'g': residual: there is one layer only
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.lstm("g", { size = 5, residual = true })(x)
