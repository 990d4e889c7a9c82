-- expect: class-ids.lua:6: nn.dense 'out': x: expected a vector, found 'chars' (class ids): use nn.onehot(chars) or nn.embedding(name, 5, size)(chars)
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(chars)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
