-- forecast.lua: many to one: the next value of a time series (a column of a CSV file) from the last 48. With -D every=true
-- many to many: after each step the next value, which teaches more in fewer passes.
--     rnnc train models/forecast.lua --data monthly-sunspots.csv
local nn = require "nn"

local every  = nn.define("every", false)
local time   = nn.axis("time", nn.define("window", 48))
local past   = nn.input("past", nn.real(1), time)
local future = nn.target("future", nn.real(1), every and time or nil)   -- `horizon` rows after the window, or each step

local hidden = nn.lstm("rnn", { size = nn.define("hidden", 32) })(past)
local guess  = nn.dense("out", 1)(every and hidden or nn.last(hidden))

return nn.model {
  name = "forecast", batch = 32,
  output = { guess = guess },
  loss   = nn.mse(guess, future),
  train  = { optimizer = nn.adam { lr = 1e-3 }, epochs = every and 10 or 20, valid = 0.1 },
  data   = nn.csv { into = past, target = future, normalize = true, horizon = nn.define("horizon", 1) },
}
