-- torch_window.lua: truncated backpropagation: a window that starts from what the one before left (make_goldens_cells.py)
local nn = require "nn"
local time  = nn.axis("time", 4)
local x, y  = nn.input("x", nn.real(3), time), nn.target("y", nn.real(2), time)
local guess = nn.dense("out", 2)(nn.lstm("rnn", { size = 31 })(x))
return nn.model {
  name = "torch_window", batch = 3, output = { guess = guess }, loss = nn.mse(guess, y),
  train = { carry_state = true },
}
