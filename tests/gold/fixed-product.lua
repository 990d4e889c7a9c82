-- A product of parameters alone, computed once before the first step: its weights are packed before it.
local nn = require "nn"
local time = nn.axis("time", 3)
local x = nn.input("x", nn.real(2), time)
local w = nn.param("w", 2, nn.normal(0.5))
local h = nn.gru("g", { size = 3 })(x .. w)
local y = nn.linear("out", 2)(h) * nn.linear("b", 2)(nn.tanh(nn.linear("a", 17)(w)))
return nn.model { name = "fixed", batch = 2, output = { y = y }, loss = nn.mse(y, nn.target("y", nn.real(2), time)) }
