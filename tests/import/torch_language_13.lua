-- torch_language_13.lua: from torch_language_13.onnx (pytorch); weights in torch_language_13.safetensors
--   input x: [batch 2, time 5]
--   output y: [batch 2, time 5, 9 features]
local nn = require "nn"

local time = nn.axis("time", 5)
local x = nn.input("x", nn.class(9), time)

local lstm = nn.lstm("rnn", { size = 4, layers = 2 })(nn.embedding("emb", 9, 3)(x))
local y = nn.linear("out", 9)(lstm)
local target = nn.target("target", nn.class(9), time)

return nn.model {
  name = "torch_language_13", batch = 2,
  output = { y = nn.log_softmax(y) },
  loss = nn.cross_entropy(y, target),           -- the file has none: put yours here
}
