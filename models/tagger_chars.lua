-- tagger_chars.lua: many to many, both directions, targets that are missing: the words of a sentence with one space between them,
-- and for each code point the part of speech of its word; a space has none, so it does not count.
--     rnnc train models/tagger_chars.lua --data pos_train.tsv --valid-data pos_test.tsv
-- Without a file it learns the sentences below: rnnc train models/tagger_chars.lua -D batch=2
local nn = require "nn"

local symbols = nn.define("symbols", 849)                       -- pad, unknown, the space and those seen at least twice
local tags    = nn.define("tags", 15)
local time    = nn.axis("time", nn.define("steps", 100), { ragged = true })
local chars   = nn.input("chars", nn.class(symbols), time)
local tag     = nn.target("tag", nn.class(tags), time)

local look    = nn.embedding("emb", symbols, 32)
local hidden  = nn.lstm("rnn", { size = nn.define("hidden", 64), bidirectional = true })(look(chars))
local logits  = nn.dense("out", tags)(hidden)

return nn.model {
  name   = "tagger_chars", batch = nn.define("batch", 32),
  output = { tag = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, tag, { ignore_missing = true }),
  train  = { optimizer = nn.adam { lr = 2e-3 }, clip_norm = 5, epochs = nn.define("epochs", 20.0) },
  data   = nn.tagged { text = chars, tags = tag, least = nn.define("least", 2), inline = [[
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
