-- dense.lua: one to one, no recurrence: 64 pixels of a digit -> which of ten. A row of the CSV file is an example:
--     rnnc train models/dense.lua --data digits_train.csv --valid-data digits_test.csv
-- Without a file it learns the tiny pictures below: rnnc train models/dense.lua -D tiny=true -D epochs=1000
local nn = require "nn"

local tiny   = nn.define("tiny", false)                         -- 2 by 2 pixels: a bar, a stroke, a diagonal
local side   = tiny and 2 or 8
local pixels = nn.input("pixels", nn.real(side * side))
local digit  = nn.target("digit", nn.class(tiny and 3 or 10))

local hidden = nn.dense("hidden", nn.define("hidden", 64), { activation = nn.tanh })(pixels)
local logits = nn.dense("out", tiny and 3 or 10)(hidden)

return nn.model {
  name   = "dense", batch = nn.define("batch", tiny and 3 or 50),
  output = { digit = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, digit),
  train  = { optimizer = nn.adam { lr = 2e-3 }, epochs = nn.define("epochs", 40.0) },
  data   = nn.csv { each = "row", feeds = {
      { pixels, columns = tiny and "p0:p3" or "p0:p63", scale = 1 / 16 },
      { digit, columns = "word" },
    }, inline = tiny and "p0,p1,p2,p3,word\n16,16,0,0,bar\n0,0,16,16,bar\n16,0,16,0,stroke\n0,16,0,16,stroke\n" ..
      "16,0,0,16,diagonal\n0,16,16,0,diagonal\n" or nil },
}
