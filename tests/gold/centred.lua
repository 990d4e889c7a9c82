-- Rows less their own mean: of products and biases, where the weights' means can be taken from them once: matrices either way round, a
-- joined one, classes; and where not: a row that is needed as it is, one with a number added, a state, many classes.
local nn = require "nn"
local time = nn.axis("time", 12, { ragged = true })
local x, id, y = nn.input("x", nn.real(5), time), nn.input("id", nn.class(200), time), nn.target("y", nn.real(20), time)
local function less_mean(v) return v - nn.sum(v) / 20 end
local W, U = nn.param("W", { 20, 5 }, nn.normal(1)), nn.param("U", { 5, 20 }, nn.normal(1))
local b, V = nn.param("b", { 20 }, nn.normal(1)), nn.param("V", { 20, 25 }, nn.normal(0.3))
local h = nn.state(20, { name = "h", axis = time })
local rows = less_mean(nn.matmul(W, x) + b)
local columns = nn.layer_norm("columns")(nn.einsum("i,io->o", x, U) - b)
local joined = less_mean(nn.matmul(V, nn.concat(x, h)) + b)
local class = nn.layer_norm("class")(nn.embedding("many", 200, 20)(id) + b)
local kept = nn.matmul(W, nn.tanh(x))
local moved = less_mean(nn.matmul(W, x * x) + 0.5)
h.next = nn.tanh(nn.layer_norm("state")(joined + rows) + less_mean(h))
local out = h + columns * class + kept * less_mean(kept) + moved
return nn.model { name = "centred", batch = 4, output = { y = out }, loss = nn.mse(out, y) }
