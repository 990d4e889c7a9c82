-- Sums and products whose order decides what is left of a number: masks, differences, what a sum has lost, numbers out of range.
local nn = require "nn"
local time = nn.axis("time", 4)
local x, z = nn.input("x", nn.real(4), time), nn.input("z", nn.real(4), time)
local y = nn.target("y", nn.real(4), time)
local p = nn.param("p", { 4 }, nn.constant(0.001))
local one, large = nn.param("one", { 4 }, nn.constant(1)), nn.param("large", { 4 }, nn.constant(1e25))
local keep = nn.less(z, 1e30)
local masked = nn.softmax(x * 2 + (keep * 1e9 - 1e9))
local left = (x - z) + p
local sum = nn.state(4, { name = "sum", axis = time })
local added = x * one
local whole = sum + added
sum.next = whole
local lost = added - (whole - sum)
local small = (x * 1e-25) * (z * 1e-25) * one
local huge = (x * 1e-38 * large) * (z * 1e-38 * large)
local out = masked + left + lost + small + huge
return nn.model { name = "order", output = { masked = masked, left = left, lost = lost, small = small, huge = huge }, loss = nn.mse(out, y) }
