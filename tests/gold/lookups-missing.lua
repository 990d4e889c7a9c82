-- A row looked up by a target that is missing on some steps is zero, and a map of it is the map of zero: not a row of a table.
-- With tanh(b + 0) of the bias, which only the missing steps show.
local nn = require "nn"
local time = nn.axis("time", 9)
local x, z = nn.input("x", nn.real(3), time), nn.target("z", nn.class(4), time)
local y = nn.target("y", nn.real(3), time)
local e = nn.tanh(nn.dense("e", 3)(nn.onehot(z)))
local out = nn.dense("d", 3)(x)
return nn.model { name = "lookups_missing", batch = 8, output = { y = out },
  loss = nn.mse(out + e, y) + nn.cross_entropy(nn.dense("c", 4)(x), z) }
