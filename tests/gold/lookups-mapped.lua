-- Few classes, many rows: what is computed from a looked-up row alone is computed once for each class: rows of a matrix and columns,
-- two of them together, normalised, summed, beside a number and a vector; not where one of them depends on the step or the lookups
-- are of different classes. On an axis of different lengths too, where roots and quotients are guarded.
local nn = require "nn"
local time = nn.axis("time", 9, { ragged = true })
local x, z, y = nn.input("x", nn.class(7), time), nn.input("z", nn.class(4), time), nn.target("y", nn.real(8), time)
local rows, columns = nn.embedding("rows", 7, 8)(x), nn.dense("columns", 8)(nn.onehot(x))
local scale, less = nn.param("scale", { 8 }, nn.normal(1)), nn.param("less", {}, nn.normal(1))
local normal = nn.layer_norm("normal")(columns)
local both = nn.tanh(rows * scale - less) + nn.layer_norm("again")(rows)
local other = nn.sigmoid(nn.embedding("other", 4, 8)(z)) * rows
local small = nn.sum(rows * rows) + nn.max(nn.sum(columns), 0.1)
local h = nn.lstm("lstm", { size = 8, layer_norm = true })(nn.onehot(x))
local out = normal * both + other * small + h + columns * columns
return nn.model { name = "lookups_mapped", batch = 3, output = { y = out }, loss = nn.mse(out, y) }
