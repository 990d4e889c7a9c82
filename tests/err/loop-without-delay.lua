-- expect: loop-without-delay.lua:6: nn.state: delay: a state with delay 0 is a loop without a delay; expected at least 1
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local h = nn.state(5, { delay = 0 })
h.next = h + nn.onehot(chars)
local logits = nn.dense("out", 5)(h)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
