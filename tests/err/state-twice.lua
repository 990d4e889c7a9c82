-- expect: state-twice.lua:9: the state 'h' is given its next value twice; expected once
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local x = nn.onehot(chars)
local h = nn.state(5, { name = "h" })
h.next = nn.tanh(x + h)
h.next = x
local logits = nn.dense("out", 5)(h)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
