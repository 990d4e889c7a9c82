-- expect: loss-not-a-number.lua:7: nn.model: loss: expected one number, found a value (time, batch, [5]); nn.cross_entropy and nn.mse give one
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = logits }, loss = logits - nn.onehot(next),
}
