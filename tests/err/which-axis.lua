-- expect: which-axis.lua:7: nn.state: there is more than one axis ('time', 'words'); expected axis = to say which
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local words = nn.axis("words", 3)
local h = nn.state(5)
local logits = nn.dense("out", 5)(h)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
