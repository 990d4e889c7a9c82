-- hello.lua: learns to spell "hello": from each letter, the next. The classic first example of a recurrent network.
local nn = require "nn"

local time    = nn.axis("time", 4)
local letter  = nn.input("letter", nn.class(4), time)           -- h e l o
local next    = nn.target("next", nn.class(4), time)

local hidden  = nn.rnn("rnn", { size = nn.define("hidden", 3) })(nn.onehot(letter))
local logits  = nn.dense("out", 4)(hidden)

return nn.model {
  name   = "hello",
  output = { next = nn.softmax(logits) },
  loss   = nn.cross_entropy(logits, next),
  train  = { optimizer = nn.adagrad { lr = 0.1 }, steps = 500 },
  data   = nn.text { into = letter, shifted = next, unit = "char", text = "hello" },
}
