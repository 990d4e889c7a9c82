-- The recurrent cells, as anybody could write them: compositions of nn's operations, about ten lines each. Takes a
-- name and options, gives a function from a sequence to the sequence of h(t). Names, shapes, the order of gates
-- and initial weights are PyTorch's; PyTorch gives each layer two bias vectors. May not use anything but nn.
local nn = require "nn"
local cells = {}

-- The products of layer l with its input ("ih") or its own last output ("hh"): x -> W x + b, rows in PyTorch's
-- order.
local function product(name, kind, l, rows, columns, o)
    local init = o.init or nn.uniform(1 / math.sqrt(o.size))
    local W = nn.param(name .. ".weight_" .. kind .. "_l" .. l, { rows, columns }, init)
    local b
    if o["bias_" .. kind] ~= false and o.bias then
        local bias_init = o.bias_init or nn.uniform(1 / math.sqrt(o.size))
        b = nn.param(name .. ".bias_" .. kind .. "_l" .. l, { rows }, bias_init)
    end
    local function apply(x, from, to)                   -- from, to: only these rows
        local M, c = W, b
        if from then M, c = nn.rows(W, from, to), b and nn.slice(b, from, to) end
        local y = nn.matmul(M, x)
        return c and y + c or y
    end
    return apply
end

local function state(name, letter, l, o, x)
    return nn.state(o.size, { name = name .. "." .. letter .. "_l" .. l, axis = x.axis })
end

-- Layers of one cell on top of each other: cell(name, number of the layer, options, sequence) -> sequence.
local function stacked(what, cell, own)
    local spec = { { "size", "count" }, { "layers", "count", 1 }, { "bias", "flag", true },
        { "bias_ih", "flag", true }, { "bias_hh", "flag", true }, { "init", "init", false }, { "bias_init", "init", false } }
    for _, s in ipairs(own) do spec[#spec + 1] = s end
    return function(name, options)
        nn.expect(what, "name", name, "name")
        local o = nn.options(what, options, spec)
        return function(x)
            nn.expect(what .. " '" .. name .. "'", "x", x, "sequence")
            for l = 0, o.layers - 1 do x = cell(name, l, o, x) end
            return x
        end
    end
end

local function rnn(name, l, o, x)
    local W = product(name, "ih", l, o.size, x.size, o)
    local U = product(name, "hh", l, o.size, o.size, o)
    local h = state(name, "h", l, o, x)
    h.next = nn[o.nonlinearity](W(x) + U(h))
    return h.next
end

local function lstm(name, l, o, x)
    local W = product(name, "ih", l, 4 * o.size, x.size, o)
    local U = product(name, "hh", l, 4 * o.size, o.size, o)
    local h, c = state(name, "h", l, o, x), state(name, "c", l, o, x)
    local i, f, g, out = nn.split(W(x) + U(h), 4)
    c.next = nn.sigmoid(f) * c + nn.sigmoid(i) * nn.tanh(g)
    h.next = nn.sigmoid(out) * nn.tanh(c.next)
    return h.next
end

local function gru(name, l, o, x)
    local H = o.size
    local W = product(name, "ih", l, 3 * H, x.size, o)
    local U = product(name, "hh", l, 3 * H, H, o)
    local h = state(name, "h", l, o, x)
    local r, z, n                                       -- reset, update, new
    if o.reset == "after" then                          -- PyTorch's and cuDNN's: r * (U h + b)
        local wr, wz, wn = nn.split(W(x), 3)
        local ur, uz, un = nn.split(U(h), 3)
        r, z = nn.sigmoid(wr + ur), nn.sigmoid(wz + uz)
        n = nn.tanh(wn + r * un)
    else                                                -- the original paper's: U (r * h) + b
        r, z = nn.split(nn.sigmoid(W(x, 1, 2 * H) + U(h, 1, 2 * H)), 2)
        n = nn.tanh(W(x, 2 * H + 1, 3 * H) + U(r * h, 2 * H + 1, 3 * H))
    end
    h.next = (1 - z) * n + z * h
    return h.next
end

cells.rnn = stacked("nn.rnn", rnn, { { "nonlinearity", { "tanh", "relu" }, "tanh" } })
cells.lstm = stacked("nn.lstm", lstm, {})
cells.gru = stacked("nn.gru", gru, { { "reset", { "after", "before" }, "after" } })

return cells
