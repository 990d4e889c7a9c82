-- expect: memory.lua:7: the description needs too much memory: more than 256 MB
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local s, x = {}, ("x"):rep(1000000)
while true do s[#s + 1] = x .. #s end
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
