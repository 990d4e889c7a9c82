-- Sums of squares of rows with fewer sweeps: about a mean that no weights can be freed of, also where the first number is far from all
-- others or all are the same, of a matrix' rows; and of a line, one number times weights, with and without a bias, twice the same
-- number, weights that are 0.
local nn = require "nn"
local time = nn.axis("time", 7)
local x, s, y = nn.input("x", nn.real(5), time), nn.input("s", nn.real(1), time), nn.target("y", nn.real(20), time)
local function normal(v)
    local c = v - nn.mean(v)
    return c / nn.sqrt(nn.mean(c * c) + 1e-5)
end

local h = nn.state(20, { name = "h", axis = time })
h.next = nn.tanh(normal(nn.tanh(nn.dense("in", 20)(x)) * 0.5 + h))
local far = normal(nn.concat(200 + s, nn.tanh(nn.dense("far", 19)(x))))
local same = normal(nn.sigmoid(s) + 0 * h)
local rows = nn.reshape(normal(nn.reshape(h * far, 4, 5)), 20)
local matrix = nn.reshape(nn.tanh(h), 4, 5)
local outer = nn.reshape(matrix / (1 + nn.sum(matrix * matrix)), 20)
local moments = h + far + same + rows + outer

local w, b, none = nn.param("w", { 20 }, nn.normal(1)), nn.param("b", { 20 }, nn.normal(1)), nn.param("none", { 20 }, nn.constant(0))
local function unit(v) return v / nn.sqrt(nn.sum(v * v) + 0.1) end
local line = nn.layer_norm("line")(nn.dense("wide", 20)(s)) + unit(w * s) * unit(b - w * s + s * b) + unit(none * s + b) + unit(none * s)
return nn.model { name = "row_moments", batch = 3, output = { y = moments + line }, loss = nn.mse(moments + line, y) }
