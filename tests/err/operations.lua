-- expect: operations.lua:4: the description makes more than 40000 operations; expected fewer (steps of an axis need none of their own)
local nn = require "nn"
local x = nn.input("x", nn.real(2), nn.axis("t", 3))
for i = 1, 1e6 do x = nn.tanh(x) + 1 end
