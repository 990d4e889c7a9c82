-- torch_pooled.lua: from torch_pooled.onnx (pytorch); weights in torch_pooled.safetensors
--   input x: [batch, time, 3 features]
--   output y: [batch, 2 features]
local nn = require "nn"

local time = nn.axis("time", nn.define("steps", 20))
local x = nn.input("x", nn.real(3), time)

local function softmax_over(x, axis)
  local e = nn.exp(x - nn.max(x, axis))
  return e / nn.sum(e, axis)
end

local lstm = nn.lstm("rnn", { size = 4, bidirectional = true })(x)
local y = nn.linear("score", 1, { bias = false })(nn.tanh(nn.linear("key", 5)(lstm)))
local x2 = softmax_over(y, time)
local x3 = nn.sum(x2 * lstm, time) + nn.reshape(nn.sum(nn.einsum("i,j->ij", x2, lstm), time), 8)
local y2 = nn.linear("out", 2)(x3)
local target = nn.target("target", nn.real(2))

return nn.model {
  name = "torch_pooled", batch = 1,
  output = { y = y2 },
  loss = nn.mse(y2, target),           -- the file has none: put yours here
}
