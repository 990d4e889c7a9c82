-- expect: random-share.lua:5: nn.random: share: expected a number from 0 to 1, found the number 1.5
local nn = require "nn"
local time = nn.axis("time", 8)
local x = nn.input("x", nn.real(5), time)
return nn.model { name = "m", output = { y = x }, loss = nn.sum(nn.random(5, { share = 1.5 })) }
