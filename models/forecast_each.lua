-- forecast_each.lua: many to many: at every step of a time series (a column of a CSV file) the next ten values.
--     rnnc train models/forecast_each.lua --data monthly-sunspots.csv
local nn = require "nn"

local ahead  = nn.define("ahead", 10)
local time   = nn.axis("time", nn.define("window", 48))
local past   = nn.input("past", nn.real(1), time)
local future = nn.target("future", nn.real(ahead), time)        -- after each step the rows that follow

local hidden = nn.lstm("rnn", { size = nn.define("hidden", 32) })(past)
local guess  = nn.dense("out", ahead)(hidden)

return nn.model {
  name   = "forecast_each", batch = 32,
  output = { guess = guess },
  loss   = nn.mse(guess, future),
  train  = { optimizer = nn.adam { lr = 1e-3 }, epochs = 10, valid = 0.1 },
  data   = nn.csv { into = past, target = future, normalize = true },
}
