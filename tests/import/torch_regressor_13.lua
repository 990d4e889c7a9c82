-- torch_regressor_13.lua: from torch_regressor_13.onnx (pytorch); weights in torch_regressor_13.safetensors
--   input x: [batch 2, 2 features, time 9]
--   output y: [batch 2, 1 features]
local nn = require "nn"

local time = nn.axis("time", 9)
local x = nn.input("x", nn.real(2), time)

local x2 = nn.relu(nn.conv1d("conv", 5, { kernel = 3, padding = "valid", stride = 2 })(x))
local x3 = x2 * nn.param("bn.weight", 5, nn.constant(1)) + nn.param("bn.bias", 5, nn.zeros)
local lstm = nn.lstm("rnn", { size = 4 })(x3)
local y = nn.linear("fc", 1)(nn.layer_norm("ln")(nn.last(lstm)))
local target = nn.target("target", nn.real(1))

return nn.model {
  name = "torch_regressor_13", batch = 2,
  output = { y = y },
  loss = nn.mse(y, target),           -- the file has none: put yours here
}
