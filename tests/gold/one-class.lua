-- one-class.lua: found by review; verify holds it
local nn = require "nn"
local time = nn.axis("time", 5)
local id = nn.input("id", nn.class(1), time)
local z = nn.input("z", nn.real(5), time)
local y = z * nn.onehot(id)
local t = nn.target("t", nn.real(5), time)
return nn.model{ name = "one_class", batch=2, output={ y = y }, loss = nn.mse(y, t) }
