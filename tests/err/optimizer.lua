-- expect: optimizer.lua:9: nn.adam: unknown field 'rate'; it has lr, beta1, beta2, eps, weight_decay
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = logits }, loss = nn.cross_entropy(logits, next),
  train = { optimizer = nn.adam { rate = 0.1 } },
}
