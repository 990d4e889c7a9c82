-- minchar.lua: the smallest character-level language model that writes: one vanilla RNN of 100 units, one lane,
-- windows of 25 characters that follow each other through the text.
local nn = require "nn"

local symbols = nn.vocabulary(65)
local time    = nn.axis("time", nn.define("steps", 25))
local chars   = nn.input("chars", nn.class(symbols), time)
local next    = nn.target("next", nn.class(symbols), time)

local small   = nn.normal(0.01)
local plain   = { size = nn.define("hidden", 100), bias_hh = false, init = small, bias_init = nn.zeros }
local hidden  = nn.rnn("rnn", plain)(nn.onehot(chars))
local logits  = nn.dense("out", symbols, { init = small, bias_init = nn.zeros })(hidden)

return nn.model {
  name = "minchar", batch = 1,
  output = { next = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, next, { reduction = "sum" }),
  train  = { optimizer = nn.adagrad { lr = 0.1, eps = 1e-8 }, clip_value = 5, carry_state = true, steps = 20000 },
  data   = nn.text { into = chars, shifted = next, unit = "char" },
}
