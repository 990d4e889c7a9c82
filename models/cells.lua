-- The recurrent cells, as anybody could write them: compositions of nn's operations, about ten lines each. Takes a
-- name and options, gives a function from a sequence to the sequence of h(t). Names, shapes, the order of gates
-- and initial weights are PyTorch's; PyTorch gives each layer two bias vectors. May not use anything but nn.
local nn = require "nn"
local cells = {}

-- What a cell is given as `at`: name and options of the layer, its number and direction as the ending of names
-- ("_l0", "_l0_reverse"), its input x, and what it made when it was used before.
local function made(at, kind, make)
    local name = at.name .. "." .. kind .. at.ending
    at.all[name] = at.all[name] or make(name)
    return at.all[name]
end

local function param(at, kind, dims, init)
    init = init or nn.uniform(1 / math.sqrt(at.o.size))
    return made(at, kind, function(name) return nn.param(name, dims, init) end)
end

-- The product with the input ("ih") or the last output ("hh"): x -> W x + b, rows in PyTorch's order.
local function product(at, kind, rows, columns)
    local o, b = at.o, nil
    local W = param(at, "weight_" .. kind, { rows, columns }, o.init)
    if o["bias_" .. kind] and o.bias then b = param(at, "bias_" .. kind, { rows }, o.bias_init) end
    return function(x, from, to)                        -- from, to: only these rows
        local M, c = W, b
        if from then M, c = nn.rows(W, from, to), b and nn.slice(b, from, to) end
        local y = nn.matmul(M, x)
        return c and y + c or y
    end
end

-- h(t-1) as products see it: under one mask a sequence, with recurrent dropout
local function kept(at, h) return nn.dropout(h, at.o.recurrent_dropout, { once = true }) end

-- W x + U h, or W [x; h] with a single matrix and bias; W x, U h as they are given to `norm`, if any
local function gates(at, rows, h, norm)
    local x, o = at.x, at.o
    h = kept(at, h)
    if o.joined then
        if not (o.bias_ih and o.bias_hh) then
            error(at.who .. ": joined: there is one bias; bias = false leaves it out")
        end
        local y = nn.matmul(param(at, "weight", { rows, x.size + o.size }, o.init), x .. h)
        return o.bias and y + param(at, "bias", { rows }, o.bias_init) or y
    end
    local W, U = product(at, "ih", rows, x.size), product(at, "hh", rows, o.size)
    if norm then return norm(at, "norm_ih", W(x)) + norm(at, "norm_hh", U(h)) end
    return W(x) + U(h)
end

local function norm(at, kind, x)
    return made(at, kind, nn.layer_norm)(x)
end

local function state(at, letter)
    local init = at.start[letter]
    local name = at.name .. "." .. letter .. at.ending .. (at.use > 1 and "." .. at.use or "")
    local s = nn.state(at.o.size, { name = name, axis = at.x.axis, init = init, delay = at.back and -1 or 1 })
    at.states[letter] = s
    return s
end

-- ---- the cells -------------------------------------------------------------------------------------------------

local function rnn(at)
    local h = state(at, "h")
    local a = gates(at, at.o.size, h)
    if at.o.layer_norm then a = norm(at, "norm", a) end
    h.next = nn[at.o.nonlinearity](a)
    return h.next
end

local function lstm(at)
    local h, c, H = state(at, "h"), state(at, "c"), at.o.size
    local i, f, g, out = nn.split(gates(at, 4 * H, h, at.o.layer_norm and norm), 4)
    local function peep(gate, letter, cell)             -- a gate that sees the cell
        return at.o.peephole and gate + param(at, "weight_c" .. letter, H, at.o.init) * cell or gate
    end
    c.next = nn.sigmoid(peep(f, "f", c)) * c + nn.sigmoid(peep(i, "i", c)) * nn.tanh(g)
    local seen = at.o.layer_norm and norm(at, "norm_c", c.next) or c.next
    h.next = nn.sigmoid(peep(out, "o", c.next)) * nn.tanh(seen)
    return h.next
end

