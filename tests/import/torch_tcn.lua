-- torch_tcn.lua: from torch_tcn.onnx (pytorch); weights in torch_tcn.safetensors
--   input x: [batch 2, 2 features, time 9]
--   output y: [batch 2, 1 features]
local nn = require "nn"

local time = nn.axis("time", 9)
local x = nn.input("x", nn.real(2), time)

local x2 = nn.relu(nn.conv1d("conv2", 4, { kernel = 3 })(x)) + nn.conv1d("down", 4, { kernel = 1 })(x)
local x3 = nn.relu(x2)
local x4 = nn.relu(nn.conv1d("conv", 4, { kernel = 3, dilation = 2 })(x3)) + nn.conv1d("down2", 4, { kernel = 1 })(x3)
local y = nn.linear("out", 1)(nn.last(nn.relu(x4)))
local target = nn.target("target", nn.real(1))

return nn.model {
  name = "torch_tcn", batch = 2,
  output = { y = y },
  loss = nn.mse(y, target),           -- the file has none: put yours here
}
