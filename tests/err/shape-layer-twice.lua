-- expect: shape-layer-twice.lua:7: nn.dense 'out': [5, 5] times [10]: expected 5 features, found 10
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local f = nn.dense("out", 5)
local logits = f(f(nn.onehot(chars)) .. nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
