-- peephole.lua: an LSTM whose gates see the cell itself, so that it can time events by what the cell counts (Gers, Schmidhuber
-- 2000). It sees pulses in a silence and says when the next one is due. Without peepholes: -D peephole=false.
--     rnnc train models/peephole.lua
local nn = require "nn"

local steps  = nn.define("steps", 60)
local time   = nn.axis("time", steps)
local x      = nn.input("x", nn.real(1), time)                   -- 1 where there is a pulse, else 0
local y      = nn.target("y", nn.real(1), time)                  -- the same one step later

local hidden = nn.lstm("rnn", { size = nn.define("hidden", 8), peephole = nn.define("peephole", true) })(x)
local logit  = nn.dense("out", 1)(hidden)

-- Pulses every 5, 6, ... 12 steps, from every phase.
local rows = { "v0" }
for t = 1, steps do rows[1] = rows[1] .. ",v" .. t end
for period = 5, 12 do
  for phase = 0, period - 1 do
    local row = {}
    for t = 0, steps do row[t + 1] = (t + phase) % period == 0 and "1" or "0" end
    rows[#rows + 1] = table.concat(row, ",")
  end
end

return nn.model {
  name   = "peephole", batch = 17,
  output = { pulse = nn.sigmoid(logit) },
  loss   = nn.binary_cross_entropy(logit, y, { last = steps // 2 }),   -- the first half shows the period
  train  = { optimizer = nn.adam { lr = nn.define("lr", 1e-2) }, clip_norm = 1, epochs = nn.define("epochs", 300.0) },
  data   = nn.csv { each = "row", feeds = { { x, columns = "v0:v" .. steps - 1 }, { y, columns = "v1:v" .. steps } },
    inline = table.concat(rows, "\n") .. "\n" },
}
