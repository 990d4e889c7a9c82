-- Many to one over examples of different lengths: the last state that each has.
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x, y = nn.input("x", nn.real(4), time), nn.target("y", nn.real(2))
local guess = nn.dense("out", 2)(nn.last(nn.gru("rnn", { size = 17 })(x)))
return nn.model { name = "torch_gru_ragged", batch = 3, output = { guess = guess }, loss = nn.mse(guess, y) }
