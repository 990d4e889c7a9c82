-- expect: shape-operator.lua:6: *: expected shapes that are equal or broadcast, found [3] and [4]
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local x = nn.dense("a", 3)(nn.onehot(chars)) * nn.dense("b", 4)(nn.onehot(chars))
local logits = nn.dense("out", 5)(x)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
