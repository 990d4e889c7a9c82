-- expect: steps-and-epochs.lua:7: train: steps and epochs both say how long to train; expected one of them
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model { name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next), train = { steps = 3, epochs = 2 } }
