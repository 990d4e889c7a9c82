-- translate.lua: encoder and decoder with attention: a GRU reads an English sentence by code points, its last state starts a second
-- one that writes the Korean sentence, each step given the symbol before (teacher forcing) and looking back at all states of the
-- encoder (Luong). The file has a header and lines `source<TAB>target`:
--     rnnc train models/translate.lua --data translation_train.tsv
--     rnnc predict models/translate.lua --weights translate.run/best.safetensors --input translation_test.tsv --score
-- Without a file it learns the sentences below: rnnc train models/translate.lua -D batch=2
-- -D reverse=true writes the source backwards instead, which only attention can learn; -D own=0.1 gives the decoder in training,
-- with that probability a step, the symbol that it held for likeliest instead of the right one (scheduled sampling).
local nn = require "nn"

local back   = nn.define("reverse", false)
local own    = nn.define("own", 0.0)
local size   = nn.define("hidden", 128)
local read   = nn.define("source_symbols", back and 71 or 74)   -- start and stop, unknown, symbols of the training part
local write  = nn.define("symbols", back and 66 or 760)         -- of these those that occur at least twice
local s      = nn.axis("s", nn.define("source_steps", 40), { ragged = true })
local t      = nn.axis("t", nn.define("steps", 31), { ragged = true })
local source = nn.input("source", nn.class(read), s)
local before = nn.input("before", nn.class(write), t)
local next   = nn.target("next", nn.class(write), t)

local states, last = nn.gru("enc", { size = size, final = true })(nn.embedding("src", read, 64)(source))
local given, said  = nn.onehot(before), nil
if own > 0 then
  said  = nn.state(write, { name = "said", axis = t })
  given = nn.select(nn.random({}, { share = own, axis = t, name = "own" }), said, given)
end
local look    = nn.einsum("v,vn->n", given, nn.param("tgt.weight", { write, 64 }, nn.normal(1)))
local d       = nn.gru("dec", { size = size, start = last })(look)
local context = nn.dot_attention(d, states)
local logits  = nn.dense("out", write)(nn.dense("mix", size, { activation = nn.tanh })(context .. d))
if said then said.next = nn.best(logits) end

return nn.model {
  name   = "translate", batch = nn.define("batch", 64),
  output = { next = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, next),
  train  = { optimizer = nn.adam { lr = 2e-3 }, clip_norm = 5, epochs = nn.define("epochs", 14.0) },
  data   = nn.pairs { source = source, target = next, input = before, least = 2, longer = "skip",
    reverse_source_as_target = back, inline =
    "I see.\t알겠어.\nI know.\t알아.\nI see.\t알겠어.\nI know.\t알아.\nGo on.\t계속해.\nGo on.\t계속해.\n" },
}
