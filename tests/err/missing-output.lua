-- expect: missing-output.lua:7: nn.model: output is missing; expected a table
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model { name = "m", loss = nn.cross_entropy(logits, next) }
