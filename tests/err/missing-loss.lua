-- expect: missing-loss.lua:7: nn.model: loss is missing; expected a value
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model { name = "m", output = { next = logits } }
