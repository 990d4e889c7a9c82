-- sentiment.lua: many to one with lengths: is a review kind? Each code point of a text is looked up, a GRU reads as many as
-- there are, and its state after the last one decides. The file has a header and lines `label<TAB>text`:
--     rnnc train models/sentiment.lua --data sentiment_train.tsv --valid-data sentiment_valid.tsv
-- Without a file it learns the reviews below: rnnc train models/sentiment.lua -D batch=2 -D epochs=40
local nn = require "nn"

local symbols = nn.define("symbols", 1502)                      -- pad, unknown and the 1500 most frequent
local time    = nn.axis("time", nn.define("steps", 64), { ragged = true })
local chars   = nn.input("chars", nn.class(symbols), time)
local label   = nn.target("label", nn.class(2))

local hidden  = nn.gru("rnn", { size = nn.define("hidden", 128) })(nn.embedding("emb", symbols, 64)(chars))
local logits  = nn.dense("out", 2)(nn.last(hidden))

return nn.model {
  name   = "sentiment", batch = nn.define("batch", 64),
  output = { label = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, label),
  train  = { optimizer = nn.adam { lr = 1e-3 }, epochs = nn.define("epochs", 3.0) },
  data   = nn.labelled { text = chars, label = label, unit = "char", inline =
    "1\t정말 좋은 영화\n0\t너무 지루하다\n1\t배우들이 좋다\n0\t시간이 아깝다\n1\t최고의 작품\n0\t정말 별로다\n" },
}
