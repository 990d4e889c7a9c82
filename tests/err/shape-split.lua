-- expect: shape-split.lua:6: nn.split: expected features that can be divided by 2, found 5
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local a, b = nn.split(nn.onehot(chars), 2)
local logits = nn.dense("out", 5)(a .. b)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
