-- gru-ragged.lua: many to one, examples of different lengths; the numbers beside it are PyTorch's (make_goldens.py).
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.real(4))
local guess = nn.dense("out", 4)(nn.last(nn.gru("rnn", { size = 17 })(x)))
return nn.model { name = "gru_ragged", batch = 3, output = { guess = guess }, loss = nn.mse(guess, y) }
