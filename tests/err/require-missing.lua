-- expect: require-missing.lua:6: require 'no_such_cell': there is no file no_such_cell.lua
local nn = require "nn"
local time = nn.axis("time", 8)
local chars = nn.input("chars", nn.class(5), time)
local next = nn.target("next", nn.class(5), time)
local cell = require "no_such_cell"
local logits = nn.dense("out", 5)(nn.onehot(chars))
return nn.model {
  name = "m", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
}
