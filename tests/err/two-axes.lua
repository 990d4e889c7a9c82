-- expect: two-axes.lua:8: +: expected values on one axis, found 'time' and 'words'
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local words = nn.axis("words", 3)
local w = nn.input("w", nn.real(5), words)
local logits = nn.dense("out", 5)(nn.onehot(chars) + w)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
