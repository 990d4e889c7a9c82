-- expect: no-sequence.lua:7: nn.rnn 'rnn': x: expected a sequence of vectors, found a value (batch, [4]): nn.spread(x, axis) gives a value to each step
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local v = nn.input("v", nn.real(4))
local h = nn.rnn("rnn", { size = 4 })(v)
local logits = nn.dense("out", 5)(h)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
