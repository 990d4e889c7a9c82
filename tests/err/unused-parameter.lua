-- expect: unused-parameter.lua:6: the parameter 'W' is not used: neither the loss nor an output depends on it
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local W = nn.param("W", { 5 }, nn.zeros)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
