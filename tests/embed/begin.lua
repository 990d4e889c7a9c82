-- begin.lua: an encoder over one ragged axis starts a decoder over another, which attends to all its steps (the default); or
-- (-D kind=vector) a vector starts two states, one that reaches two steps back, and is read at each step
local nn = require "nn"
local kind = nn.define("kind", "attention")

if kind == "vector" then
  local t = nn.axis("t", 9)
  local v = nn.input("v", nn.real(4))
  local x = nn.input("x", nn.real(2), t)
  local y = nn.target("y", nn.real(3), t)
  local h = nn.state(3, { name = "h", init = nn.tanh(nn.linear("start", 3)(v)) })
  local g = nn.state(3, { name = "g", delay = 2, init = nn.reshape(nn.linear("two", 6)(v), 2, 3) })
  h.next = nn.tanh(nn.linear("in", 3)(x .. h .. v) + g)
  g.next = h * 0.5
  return nn.model { name = "begun", batch = 2, output = { out = h.next + g, side = nn.softmax(v * 2) }, loss = nn.mse(h.next + g, y) }
end

local s = nn.axis("s", 6, { ragged = true })
local t = nn.axis("t", 5, { ragged = true })
local source = nn.input("source", nn.class(7), s)
local given  = nn.input("given", nn.class(5), t)
local y      = nn.target("y", nn.class(5), t)
local enc    = nn.gru("enc", { size = 8 })(nn.embedding("words", 7, 6)(source))
local there  = nn.matrix(enc * 0 + 1)
local keys, mask = nn.matrix(nn.linear("key", 8, { bias = false })(enc)), nn.reshape(nn.slice(there, 1, 1), 6)
local h      = nn.state(8, { name = "dec", axis = t, init = nn.last(enc) })
h.next = nn.tanh(nn.linear("in", 8)(nn.onehot(given) .. h))
local score = nn.einsum("sh,h->s", keys, h.next)
local weight = nn.softmax(nn.select(mask, score, -1e9))
local context = nn.einsum("s,sh->h", weight, nn.matrix(enc))
local logits = nn.linear("out", 5)(context .. h.next)
return nn.model { name = "begun", batch = 3, output = { p = nn.softmax(logits), weight = weight },
                  loss = nn.cross_entropy(logits, y) }
