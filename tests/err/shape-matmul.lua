-- expect: shape-matmul.lua:7: nn.matmul: [5, 7] times [5]: expected 7 features, found 5
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local W = nn.param("W", { 5, 7 }, nn.normal(0.1))
local logits = nn.matmul(W, nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
