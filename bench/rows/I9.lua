-- I9: the minimal gated unit of T6, 1 -> 40, dense 1. One step, batch 1.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 256))

local function mgu(name, size)
  local W, U = nn.linear(name .. ".x", 2 * size), nn.linear(name .. ".f", size, { bias = false })
  local V = nn.linear(name .. ".c", size, { bias = false })
  return function(x)
    local h = nn.state(size, { name = name .. ".h" })
    local xf, xc = nn.split(W(x), 2)
    local f = nn.sigmoid(xf + U(h))
    h.next = (1 - f) * h + f * nn.tanh(xc + V(f * h))
    return h.next
  end
end
local x, y = nn.input("x", nn.real(1), time), nn.target("y", nn.real(1), time)
local out = nn.dense("out", 1)(mgu("a", 40)(x))
return nn.model { name = "I9", output = { y = out }, loss = nn.mse(out, y) }
