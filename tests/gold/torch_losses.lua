-- torch_losses.lua: every loss with its options over lengths from 0, and their sum (make_goldens_nets.py)
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x, w = nn.input("x", nn.real(3), time), nn.input("w", nn.real(), time)
local y = nn.target("y", nn.real(3), time)
local label, yes = nn.target("label", nn.class(3), time), nn.target("yes", nn.class(2), time)
local u, v, s = nn.dense("a", 3)(x), nn.dense("b", 3)(x), nn.dense("c", 1)(x)
return nn.model {
  name = "torch_losses", batch = 9, output = { u = u },
  loss = nn.cross_entropy(u, label, { class_weight = { 0.5, 0.5, 2 }, label_smoothing = 0.125 })
    + nn.cross_entropy(u, label, { reduction = "sum", label_smoothing = 0.25 })
    + nn.cross_entropy(u, nn.softmax(y), { class_weight = { 1, 2, 3 }, label_smoothing = 0.125 })
    + nn.cross_entropy(u, label, { weight = w })
    + nn.cross_entropy(u, label, { last = 2 })
    + nn.mae(v, y)
    + nn.huber(v, y, { delta = 0.25 })
    + nn.huber(v, y, { reduction = "sum", last = 2 })
    + nn.mse(v, y, { last = 2 })
    + nn.binary_cross_entropy(v, nn.sigmoid(y), { pos_weight = { 1, 2, 3 } })
    + nn.binary_cross_entropy(8 * s, yes, { pos_weight = 3 }),
}
