-- dropout.lua: masks at every step, once a sequence on a state, on a parameter, and random values of one's own; with lengths
local nn = require "nn"
local time = nn.axis("time", 7, { ragged = true })
local x = nn.input("x", nn.real(3), time)
local t = nn.target("t", nn.real(4))
local W = nn.dropout(nn.param("W", { 5, 3 }, nn.normal(0.5)), 0.3)
local U = nn.linear("U", 5)
local h = nn.state(5, { name = "h" })
h.next = nn.tanh(nn.matmul(W, nn.dropout(x, 0.25)) + U(nn.dropout(h, 0.4, { once = true })))
local keep = nn.random({}, { share = 0.5, value = 2, otherwise = 1, axis = time, name = "keep" })
local noise = nn.random(4, { share = 0.5, value = 0.3 })
local y = nn.linear("out", 4)(nn.last(h.next * keep)) + noise + nn.sum(nn.exp(keep), time)
return nn.model { name = "dropout", batch = 5, output = { y = y }, loss = nn.mse(y, t) }
