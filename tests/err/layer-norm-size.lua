-- expect: layer-norm-size.lua:6: nn.layer_norm 'n': expected 3 features, found 6
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local f = nn.layer_norm("n")
local y = f(x) + f(x .. x)
