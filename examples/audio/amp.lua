-- An amplifier: a recurrent network of 40 units, one sample in, one out.
local nn = require "nn"

local time = nn.axis("time", 2048)
local dry  = nn.input("dry", nn.real(1), time)
local amp  = nn.target("amp", nn.real(1), time)
local wet  = nn.linear("out", 1)(nn.lstm("rnn", { size = 40 })(dry)) + dry

return nn.model {
  name = "amp", batch = 16,
  reset = "rest",
  output = { wet = wet },
  loss = nn.mse(wet, amp),
  train = { optimizer = nn.adam { lr = 5e-3 }, carry_state = true },
}
