-- A GRU that resets before the recurrent product, as in the original paper, its state given.
local nn = require "nn"
local time = nn.axis("time", 5)
local x, y = nn.input("x", nn.real(4), time), nn.target("y", nn.real(17), time)
local h = nn.gru("rnn", { size = 17, reset = "before" })(x)
return nn.model {
  name = "torch_gru_before", batch = 3, output = { h = h }, loss = nn.mse(h, y), train = { carry_state = true },
}
