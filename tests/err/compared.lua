-- expect: compared.lua:7: values cannot be compared while the description runs; use nn.less(x, y)
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local x = nn.onehot(chars)
if x < 1 then x = x + 1 end
local logits = nn.dense("out", 5)(x)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
