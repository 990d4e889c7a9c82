-- torch_rnn_relu.lua: nn.rnn("rnn", { size = 17, layers = 2, nonlinearity = "relu" }) as PyTorch computes it (make_goldens.py), with given states
local nn = require "nn"
local time  = nn.axis("time", 5)
local x     = nn.input("x", nn.real(4), time)
local y     = nn.target("y", nn.real(2), time)
local guess = nn.dense("out", 2)(nn.rnn("rnn", { size = 17, layers = 2, nonlinearity = "relu" })(x))
return nn.model {
  name = "torch_rnn_relu", batch = 3, output = { guess = guess }, loss = nn.mse(guess, y),
  train = { optimizer = nn.sgd { lr = 0.1 }, carry_state = true },
}
