-- torch_mgu.lua: a cell of one's own, the minimal gated unit, as PyTorch computes it (make_goldens.py)
local nn = require "nn"
local function mgu(name, size)
  local W, U = nn.linear(name .. ".x", 2 * size), nn.linear(name .. ".f", size, { bias = false })
  local C = nn.linear(name .. ".c", size, { bias = false })
  return function(x)
    local h = nn.state(size, { name = name .. ".h" })
    local xf, xc = nn.split(W(x), 2)
    local f = nn.sigmoid(xf + U(h))
    h.next = (1 - f) * h + f * nn.tanh(xc + C(f * h))
    return h.next
  end
end
local time  = nn.axis("time", 5)
local x     = nn.input("x", nn.real(4), time)
local y     = nn.target("y", nn.real(2), time)
local guess = nn.dense("out", 2)(mgu("mgu", 17)(x))
return nn.model {
  name = "torch_mgu", batch = 3, output = { guess = guess }, loss = nn.mse(guess, y),
  train = { optimizer = nn.sgd { lr = 0.1 }, carry_state = true },
}
