-- expect: state-shape.lua:7: the state 'h': expected a next value of shape [8], found [4]
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local h = nn.state(8, { name = "h" })
h.next = nn.dense("in", 4)(nn.onehot(chars))
local logits = nn.dense("out", 5)(h)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
