-- torch_self.lua: from torch_self.onnx (pytorch); weights in torch_self.safetensors
--   input x: [batch 2, time 6, 3 features]
--   output y: [batch 2, time 6, 5 features]
local nn = require "nn"

local time = nn.axis("time", 6)
local x = nn.input("x", nn.real(3), time)

local x2 = nn.einsum("j,ij->i", nn.linear("q", 4)(x), nn.matrix(nn.linear("k", 4)(x)))
local x3 = nn.select(nn.along(nn.param("Where_31", { 6, 6 }, nn.zeros), time), -1e+30, x2 / 2)
local y = nn.layer_norm("norm")(nn.einsum("j,ji->i", nn.softmax(x3), nn.matrix(nn.linear("v", 5)(x))))
local target = nn.target("target", nn.real(5), time)

return nn.model {
  name = "torch_self", batch = 2,
  output = { y = y },
  loss = nn.mse(y, target),           -- the file has none: put yours here
}
