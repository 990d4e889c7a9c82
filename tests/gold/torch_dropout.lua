-- torch_dropout.lua: dropout on inputs and between layers, one mask a sequence on h(t-1), as PyTorch computes it with the same
-- masks (make_goldens_dropout.py)
local nn = require "nn"
local time  = nn.axis("time", 5)
local x     = nn.input("x", nn.real(4), time)
local y     = nn.target("y", nn.real(2), time)
local rnn   = nn.lstm("rnn", { size = 17, layers = 2, dropout = 0.4, recurrent_dropout = 0.5 })
local guess = nn.dense("out", 2)(rnn(nn.dropout(x, 0.25)))
return nn.model { name = "torch_dropout", batch = 3, output = { guess = guess }, loss = nn.mse(guess, y) }
