-- few-steps.lua: delays that reach back further than there are steps; the gradients of the initial rows that no step reads are 0.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 1), { ragged = nn.define("ragged", false) })
local ids, w = nn.input("ids", nn.class(5), time), nn.input("w", nn.real(), time)
local d = nn.delay(nn.onehot(ids), 2, nn.input("start", nn.real(5)))
local e = nn.delay(nn.tanh(w), 3, nn.param("before", { 3 }, nn.normal(1)))
return nn.model { name = "few_steps", batch = 3, output = { d = d, e = e },
    loss = nn.cross_entropy(d * e, nn.softmax(nn.target("y", nn.real(5), time))) }
