-- torch_packed.lua: many to one from the final states of both directions, packed in PyTorch (make_goldens_cells.py)
local nn = require "nn"
local time  = nn.axis("time", 6, { ragged = true })
local chars = nn.input("chars", nn.class(5), time)
local label = nn.target("label", nn.class(2))
local _, h = nn.gru("rnn", { size = 65, bidirectional = true, final = true })(nn.embedding("embed", 5, 3)(chars))
local logits = nn.dense("out", 2)(h[1] .. h[2])
return nn.model {
  name = "torch_packed", batch = 3, output = { label = nn.softmax(logits) }, loss = nn.cross_entropy(logits, label),
}
