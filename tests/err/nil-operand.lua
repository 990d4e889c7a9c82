-- expect: nil-operand.lua:7: +: expected a value or a number, found nothing (nil)
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local t = {}
local logits = nn.dense("out", 5)(nn.onehot(chars) + t.bias)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
