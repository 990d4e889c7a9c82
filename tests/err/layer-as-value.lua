-- expect: layer-as-value.lua:7: nn.tanh: expected a value or a number, found a function (a layer without its operand?)
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local f = nn.dense("f", 5)
local logits = nn.dense("out", 5)(nn.tanh(f))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