local function gru(at)
    local h, H = state(at, "h"), at.o.size
    local W, U = product(at, "ih", 3 * H, at.x.size), product(at, "hh", 3 * H, H)
    local seen = kept(at, h)
    local r, z, n                                       -- reset, update, new
    if at.o.reset == "after" then                       -- PyTorch's and cuDNN's: r * (U h + b)
        local wr, wz, wn = nn.split(W(at.x), 3)
        local ur, uz, un = nn.split(U(seen), 3)
        r, z = nn.sigmoid(wr + ur), nn.sigmoid(wz + uz)
        n = nn.tanh(wn + r * un)
    else                                                -- the original paper's: U (r * h) + b
        r, z = nn.split(nn.sigmoid(W(at.x, 1, 2 * H) + U(seen, 1, 2 * H)), 2)
        n = nn.tanh(W(at.x, 2 * H + 1, 3 * H) + U(r * seen, 2 * H + 1, 3 * H))
    end
    h.next = (1 - z) * n + z * h
    return h.next
end

-- ---- layers of them --------------------------------------------------------------------------------------------

-- What the options say of initial states: by letter, a list for each layer and direction.
local function starts(what, start, letters, n)
    local all = {}
    if start == nil then return all end
    local one = #letters == 1 and nn.expect(what, "start", start, "list")
    local t = one and { h = one }
        or nn.options(what .. ": start", start, { { "h", "list", false }, { "c", "list", false } })
    for _, letter in ipairs(letters) do
        local list = t[letter]
        if list and #list ~= n then
            error(("%s: start: expected %d value%s, one for each layer and direction, found %d"):format(what, n,
                n == 1 and "" or "s", #list))
        end
        all[letter] = list
    end
    return all
end

-- Layers of one cell on top of each other: a function from a sequence to the sequence of the topmost and, with
-- `final`, for each letter (h, c) the list of final states, layer by layer, each forward, then reversed.
local function stacked(what, cell, letters, own)
    local spec = { { "size", "count" }, { "layers", "count", 1 }, { "bias", "flag", true },
        { "bias_ih", "flag", true }, { "bias_hh", "flag", true }, { "init", "init", false },
        { "bias_init", "init", false }, { "start", "start", false }, { "reverse", "flag", false },
        { "bidirectional", "flag", false }, { "merge", { "concat", "sum" }, "concat" },
        { "residual", "flag", false }, { "final", "flag", false }, { "dropout", "share", 0 },
        { "recurrent_dropout", "share", 0 } }
    for _, s in ipairs(own) do spec[#spec + 1] = s end
    return function(name, options)
        nn.expect(what, "name", name, "name")
        local o = nn.options(what, options, spec)
        local who = what .. " '" .. name .. "'"
        local ways = o.bidirectional and { false, true } or { o.reverse }
        local start = starts(who, o.start, letters, o.layers * #ways)
        local all, use = {}, 0
        if o.reverse and o.bidirectional then error(who .. ": expected reverse or bidirectional, found both") end
        if o.merge == "sum" and not o.bidirectional then error(who .. ": merge: there is one direction only") end
        if o.dropout > 0 and o.layers == 1 then
            error(who .. ": dropout acts between layers; expected at least 2, found 1")
        end
        if o.residual and o.layers == 1 then error(who .. ": residual: there is one layer only") end

        local function one(l, back, x, final)           -- one layer in one direction
            local at = { who = who, name = name, o = o, x = x, all = all, use = use, back = back, states = {},
                start = {}, ending = "_l" .. l .. (back and "_reverse" or "") }
            for letter, list in pairs(start) do at.start[letter] = list[#final.h + 1] end
            local y = cell(at)
            for _, letter in ipairs(letters) do
                local f = final[letter]
                f[#f + 1] = (back and nn.first or nn.last)(at.states[letter].next, at.start[letter])
            end
            return y
        end

        return function(x)
            nn.expect(who, "x", x, "sequence")
            use = use + 1
            local final = { h = {}, c = {} }
            for l = 0, o.layers - 1 do
                local seen = l > 0 and nn.dropout(x, o.dropout) or x
                local y = one(l, ways[1], seen, final)
                if o.bidirectional then
                    local z = one(l, true, seen, final)
                    if o.merge == "sum" then y = y + z else y = y .. z end
                end
                x = o.residual and l > 0 and x + y or y
            end
            if not o.final then return x end
            if #letters == 1 then return x, final.h end
            return x, final.h, final.c
        end
    end
end

cells.rnn = stacked("nn.rnn", rnn, { "h" }, { { "nonlinearity", { "tanh", "relu" }, "tanh" },
    { "joined", "flag", false }, { "layer_norm", "flag", false } })
cells.lstm = stacked("nn.lstm", lstm, { "h", "c" }, { { "joined", "flag", false }, { "layer_norm", "flag", false },
    { "peephole", "flag", false } })
cells.gru = stacked("nn.gru", gru, { "h" }, { { "reset", { "after", "before" }, "after" } })

return cells
