-- coupled.lua: states that are handed on in a circle, one of them late: each must read what the others were
local nn = require "nn"
local time = nn.axis("time", 7)
local x = nn.input("x", nn.real(2), time)
local y = nn.target("y", nn.real(6), time)
local h, g, k = nn.state(2, { name = "h" }), nn.state(2, { name = "g", init = 0.5 }), nn.state(2, { name = "k", delay = 2 })
h.next = nn.tanh(h + x + k)
g.next = h * 0.5
k.next = g
local out = h.next .. g.next .. k.next
return nn.model { name = "coupled", batch = 2, output = { out = out }, loss = nn.mse(out, y) }
