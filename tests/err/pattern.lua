-- expect: pattern.lua:8: the description takes too long: more than 200000000 instructions; expected an end
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local s = string.rep("a", 10000)
local p = string.rep("a-", 20) .. "b"
local n = s:find(p)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
