-- expect: zero-steps.lua:6: nn.axis: steps: expected a positive whole number of at most 1048576, found the number 0
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local other = nn.axis("other", 0)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
