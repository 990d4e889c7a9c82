-- layernorm_rnn.lua: layer normalisation inside a recurrence, tanh(LN(W x + U h)): what enters tanh keeps its size however many
-- steps lie behind. After every step it predicts the next ten values of a series. Without: -D layer_norm=false.
--     rnnc train models/layernorm_rnn.lua [-D series=9000] [--data FILE.csv]
-- Without a file it learns sums of two waves and noise (lib/series.lua); a file has a series in each row, v0, v1, ...
local nn, series = require "nn", require "lib.series"

local steps, ahead = 50, 10
local time   = nn.axis("time", steps)
local x, y   = nn.input("x", nn.real(1), time), nn.target("y", nn.real(ahead), time)    -- y: what follows each step

local hidden = nn.rnn("rnn", { size = 20, layers = 2, layer_norm = nn.define("layer_norm", true) })(x)
local guess  = nn.dense("out", ahead)(hidden)

return nn.model {
  name   = "layernorm_rnn", batch = nn.define("batch", 32),
  output = { next = nn.last(guess) },
  loss   = nn.mse(guess, y),
  train  = { optimizer = nn.adam { lr = nn.define("lr", 1e-2) }, epochs = nn.define("epochs", 20.0), valid = 2 / 9 },
  data   = nn.csv { each = "row", feeds = { { x, columns = "v0:v49" }, { y, columns = "v1:v59" } },
    inline = series(nn.define("first", 0), nn.define("series", 270), steps + ahead) },
}
