-- expect: too-many-arguments.lua:6: nn.tanh: expected at most 1 argument, found 2
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.tanh(nn.onehot(chars), 2))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
