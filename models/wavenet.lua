-- wavenet.lua: sequence to sequence without recurrence: dilated causal convolutions, each with gates, a residual and a skip
-- connection, see 31 values back and predict the next ones after every step. Beside it what it is measured against:
--     rnnc train models/wavenet.lua [-D net=wavenet|lstm|rnn|linear] [-D ahead=1|10] [-D series=9000] [--data FILE.csv]
-- Without a file it learns sums of two waves and noise (lib/series.lua); a file has a series in each row, v0, v1, ...
local nn, series = require "nn", require "lib.series"

local ahead, net = nn.define("ahead", 1), nn.define("net", "wavenet")
local steps = 50
nn.expect("wavenet.lua", "-D net", net, { "wavenet", "lstm", "rnn", "linear" })

local time = nn.axis("time", steps)
local x, y = nn.input("x", nn.real(1), time), nn.target("y", nn.real(ahead), time)      -- y: what follows each step

local function wavenet()
  local v, total = nn.conv1d("first", 20, { kernel = 1 })(x), 0
  for i, d in ipairs { 1, 2, 4, 8, 1, 2, 4, 8 } do
    local a, b = nn.split(nn.conv1d("gate." .. i - 1, 40, { kernel = 2, dilation = d })(v), 2)
    local z = nn.tanh(a) * nn.sigmoid(b)
    total = nn.conv1d("skip." .. i - 1, 20, { kernel = 1 })(z) + total
    if i < 8 then v = v + nn.conv1d("res." .. i - 1, 20, { kernel = 1 })(z) end
  end
  return nn.conv1d("out", ahead, { kernel = 1 })(nn.relu(total))
end

local guess                                                     -- after every step; `linear`: after the last
if net == "linear" then guess = nn.dense("out", ahead)(nn.reshape(nn.matrix(x), steps))
elseif net == "wavenet" then guess = wavenet()
else guess = nn.dense("out", ahead)(nn[net]("rnn", { size = 20, layers = 2 })(x)) end

local every = nn.define("every", net == "wavenet" or ahead > 1) -- the loss: after every step or the last
local rate  = (net == "linear" or not every) and 1e-3 or net == "wavenet" and 3e-3 or 1e-2
local loss
if net == "linear" then loss = nn.mse(guess, nn.last(y))
else loss = nn.mse(guess, y, every and {} or { last = 1 }) end

return nn.model {
  name   = "wavenet", batch = nn.define("batch", 32),
  output = { next = net == "linear" and guess or nn.last(guess) },
  loss   = loss,
  train  = { optimizer = nn.adam { lr = nn.define("lr", rate) }, epochs = nn.define("epochs", 20.0), valid = 2 / 9 },
  data   = nn.csv { each = "row", feeds = { { x, columns = "v0:v" .. steps - 1 }, { y, columns = "v1:v" .. steps + ahead - 1 } },
    inline = series(nn.define("first", 0), nn.define("series", 270), steps + ahead) },
}
