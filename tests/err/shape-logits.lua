-- expect: shape-logits.lua:8: nn.cross_entropy: expected 5 logits, one for each class of 'next', found 6
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 6)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
