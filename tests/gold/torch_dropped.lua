-- torch_dropped.lua: masks of dropout that are given, on inputs, between layers and on h, one a sequence (make_goldens_cells.py)
local nn = require "nn"
local time = nn.axis("time", 6)
local x, y = nn.input("x", nn.real(4), time), nn.target("y", nn.real(5), time)
local mask_x, mask_l = nn.input("mask_x", nn.real(4), time), nn.input("mask_l", nn.real(5), time)
local mask_h = nn.input("mask_h", nn.real(5))
local function cell(name, x, mask)                               -- parameters as PyTorch's RNNCell has them
  local function param(kind, ...) return nn.param(name .. "." .. kind, { ... }, nn.uniform(0.5)) end
  local W, U = param("weight_ih", 5, x.size), param("weight_hh", 5, 5)
  local h = nn.state(5, { name = name .. ".h" })
  h.next = nn.tanh(nn.matmul(W, x) + param("bias_ih", 5) + nn.matmul(U, mask and h * mask or h) + param("bias_hh", 5))
  return h.next
end
local h = cell("b", cell("a", x * mask_x, mask_h) * mask_l)
return nn.model { name = "torch_dropped", batch = 3, output = { h = h }, loss = nn.mse(h, y) }
