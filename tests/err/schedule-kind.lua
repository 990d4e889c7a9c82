-- expect: schedule-kind.lua:5: nn.model: train: schedule: expected a schedule (nn.constant_lr, nn.step_lr, nn.cosine, nn.plateau), found the string 'cosine'
local nn = require "nn"
local x = nn.input("x", nn.real(3))
local y, t = nn.linear("y", 2)(x), nn.target("t", nn.real(2))
return nn.model { name = "m", output = { y = y }, loss = nn.mse(y, t), train = { schedule = "cosine" } }
