-- mgu.lua: a cell of one's own is the equal of the built-in ones. The minimal gated unit is a GRU with one gate.
local nn = require "nn"

local function mgu(name, size)
  local W, U = nn.linear(name .. ".x", 2 * size), nn.linear(name .. ".f", size, { bias = false })
  local V = nn.linear(name .. ".c", size, { bias = false })
  return function(x)
    local h = nn.state(size, { name = name .. ".h" })           -- h(t-1); zero before the first step
    local xf, xc = nn.split(W(x), 2)
    local f = nn.sigmoid(xf + U(h))
    local c = nn.tanh(xc + V(f * h))
    h.next = (1 - f) * h + f * c
    return h.next                                               -- the sequence of h(t)
  end
end

local symbols = nn.vocabulary(65)
local time    = nn.axis("time", 50)
local chars   = nn.input("chars", nn.class(symbols), time)
local next    = nn.target("next", nn.class(symbols), time)

local embed   = nn.embedding("embed", symbols, 32)
local logits  = nn.dense("out", symbols)(mgu("mgu", nn.define("hidden", 128))(embed(chars)))

return nn.model {
  name = "mgu", batch = 32,
  output = { next = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, next),
  train  = { optimizer = nn.adam { lr = 2e-3 }, clip_norm = 5, carry_state = true, steps = 2000, valid = 0.1 },
  data   = nn.text { into = chars, shifted = next, unit = "char" },
}
