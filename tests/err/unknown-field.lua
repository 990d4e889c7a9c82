-- expect: unknown-field.lua:6: nn.lstm: unknown field 'sise'; did you mean 'size'?; it has size, layers, bias, bias_ih, bias_hh, init, bias_init, start, reverse, bidirectional, merge, residual, final, dropout, recurrent_dropout, joined, layer_norm, peephole
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local h = nn.lstm("rnn", { sise = 8 })(nn.onehot(chars))
local logits = nn.dense("out", 5)(h)
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
