-- Recurrences of one example: each step multiplies with a matrix, its derivative with the transpose, both from one packing.
local nn = require "nn"
local time = nn.axis("time", 7)
local x = nn.input("x", nn.real(6), time)
local h = nn.lstm("wide", { size = 26, layers = 2 })(x)
local g = nn.gru("odd", { size = 39 })(h)
local s, shared = nn.state(61), nn.linear("shared", 61)
s.next = nn.tanh(shared(s) + 0.5 * shared(shared(s)) + nn.linear("in", 61)(g))
local y = nn.dense("out", 3)(s.next .. h)
return nn.model { name = "one_row", batch = 1, output = { y = y }, loss = nn.mse(y, nn.target("y", nn.real(3), time)) }
