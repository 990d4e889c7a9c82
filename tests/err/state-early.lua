-- expect: state-early.lua:7: the state 'h' has no next value yet; expected h.next = ... before
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local h = nn.state(5, { name = "h" })
local logits = nn.dense("out", 5)(h.next)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
