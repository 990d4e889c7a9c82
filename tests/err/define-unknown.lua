-- expect: define-unknown.lua: -D hiden: the description has no such parameter; it has hidden; did you mean 'hidden'?
-- run: rnnc inspect define-unknown.lua -D hiden=16
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local size = nn.define("hidden", 8)
local logits = nn.dense("out", 5)(nn.dense("in", size)(nn.onehot(chars)))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
