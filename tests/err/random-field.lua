-- expect: random-field.lua:3: nn.random: unknown field 'shre'; did you mean 'share'?; it has share, value, otherwise, axis, name
local nn = require "nn"
local x = nn.random(5, { shre = 0.5 })
