-- shared-steps.lua: values that differ by step but not by example, on a ragged axis: learned positions, and what is computed from
-- them alone before examples meet them.
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x = nn.input("x", nn.real(3), time)
local place = nn.along(nn.param("place", { 5, 3 }, nn.normal(1)), time)
local wave = nn.tanh(nn.spread(nn.param("slow", 3, nn.normal(1)), time) * nn.index(time))
local y = nn.tanh(nn.linear("mix", 3)(place * wave) + nn.delay(place, 2, nn.param("before", 3, nn.normal(1)))) + x * place
return nn.model { name = "shared_steps", batch = 4, output = { y = y }, loss = nn.mse(y, nn.target("t", nn.real(3), time)) }
