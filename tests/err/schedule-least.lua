-- expect: schedule-least.lua:5: nn.model: train: schedule: least: expected at most the optimizer's lr, 0.001, found 0.1
local nn = require "nn"
local x = nn.input("x", nn.real(3))
local y, t = nn.linear("y", 2)(x), nn.target("t", nn.real(2))
return nn.model { name = "m", output = { y = y }, loss = nn.mse(y, t), train = { schedule = nn.cosine { least = 0.1 } } }
