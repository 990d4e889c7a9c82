-- every loss, with weights, over lengths from 0, and a sum of several
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x = nn.input("x", nn.real(4), time)
local w = nn.input("w", nn.real(), time)
local label, y = nn.target("label", nn.class(3), time), nn.target("y", nn.real(3), time)
local yes = nn.target("yes", nn.class(2), time)
local h = nn.rnn("rnn", { size = 5 })(x)
local logits, guess = nn.dense("a", 3)(h), nn.dense("b", 3)(h)
local share = nn.sigmoid(y)
local loss = nn.cross_entropy(logits, label, { label_smoothing = 0.1, class_weight = { 0.5, 0.5, 2 }, weight = nn.abs(w) })
  + nn.cross_entropy(logits, nn.softmax(y), { class_weight = { 1, 2, 3 }, last = 2 }) + nn.mse(guess, y, { last = 3 })
  + nn.mae(guess, y + 3) + nn.huber(guess * 3, y, { delta = 0.7 }) * 0.3
  + nn.binary_cross_entropy(guess * 4, share, { pos_weight = { 1, 2, 0.5 } })
  + nn.binary_cross_entropy(nn.dense("c", 1)(h), yes, { pos_weight = 3, reduction = "sum" })
return nn.model { name = "losses", batch = 3, output = { guess = guess }, loss = loss }
