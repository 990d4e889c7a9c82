-- expect: carry-ahead.lua:6: the state 'h' looks ahead, so no window can hand it to the next; expected delay > 0 with carry_state, or an init of its own
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local h = nn.state(5, { name = "h", delay = -1 })
h.next = nn.tanh(h + nn.onehot(chars))
local logits = nn.dense("out", 5)(h)
return nn.model {
  name = "m", output = { next = logits }, loss = nn.cross_entropy(logits, next),
  train = { carry_state = true },
}
