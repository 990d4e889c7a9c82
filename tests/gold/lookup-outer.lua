-- The matrix that a class is looked up in is computed, number by number: it must be stored, not computed again in its reader's rows.
local nn = require "nn"
local time = nn.axis("time", 5)
local x, y = nn.input("x", nn.class(4), time), nn.target("y", nn.class(3), time)
local logits = nn.dense("out", 3)(nn.embedding("one", 4, 1)(x))
return nn.model { name = "lookup_outer", batch = 2, output = { y = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y) }
