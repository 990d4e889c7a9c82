-- torch_translate_plain.lua: encoder and decoder on two axes, teacher forcing, lengths 0, 1 and the maximum (make_goldens_nets.py)
local nn = require "nn"
local source, words = nn.axis("source", 5, { ragged = true }), nn.axis("words", 6, { ragged = true })
local x, w = nn.input("x", nn.class(7), source), nn.input("w", nn.class(6), words)
local y    = nn.target("y", nn.class(6), words)
local e, h = nn.gru("enc", { size = 5, final = true })(nn.embedding("source", 7, 3)(x))
local d    = nn.gru("dec", { size = 5, start = h })(nn.embedding("target", 6, 3)(w))
local logits = nn.dense("out", 6)(nn.dense("mix", 4, { activation = nn.tanh })(d))
return nn.model {
  name = "torch_translate_plain", batch = 4, output = { p = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y),
}
