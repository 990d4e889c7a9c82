-- expect: train-number.lua:9: nn.adam: lr: expected a number above 0, found the number nan
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = logits }, loss = nn.cross_entropy(logits, next),
  train = { optimizer = nn.adam { lr = 0 / 0 } },
}
