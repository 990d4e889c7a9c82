-- expect: unknown-field-model.lua:7: nn.model: unknown field 'outputs'; did you mean 'output'?; it has name, output, loss, batch, train, data, generate, reset
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", outputs = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
