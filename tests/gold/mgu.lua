-- mgu.lua: a cell of one's own on an embedding; the numbers beside it are PyTorch's (make_goldens.py).
local nn = require "nn"
local time = nn.axis("time", 5)
local chars = nn.input("chars", nn.class(11), time)
local next = nn.target("next", nn.class(11), time)

local W, U, C = nn.linear("mgu.x", 34), nn.linear("mgu.f", 17, { bias = false }), nn.linear("mgu.c", 17, { bias = false })
local h = nn.state(17, { name = "h" })
local xf, xc = nn.split(W(nn.embedding("embed", 11, 7)(chars)), 2)
local f = nn.sigmoid(xf + U(h))
h.next = (1 - f) * h + f * nn.tanh(xc + C(f * h))

local logits = nn.dense("out", 11)(h.next)
return nn.model {
  name = "mgu", batch = 3, output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
