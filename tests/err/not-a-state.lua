-- expect: not-a-state.lua:7: next: expected a state (nn.state), found a value (time, batch, [5])
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local x = nn.onehot(chars)
x.next = nn.tanh(x)
local logits = nn.dense("out", 5)(x)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
