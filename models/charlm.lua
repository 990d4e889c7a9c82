-- charlm.lua: character-level language model, many to many: two layers of LSTM read a text in 50 lanes at once,
-- windows of 50 characters that follow each other (truncated backpropagation, the state is carried).
local nn = require "nn"

local symbols = nn.vocabulary(65)                               -- of the text at hand
local time    = nn.axis("time", nn.define("steps", 50))         -- fixed at generation
local chars   = nn.input("chars", nn.class(symbols), time)      -- one class id a step
local next    = nn.target("next", nn.class(symbols), time)

local rnn     = nn.lstm("rnn", { size = nn.define("hidden", 128), layers = nn.define("layers", 2) })
local logits  = nn.dense("out", symbols)(rnn(nn.onehot(chars)))

return nn.model {
  name = "charlm", batch = nn.define("batch", 50),
  output = { next = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, next),
  train  = { optimizer = nn.adam { lr = 2e-3 }, clip_norm = 5, carry_state = true, steps = 2000, valid = 0.1 },
  data   = nn.text { into = chars, shifted = next, unit = "char" },
}
