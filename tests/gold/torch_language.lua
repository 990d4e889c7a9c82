-- torch_language.lua: class ids, two layers of LSTM, softmax cross-entropy as PyTorch computes them (make_goldens.py)
local nn = require "nn"
local time   = nn.axis("time", 5)
local chars  = nn.input("chars", nn.class(6), time)
local next   = nn.target("next", nn.class(6), time)
local logits = nn.dense("out", 6)(nn.lstm("rnn", { size = 17, layers = 2 })(nn.onehot(chars)))
return nn.model {
  name = "torch_language", batch = 3, output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
  train = { optimizer = nn.sgd { lr = 0.1 }, carry_state = true },
}
