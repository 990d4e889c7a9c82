-- recurrent_dropout.lua: regularisation where data are scarce. Masks on the input, between the layers and on h(t-1), that
-- one the same for a whole sequence (variational dropout): what a unit remembers is not washed out step by step.
--     rnnc train models/recurrent_dropout.lua --data TEXT
local nn = require "nn"

local symbols = nn.vocabulary(65)                               -- of the text at hand
local time    = nn.axis("time", nn.define("steps", 50))
local chars   = nn.input("chars", nn.class(symbols), time)
local next    = nn.target("next", nn.class(symbols), time)

local p       = nn.define("dropout", 0.2)
local embed   = nn.embedding("embed", symbols, 32)
local rnn     = nn.lstm("rnn", { size = nn.define("hidden", 128), layers = 2, dropout = p, recurrent_dropout = p })
local hidden  = rnn(nn.dropout(embed(chars), p, { once = true }))
local logits  = nn.dense("out", symbols)(nn.dropout(hidden, p))

return nn.model {
  name = "recurrent_dropout", batch = nn.define("batch", 32),
  output = { next = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, next),
  train  = { optimizer = nn.adam { lr = 2e-3 }, clip_norm = 5, carry_state = true, steps = 2000, valid = 0.1 },
  data   = nn.text { into = chars, shifted = next, unit = "char" },
}
