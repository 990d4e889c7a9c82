-- Attention of a recurrence over its own axis: each step of the loop reads what all steps made before it.
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x, y = nn.input("x", nn.real(4), time), nn.target("y", nn.real(6), time)
local attend = nn.additive_attention("att", 3)
local h = nn.state(6, { name = "h", axis = time })
h.next = nn.tanh(nn.dense("out", 6)(attend(h, x) .. h))
return nn.model { name = "self_attention", batch = 3, output = { h = h.next }, loss = nn.mse(h.next, y) }
