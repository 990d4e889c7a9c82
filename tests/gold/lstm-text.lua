-- lstm-text.lua: class ids to class ids, the state of the window before given; the numbers beside it are PyTorch's
-- (make_goldens.py).
local nn = require "nn"
local time = nn.axis("time", 5)
local chars = nn.input("chars", nn.class(11), time)
local next = nn.target("next", nn.class(11), time)
local logits = nn.dense("out", 11)(nn.lstm("rnn", { size = 17, layers = 2 })(nn.onehot(chars)))
return nn.model {
  name = "lstm_text", batch = 3,
  output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next), train = { carry_state = true },
}
