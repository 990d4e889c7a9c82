-- expect: state-open.lua:7: the state 'h' is never given its next value; expected h.next = ...
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local x = nn.onehot(chars)
local h = nn.state(5, { name = "h" })
local logits = nn.dense("out", 5)(x + h)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
