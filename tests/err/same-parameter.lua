-- expect: same-parameter.lua:7: the name 'out.weight' is taken (same-parameter.lua:6); expected a name of its own for each parameter and input
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local x = nn.dense("out", 5)(nn.onehot(chars))
local logits = nn.dense("out", 5)(x)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
