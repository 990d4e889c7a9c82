-- ragged.lua: many to one over examples of any length up to 6
local nn = require "nn"
local t = nn.axis("t", 6, {ragged = true})
local x = nn.input("x", nn.real(3), t)
local y = nn.target("y", nn.class(4))
local h = nn.gru("g", {size=5, layers=2, reset="before"})(x)
local o = nn.linear("o", 4)(nn.last(h))
return nn.model { name = "ragged", batch = 3, output={p=nn.softmax(o)}, loss=nn.cross_entropy(o,y) }
