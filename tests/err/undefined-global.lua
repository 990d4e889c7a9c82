-- expect: undefined-global.lua:7: the variable 'hiden' is not defined; did you mean 'hidden'?
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local hidden = nn.onehot(chars)
local logits = nn.dense("out", 5)(hiden)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
