-- A recurrence from each example's end, begun by a given row: what steps past the length hold may be any row, but a number.
local nn = require "nn"
local time = nn.axis("time", 7, { ragged = true })
local x = nn.input("x", nn.real(3), time)
local h = nn.state(33, { name = "h", delay = -1, init = nn.input("start", nn.real(1, 33)) })
h.next = nn.tanh(nn.dense("in", 33)(x) + nn.dense("back", 33)(h))
local g = nn.state(2, { name = "g", delay = -3, init = nn.param("rows", { 3, 2 }, nn.uniform(1)) })
g.next = nn.tanh(nn.dense("up", 2)(h.next) - 0.5 * g)
local y, late = nn.dense("out", 1)(g.next .. h.next), nn.sigmoid(nn.input("w", nn.real(), time))
return nn.model { name = "ahead", batch = 5, output = { y = y }, loss = nn.binary_cross_entropy(y, nn.target("z", nn.class(2), time), { weight = late }) }
