-- torch_classifier_13.lua: from torch_classifier_13.onnx (pytorch); weights in torch_classifier_13.safetensors
--   input x: [batch 2, time 5, 3 features]
--   output y: [batch 2, 3 features]
local nn = require "nn"

local time = nn.axis("time", 5)
local x = nn.input("x", nn.real(3), time)

local _, h = nn.gru("gru", { size = 4, layers = 2, bidirectional = true, final = true })(x)
local y = nn.linear("fc", 3)(h[3] .. h[4])
local target = nn.target("target", nn.class(3))

return nn.model {
  name = "torch_classifier_13", batch = 2,
  output = { y = nn.softmax(y) },
  loss = nn.cross_entropy(y, target),           -- the file has none: put yours here
}
