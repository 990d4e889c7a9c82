-- Few classes, many rows: what follows an embedding is multiplied once for each class. Two layers read the same embedding, one of
-- them gates that are cut apart, and the embedding itself is used as well; a second one has too many classes and stays as it is.
local nn = require "nn"
local time = nn.axis("time", 9)
local x, z, y = nn.input("x", nn.class(7), time), nn.input("z", nn.class(90), time), nn.target("y", nn.class(5), time)
local e = nn.embedding("few", 7, 6)(x)
local h = nn.gru("gru", { size = 8 })(e)
local wide = nn.tanh(nn.dense("wide", 6)(e)) * e
local logits = nn.dense("out", 5)(nn.concat(h, wide, nn.dense("rare", 4)(nn.embedding("many", 90, 3)(z))))
return nn.model { name = "lookups_multiplied", batch = 3, output = { y = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y) }
