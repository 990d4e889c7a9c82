-- tagger.lua: many to many, both directions: the part of speech of each word of a sentence. A word is its last 8 code points in
-- 8 slots, looked up and side by side. The file has a header, lines `word<TAB>tag`, an empty line between sentences:
--     rnnc train models/tagger.lua --data pos_train.tsv --valid-data pos_test.tsv
-- Without a file it learns the sentences below: rnnc train models/tagger.lua -D batch=2
local nn = require "nn"

local symbols = nn.define("symbols", 848)                       -- pad, unknown and those seen at least twice
local tags    = nn.define("tags", 15)
local time    = nn.axis("time", nn.define("steps", 60), { ragged = true })
local tag     = nn.target("tag", nn.class(tags), time)

local look    = nn.embedding("emb", symbols, 32)
local slots, parts = {}, {}
for k = 1, 8 do
  slots[k] = nn.input("slot" .. k, nn.class(symbols), time)
  parts[k] = look(slots[k])
end
local word    = nn.dense("word", 64, { activation = nn.tanh })(nn.concat(table.unpack(parts)))
local hidden  = nn.lstm("rnn", { size = nn.define("hidden", 64), bidirectional = true })(word)
local logits  = nn.dense("out", tags)(hidden)

return nn.model {
  name   = "tagger", batch = nn.define("batch", 32),
  output = { tag = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, tag),
  train  = { optimizer = nn.adam { lr = 2e-3 }, clip_norm = 5, epochs = nn.define("epochs", 24.0) },
  data   = nn.tagged { words = slots, tags = tag, least = nn.define("least", 2), inline = [[
word	tag
나는	PRON
밥을	NOUN
먹었다	VERB

그는	PRON
책을	NOUN
읽었다	VERB

우리는	PRON
학교에	NOUN
갔다	VERB
]] },
}
