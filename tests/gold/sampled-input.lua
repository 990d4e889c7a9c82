-- sampled-input.lua: an input and a target on an axis that is sampled from a ragged one: its padding is its own, by its own lengths.
local nn = require "nn"
local time = nn.axis("time", 7, { ragged = true })
local x = nn.sample(nn.input("x", nn.real(2), time), 3, 1)
local more, t = nn.input("more", nn.real(2), x.axis), nn.target("t", nn.real(2), x.axis)
local h = nn.rnn("rnn", { size = 2 })(x + more)
return nn.model { name = "sampled_input", batch = 5, output = { h = h, sum = nn.sum(more, x.axis) },
    loss = nn.mse(h, t, { weight = nn.sigmoid(nn.sum(more)), reduction = "sum" }) }
