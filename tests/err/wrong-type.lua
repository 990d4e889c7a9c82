-- expect: wrong-type.lua:6: nn.lstm: size: expected a positive whole number, found the string '128'
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local h = nn.lstm("rnn", { size = "128" })(nn.onehot(chars))
local logits = nn.dense("out", 5)(h)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
