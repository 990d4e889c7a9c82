-- Every function of numbers that there is, in one network that steps.
local nn = require "nn"

local time = nn.axis("time", 8)
local x    = nn.input("ids", nn.class(9), time)
local y    = nn.target("y", nn.real(9), time)
local h    = nn.state(6, { name = "h" })
local a    = nn.linear("in", 6)(nn.onehot(x) .. h)
local b    = nn.sigmoid(a) * nn.tanh(a) + nn.exp(-nn.abs(a)) - nn.log(1 + nn.exp(a)) + nn.sqrt(1 + nn.relu(a))
local c    = nn.select(nn.less(a, 0), nn.max(b, 0.1), nn.min(b, 0.3)) / nn.sqrt(nn.sum(b * b) + 0.01)
h.next = nn.tanh(c)
local out = nn.softmax(nn.linear("out", 9)(h.next)) + nn.log_softmax(nn.linear("more", 9)(c))

return nn.model { name = "maths", batch = 2, output = { out = out }, loss = nn.mse(out, y) }
