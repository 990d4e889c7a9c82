-- torch_pooled.lua: many to one from the largest, the mean and the last h, lengths from 0 (make_goldens_nets.py)
local nn = require "nn"
local time = nn.axis("time", 6, { ragged = true })
local x, y = nn.input("x", nn.real(3), time), nn.target("y", nn.real(2))
local h = nn.lstm("rnn", { size = 3 })(x)
local guess = nn.dense("out", 2)(nn.max(h, time) .. nn.mean(h, time) .. nn.last(h))
return nn.model { name = "torch_pooled", batch = 9, output = { guess = guess }, loss = nn.mse(guess, y) }
