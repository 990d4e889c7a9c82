-- Recurrences of one example: each step multiplies with a matrix, its derivative with the transpose, both from one packing.
local nn = require "nn"
local time = nn.axis("time", 9)
local x = nn.input("x", nn.real(6), time)
local h = nn.lstm("wide", { size = 18, layers = 2 })(x)
local g = nn.gru("odd", { size = 7 })(h)
local s, shared = nn.state(13), nn.linear("shared", 13)
s.next = nn.tanh(shared(s) + 0.5 * shared(shared(s)) + nn.linear("in", 13)(g))
local y = nn.dense("out", 3)(s.next .. h)
return nn.model { name = "one_row", batch = 1, output = { y = y }, loss = nn.mse(y, nn.target("y", nn.real(3), time)) }
