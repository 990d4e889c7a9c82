-- Names that generated code uses itself; sums over one of two dimensions, one of which is a step's row.
local nn = require "nn"

local time = nn.axis("time", 5)
local x = nn.input("x", nn.real(4), time)
local y = nn.target("y", nn.real(2), time)
local q = nn.linear("q", 6)(x)
local part, row, total = nn.tanh(q) * q, nn.sigmoid(q) + q, q * q
local q_1, p_q = part + row * total, nn.exp(part - total)
local t, b, m, j = nn.reshape(q_1 * p_q, 2, 3), nn.reshape(row, 2, 3), nn.reshape(part, 3, 2), nn.reshape(q_1, 2, 3)
local work = nn.sum(t * b, 2) + nn.mean(m, 1) * nn.sum(j, 2) + nn.mean(nn.sum(t, 1)) + nn.sum(nn.sum(m, 2))
return nn.model { name = "own_names", batch = 3, output = { work = work }, loss = nn.mse(work, y) }
