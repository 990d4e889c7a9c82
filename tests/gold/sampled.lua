-- every second step of a sequence, two branches that meet on the same axis, and back; the largest value over the steps
local nn = require "nn"
local time = nn.axis("time", 8, { ragged = true })
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.real(2))
local a = nn.tanh(nn.linear("a", 4)(x))
local some = nn.sample(a, 2, 1) * nn.sigmoid(nn.sample(nn.delay(a, 1), 2, 1))
local h = nn.state(4, { name = "h", axis = some.axis })
h.next = nn.tanh(some + nn.linear("u", 4)(h))
local back = nn.unsample(h.next) + a
local best = nn.max(h.next, some.axis) .. nn.max(back, time) .. nn.sum(nn.best(a) * a, time)
local out = nn.linear("out", 2)(best)
return nn.model { name = "sampled", batch = 4, output = { out = out }, loss = nn.mse(out, y) }
