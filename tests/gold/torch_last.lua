-- torch_last.lua: embedding, GRU, the last state to a dense layer as PyTorch computes them (make_goldens.py)
local nn = require "nn"
local time   = nn.axis("time", 5)
local chars  = nn.input("chars", nn.class(6), time)
local label  = nn.target("label", nn.class(2))
local hidden = nn.gru("rnn", { size = 17 })(nn.embedding("embed", 6, 3)(chars))
local logits = nn.dense("out", 2)(nn.last(hidden))
return nn.model {
  name = "torch_last", batch = 3, output = { label = nn.softmax(logits) }, loss = nn.cross_entropy(logits, label),
}
