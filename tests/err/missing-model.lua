-- expect: missing-model.lua: the description describes no model; expected it to end with return nn.model { ... }
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return logits
