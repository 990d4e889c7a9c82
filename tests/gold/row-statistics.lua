-- What is the same along a row leaves its sums: normalised rows whose parts are needed beside the whole, lengths by which rows are
-- divided, sums of differences, a matrix normalised over both dimensions.
local nn = require "nn"
local time = nn.axis("time", 6, { ragged = true })
local x, y = nn.input("x", nn.real(5), time), nn.target("y", nn.real(20), time)

local function unit(v) return v / nn.sqrt(nn.sum(v * v) + 0.1) end
local function centred(v) return v - nn.mean(v) end

local h = nn.state(20, { name = "h", axis = time })
local a = nn.layer_norm("norm")(nn.dense("in", 80)(x) + nn.linear("again", 80, { bias = false })(h))
local i, f, g, o = nn.split(a, 4)
h.next = nn.sigmoid(f) * h + nn.sigmoid(i) * nn.tanh(g) + 0.01 * unit(nn.slice(a, 1, 20)) + nn.sum(centred(o) * 2 - nn.mean(g) * unit(o))
local m = nn.reshape(h.next, 4, 5)
local c = centred(m)
local flat = nn.reshape(c / nn.sqrt(nn.mean(c * c) + 0.01), 20)
local shares = nn.softmax(h.next * 2)
return nn.model { name = "row_statistics", batch = 3, output = { y = unit(flat) + shares }, loss = nn.mse(unit(flat) + shares - nn.sum(-flat / nn.sum(a * a)), y) }
