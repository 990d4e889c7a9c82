-- expect: runtime-nil.lua:7: attempt to index a nil value (field 'first')
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local sizes = {}
local logits = nn.dense("out", sizes.first.second)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
