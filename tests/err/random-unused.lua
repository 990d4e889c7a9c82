-- expect: random-unused.lua:5: the random value 'random1' is not used: neither the loss nor an output depends on it
local nn = require "nn"
local time = nn.axis("time", 8)
local x, t = nn.input("x", nn.real(5), time), nn.target("t", nn.real(5), time)
nn.random(5, { share = 0.5 })
return nn.model { name = "m", output = { y = x }, loss = nn.mse(x, t) }
