-- T6: a cell of its own description, the minimal gated unit, 65 -> 128 -> 128, dense 65, softmax cross-entropy; T 50, B 50. Training.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 50))

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
local x, y = nn.input("x", nn.class(65), time), nn.target("y", nn.class(65), time)
local hidden = mgu("b", 128)(mgu("a", 128)(nn.onehot(x)))
local logits = nn.dense("out", 65)(hidden)
return nn.model { name = "T6", batch = 50, output = { y = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y) }
