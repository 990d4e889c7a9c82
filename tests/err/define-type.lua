-- expect: define-type.lua:7: -D hidden: expected a whole number (its default is 8), found 'many'
-- run: rnnc inspect define-type.lua -D hidden=many
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local size = nn.define("hidden", 8)
local logits = nn.dense("out", 5)(nn.dense("in", size)(nn.onehot(chars)))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
