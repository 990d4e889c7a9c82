-- expect: parameters.lua:3: 'big.weight': more than 268435456 numbers to be trained; expected fewer
local nn = require "nn"
local z = nn.dense("big", 16777216)(nn.input("x", nn.real(100), nn.axis("t", 3)))
