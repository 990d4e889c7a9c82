-- targets that are missing (class id -1): left out of the mean, zero where they are counted, never looked up in a matrix
local nn = require "nn"
local t = nn.axis("t", 7, { ragged = true })
local c, y, one = nn.input("c", nn.class(5), t), nn.target("y", nn.class(17), t), nn.target("one", nn.class(3))
local look = nn.embedding("e", 5, 3)
local h = nn.gru("rnn", { size = 3 })(look(c))
local logits, first = nn.dense("out", 17)(h), nn.dense("first", 3)(nn.last(h))
return nn.model { name = "missing", batch = 3, output = { y = logits },
  loss = nn.cross_entropy(logits, y, { ignore_missing = true, weight = nn.sum(h * h) })
    + nn.cross_entropy(logits, y, { label_smoothing = 0.1 })
    + nn.cross_entropy(first, one, { ignore_missing = true, class_weight = { 1, 2, 0.5 } })
    + nn.mse(nn.embedding("f", 17, 3)(y), h) }
