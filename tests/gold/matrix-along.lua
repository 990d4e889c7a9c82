-- all steps as one value and back, on an axis with lengths and on one without; the number of the step and the length as features
local nn = require "nn"
local words, time = nn.axis("words", 5, { ragged = true }), nn.axis("time", 4)
local x, y = nn.input("x", nn.real(3), words), nn.input("y", nn.real(3), time)
local target = nn.target("target", nn.real(2), time)
local W = nn.param("W", { 4, 5 }, nn.normal(0.5))
local keys = nn.matrix(nn.linear("key", 3)(x))                           -- [5, 3]
local score = nn.einsum("tk,k->t", keys, nn.linear("query", 3)(y))       -- on time: [5]
local mixed = nn.along(nn.einsum("st,tk->sk", W, keys), time)            -- on time: [3]
local at = nn.reshape(nn.index(time), 1) / 4 .. nn.length(words) / 5
local out = nn.linear("out", 2)(nn.tanh(score) .. mixed .. at)
return nn.model { name = "matrix_along", batch = 3, output = { out = out }, loss = nn.mse(out, target) }
