-- expect: name_swapped.lua:4: nn has no 'rael'; did you mean 'real'?
local nn = require "nn"
local time = nn.axis("time", 6)
local x = nn.input("x", nn.rael(3), time)
return nn.model { name = "swapped", output = { y = x } }
