-- expect: unused-layer.lua:6: the layer nn.linear 'f' is not used: it is never given a value
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local f = nn.linear("f", 3)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
