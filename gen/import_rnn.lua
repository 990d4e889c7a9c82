-- Import, recurrent operators: RNN, LSTM, GRU. What nn's layers have options for becomes such a layer, and layers on top of each
-- other one; anything else is written out with nn.state. Entries as in import_ops.lua. ONNX orders the gates i o f c (LSTM) and z r h
-- (GRU), we i f g o and r z n, as PyTorch.
local I = ...
local A, T = I.array, I.text
local ops = I.ops

local kinds = {
    RNN = { layer = "rnn", gates = { 1 }, letters = { "h" }, default = { "Tanh" } },
    LSTM = { layer = "lstm", gates = { 1, 3, 4, 2 }, letters = { "h", "c" }, default = { "Sigmoid", "Tanh", "Tanh" } },
    GRU = { layer = "gru", gates = { 2, 1, 3 }, letters = { "h" }, default = { "Sigmoid", "Tanh" } },
}

-- ---- the axis ------------------------------------------------------------------------------------------------------------

function I.axis_key(d)
    d = I.find(d)
    return d.size and "#" .. d.size or d.name or "?"
end

function I.axis_node(d)
    d = I.find(d)
    if d.axis then return d.axis end
    local key = I.axis_key(d)
    if not I.axes[key] then
        I.axes[key] = { node = T.node("", {}, { plain = true }), dim = d, key = key }
        I.axes[#I.axes + 1] = I.axes[key]
    end
    return I.axes[key].node
end

local function same_batch(d, b, what)
    local n, size = type(d) == "number" and d or I.find(d).size, I.find(b).size
    if n and size and n ~= size then error(("%s: of %d examples, X has %d"):format(what, n, size), 0) end
end

local function lengths(v, x, t, b)       -- sequence_lens: the axis is ragged
    if not v then
        if I.ragged[I.axis_key(t)] then
            error("sequence_lens: other operators on this axis have lengths, this one has none", 0)
        end
        return
    end
    if not v.node then
        local shape = v.array and A.shape(v.array) or { #I.items(v, "sequence_lens") }
        if #shape ~= 1 then error(("sequence_lens: expected 1 dimension, found %d"):format(#shape), 0) end
        same_batch(shape[1], b, "sequence_lens")
        for _, n in ipairs(I.integers(v, "sequence_lens")) do
            if n ~= t.size then error(("sequence_lens: expected %s, the number of steps, or an input, found %d"):format(
                I.size_text(t), n), 0) end
        end
        return
    end
    if not v.port or not v.whole or #v.dims ~= 1 then error("sequence_lens: expected an input as it is", 0) end
    if t.axis then error("sequence_lens: of an axis that a convolution made", 0) end
    same_batch(I.assign(v.dims[1], "b", "sequence_lens"), b, "sequence_lens")
    local input = v.itself or v
    input.length_of = t
    local key = I.axis_key(t)
    if I.ragged[key] and I.ragged[key] ~= v.port.name then error("sequence_lens: two inputs say the lengths", 0) end
    if not I.ragged[key] then I.ragged[key], I.changed = v.port.name, true end
end

-- ---- weights ---------------------------------------------------------------------------------------------------------------

local function part(a, i)                -- direction i of an array with a dimension for directions, without it
    local shape = A.shape(a)
    table.remove(shape, 1)
    return A.reshape(A.slice(a, 1, i - 1, 1, 1), shape)
end

local function gates_of(a, order, size)  -- blocks of rows in our order
    local list = {}
    for k, g in ipairs(order) do list[k] = A.slice(a, 1, (g - 1) * size, 1, size) end
    return A.concat(1, list)
end

local function zero(a)
    for i = 0, A.count(a) - 1 do if A.get(a, i) ~= 0 then return false end end
    return true
end

local function expect_shape(a, shape, what)
    if not I.same(A.shape(a), shape) then
        error(("%s: expected the shape [%s], found [%s]"):format(what, table.concat(shape, ", "),
            table.concat(A.shape(a), ", ")), 0)
    end
    return a
end

-- The initial state for direction i: nil for zeros, else a node of shape [size].
local function start(v, i, o, letter, b)
    if not v then return nil end
    local what = "initial_" .. letter
    local rank = 3
    local at_dirs, at_b = o.layout == 1 and 2 or 1, o.layout == 1 and 1 or 2
    if v.items then error(what .. ": expected real numbers", 0) end
    if v.array then
        local a, shape = v.array, A.shape(v.array)
        if #shape ~= 3 or shape[at_dirs] ~= o.dirs or shape[3] ~= o.size then error(what .. ": its shape does not fit", 0) end
        if zero(a) then return nil end
        a = A.slice(a, at_dirs, i - 1, 1, 1)
        local n = shape[at_b]
        same_batch(n, b, what)
        a = A.reshape(a, { n, o.size })
        local first = A.reshape(A.slice(a, 1, 0, 1, 1), { o.size })
        for r = 1, n - 1 do
            if not zero(A.map("Sub", A.slice(a, 1, r, 1, 1), first)) then
                error(what .. ": a constant that differs between the examples of the batch", 0)
            end
        end
        return I.param(first, o.name .. "." .. letter .. "0" .. o.ending(i))
    end
    I.need_value(v, what)
    if #v.dims ~= rank then error(what .. ": expected 3 dimensions", 0) end
    same_batch(I.assign(v.dims[at_b], "b", what), b, what)
    local d = I.find(v.dims[at_dirs])
    if d.size ~= o.dirs then error(("%s: expected %d directions, found %s"):format(what, o.dirs, I.size_text(d)), 0) end
    if not d.role then I.assign(d, o.dirs == 1 and "one" or "f", what) end
    d = I.find(d)
    if d.role ~= "one" and d.role ~= "f" then I.assign(d, "f", what) end
    local h = I.assign(v.dims[3], "f", what)
    if h.size ~= o.size then error(("%s: expected %d features, found %s"):format(what, o.size, I.size_text(h)), 0) end
    if v.node.value then return v.node.value ~= 0 and v.node or nil end
    local one = I.take(v, at_dirs, i - 1, 1)
    return I.reshape(one.node, I.shape(one), { o.size })
end

-- ---- written out -------------------------------------------------------------------------------------------------------------

local function activate(o, k, x)         -- activation k (f, g, h) of direction o.way
    local a = o.activations[(o.way - 1) * #o.kind.default + k]
    if o.clip then
        x = T.call(I.helper("clip", "(x, most) return nn.max(nn.min(x, most), -most) end"), x, o.clip)
    end
    return I.activation[a.name](x, a.alpha, a.beta)
end

local function written(o, x, w, back, t)
    local name, ending, H = o.name, o.ending(o.way), o.size
    local state, close = {}, nil
    for _, letter in ipairs(o.kind.letters) do
        local s = w.start[letter]
        state[letter] = T.node(('nn.state(%d, { name = "%s.%s%s", axis = $1%s%s })'):format(H, name, letter, ending,
            back and ", delay = -1" or "", s and ", init = $2" or ""), { I.axis_node(t), s }, { keep = true, local_as = letter })
    end
    local h, c = state.h, state.c
    local init = "nn.uniform(" .. T.number(math.floor(1000 / math.sqrt(H) + 0.5) / 1000) .. ")"
    local function param(a, what) return I.param(a, name .. "." .. what .. ending, init) end
    local function add(a, b) return T.binary("+", a, b) end
    local function mul(a, b) return T.binary("*", a, b) end
    local function finish(s, v) return T.node("$1.next = $2", { s, v }, { close = true }) end
    local function product(W, b, what, v)
        local y = T.call("nn.matmul", param(W, "weight_" .. what), v)
        return b and add(y, param(b, "bias_" .. what)) or y
    end
    local function split(v, n, wanted)
        local all = T.node(("nn.split($1, %d)"):format(n), { v }, { first = true, results = wanted })
        local out = {}
        for i = 1, n do out[i] = T.node("", { all }, { pick = i }) end
        return table.unpack(out)
    end
    if o.op == "RNN" then
        local y = finish(h, activate(o, 1, add(product(w.W, w.bW, "ih", x), product(w.R, w.bR, "hh", h))))
        return { h = y }
    elseif o.op == "LSTM" then
        local i, f, g, out = split(add(product(w.W, w.bW, "ih", x), product(w.R, w.bR, "hh", h)), 4, { "i", "f", "g", "o" })
        local function peep(gate, letter, cell)
            local p = w.peep and w.peep[letter]
            return p and add(gate, mul(param(p, "weight_c" .. letter), cell)) or gate
        end
        i = activate(o, 1, peep(i, "i", c))
        i.keep, i.local_as = o.input_forget, "write"
        f = o.input_forget and T.binary("-", T.literal(1), i) or activate(o, 1, peep(f, "f", c))
        local cell = finish(c, add(mul(f, c), mul(i, activate(o, 2, g))))
        local y = finish(h, mul(activate(o, 1, peep(out, "o", cell)), activate(o, 3, cell)))
        return { h = y, c = T.node("$1", { cell, y }) }
    end
    local wr, wz, wn = split(product(w.W, w.bW, "ih", x), 3, { "r", "z", "n" })
    local r, z, n
    if o.after then
        local ur, uz, un = split(product(w.R, w.bR, "hh", h), 3, { "ur", "uz", "un" })
        r, z = activate(o, 1, add(wr, ur)), activate(o, 1, add(wz, uz))
        n = activate(o, 2, add(wn, mul(r, un)))
    else
        local U = param(w.R, "weight_hh")
        local b = w.bR and param(w.bR, "bias_hh")
        local function rows(from, to, v)
            local y = T.call("nn.matmul", T.call("nn.rows", U, from, to), v)
            return b and add(y, T.call("nn.slice", b, from, to)) or y
        end
        r, z = activate(o, 1, add(wr, rows(1, H, h))), activate(o, 1, add(wz, rows(H + 1, 2 * H, h)))
        n = activate(o, 2, add(wn, rows(2 * H + 1, 3 * H, mul(r, h))))
    end
    z.keep, z.local_as = true, "update"
    return { h = finish(h, add(mul(T.binary("-", T.literal(1), z), n), mul(z, h))) }
end

-- ---- as a layer --------------------------------------------------------------------------------------------------------------

local function plain(o)                  -- has nn's layer options for all of this?
    local want = {}
    for i = 1, o.dirs do
        for k, name in ipairs(o.kind.default) do
            local a = o.activations[(i - 1) * #o.kind.default + k].name
            if o.op == "RNN" and i == 1 and (a == "Relu" or a == "Tanh") then want[k] = a end
            if a ~= (want[k] or name) then return false end
        end
    end
    o.nonlinearity = want[1] == "Relu" and "relu" or nil
    return not o.clip and not o.input_forget
end

local function layer_text(rec)
    return function(n)
        local o, parts = rec.o, { "size = " .. rec.o.size }
        local name = I.layer_name(rec.want)
        if rec.layers > 1 then parts[#parts + 1] = "layers = " .. rec.layers end
        if o.dirs == 2 then parts[#parts + 1] = "bidirectional = true" end
        if o.reverse then parts[#parts + 1] = "reverse = true" end
        if o.nonlinearity then parts[#parts + 1] = 'nonlinearity = "relu"' end
        if o.op == "GRU" and not o.after then parts[#parts + 1] = 'reset = "before"' end
        if o.peep then parts[#parts + 1] = "peephole = true" end
        if not o.bias then parts[#parts + 1] = "bias = false" end
        if n.asked[2] or n.asked[3] then parts[#parts + 1] = "final = true" end
        local starts, start_text = {}, nil
        for _, letter in ipairs(o.kind.letters) do
            local list, any = {}, false
            for _, w in ipairs(rec.ways) do any = any or w.start[letter] end
            for k, w in ipairs(rec.ways) do
                if w.start[letter] then list[k] = "$" .. rec.operand[w.start[letter]] else list[k] = "0" end
            end
            if any then
                local text = #list == 1 and list[1] or "{ " .. table.concat(list, ", ") .. " }"
                if #list > 2 then text = "{\n        " .. table.concat(list, ",\n        ") .. ",\n    }" end
                starts[#starts + 1] = #o.kind.letters == 1 and text or letter .. " = " .. text
            end
        end
        if #starts > 0 then
            local text = table.concat(starts, #starts > 1 and ",\n        " or ", ")
            start_text = "start = " .. (#o.kind.letters == 1 and text or "{ " .. text .. " }")
        end
        for k, w in ipairs(rec.ways) do
            local ending = rec.name_of(k)
            I.add_weight(name .. ".weight_ih" .. ending, w.W)
            I.add_weight(name .. ".weight_hh" .. ending, w.R)
            if o.bias then
                I.add_weight(name .. ".bias_ih" .. ending, w.bW)
                I.add_weight(name .. ".bias_hh" .. ending, w.bR)
            end
            for _, g in ipairs(o.peep and { "i", "f", "o" } or {}) do
                I.add_weight(name .. ".weight_c" .. g .. ending, w.peep[g])
            end
        end
        local options = "{ " .. table.concat(parts, ", ") .. " }"
        if start_text then
            options = options:sub(1, -3) .. (start_text:find "," and ",\n    " or ", ") .. start_text .. " }"
        end
        n.form = ('nn.%s("%s", %s)($1)'):format(o.kind.layer, name, options)
    end
end

local function same_options(a, b)
    for _, k in ipairs { "op", "size", "dirs", "reverse", "after", "bias", "nonlinearity", "peep" } do
        if a[k] ~= b[k] then return false end
    end
    return true
end

local function depends(ways, on)         -- does an initial state depend on this node?
    local seen, stack = {}, {}
    for _, w in ipairs(ways) do for _, s in pairs(w.start) do stack[#stack + 1] = s end end
    while #stack > 0 do
        local n = table.remove(stack)
        if n == on then return true end
        for _, a in ipairs(n.args) do
            if not seen[a] then
                seen[a] = true
                stack[#stack + 1] = a
            end
        end
    end
    return false
end

local function as_layer(o, x, ways)
    local below = x.pick == 1 and x.args[1].rec
    local rec
    if below and same_options(below.o, o) and I.alone[below.top] and not depends(ways, x.args[1]) then
        rec = { o = o, layers = below.layers + 1, ways = table.move(below.ways, 1, #below.ways, 1, {}), want = below.want }
        x = below.x
    else
        rec = { o = o, layers = 1, ways = {}, want = o.name }
    end
    rec.top, rec.x = I.current_index, x
    for _, w in ipairs(ways) do rec.ways[#rec.ways + 1] = w end
    rec.name_of = function(k)
        return "_l" .. (k - 1) // o.dirs .. ((o.reverse or k % 2 == 0 and o.dirs == 2) and "_reverse" or "")
    end
    local args = { x }
    for _, w in ipairs(rec.ways) do
        for _, letter in ipairs(o.kind.letters) do
            if w.start[letter] then args[#args + 1] = w.start[letter] end
        end
    end
    rec.operand = {}
    for k, a in ipairs(args) do rec.operand[a] = k end
    local n = T.node("", args, { first = true, rec = rec, results = { o.kind.layer, "h", "c" } })
    rec.finals = {}
    if rec.layers > 1 then               -- what asked for final states of the layers below asks here
        for _, p in ipairs(below.finals) do
            p.args[1] = n
            rec.finals[#rec.finals + 1] = p
        end
    end
    n.lines = layer_text(rec)
    return n, rec
end

-- ---- the operators -----------------------------------------------------------------------------------------------------------

local function activations(o, attr)
    local names, alpha, beta = attr("activations"), attr("activation_alpha", {}), attr("activation_beta", {})
    local n, out, ia, ib = #o.kind.default, {}, 0, 0
    if names and #names ~= n * o.dirs then
        error(("attribute 'activations': expected %d, found %d"):format(n * o.dirs, #names), 0)
    end
    for i = 1, n * o.dirs do
        local given = names and tostring(names[i]) or o.kind.default[(i - 1) % n + 1]
        local name
        for k in pairs(I.activation) do if k:lower() == given:lower() then name = k end end
        if not name then error(("attribute 'activations': '%s' is not known"):format(given), 0) end
        local d = I.activation_defaults[name] or {}
        local a = { name = name, alpha = d[1], beta = d[2] }
        if d[1] and alpha[ia + 1] then ia = ia + 1 a.alpha = I.float(alpha[ia]) end
        if d[2] and beta[ib + 1] then ib = ib + 1 a.beta = I.float(beta[ib]) end
        out[i] = a
    end
    if ia < #alpha or ib < #beta then error("attribute 'activation_alpha', 'activation_beta': more than the activations take", 0) end
    return out
end

local function recurrent(op)
    local kind = kinds[op]
    local g = #kind.gates
    ops[op] = function(inputs, attr, node)
        local x = I.need_value(inputs[1], "X")
        local o = { op = op, kind = kind, layout = attr("layout", 0) }
        local direction = attr("direction", "forward")
        if not ({ forward = 1, reverse = 1, bidirectional = 1 })[direction] then
            error(("attribute 'direction': '%s'"):format(direction), 0)
        end
        if o.layout ~= 0 and o.layout ~= 1 then error("attribute 'layout': expected 0 or 1", 0) end
        o.dirs, o.reverse = direction == "bidirectional" and 2 or 1, direction == "reverse"
        o.activations = activations(o, attr)
        local clip = attr("clip")
        o.clip = clip and I.float(clip)
        if clip and not (type(clip) == "number" and clip > 0) then
            error(("attribute 'clip': expected a number above 0, found %s"):format(clip), 0)
        end
        local function flag(name)
            local v = attr(name, 0)
            if v ~= 0 and v ~= 1 then error(("attribute '%s': expected 0 or 1, found %s"):format(name, v), 0) end
            return v == 1
        end
        o.input_forget = op == "LSTM" and flag "input_forget"
        o.after = op == "GRU" and flag "linear_before_reset"
        if #x.dims ~= 3 then error(("X: expected 3 dimensions, found %d"):format(#x.dims), 0) end
        local t = I.assign(x.dims[o.layout == 0 and 1 or 2], "t", "X")
        local b = I.assign(x.dims[o.layout == 0 and 2 or 1], "b", "X")
        local f = I.assign(x.dims[3], "f", "X")
        if t.role ~= "t" then error("X: a single step that is no dimension of its own", 0) end
        local W, R = I.need_array(inputs[2], "W"), I.need_array(inputs[3], "R")
        o.size = attr("hidden_size") or A.shape(R)[3]
        local H, D = o.size, o.dirs
        expect_shape(W, { D, g * H, f.size or A.shape(W)[3] }, "W")
        expect_shape(R, { D, g * H, H }, "R")
        local B = inputs[4] and expect_shape(I.need_array(inputs[4], "B"), { D, 2 * g * H }, "B")
        if B and zero(B) then B = nil end
        lengths(inputs[5], x, t, b)
        local letters_at = { h = 6, c = 7 }
        local P = op == "LSTM" and inputs[8] and expect_shape(I.need_array(inputs[8], "P"), { D, 3 * H }, "P")
        if P and zero(P) then P = nil end
        o.bias, o.peep = B ~= nil, P and true or nil
        o.name = I.given_name(kind.layer, inputs[2].name or "", inputs[4] and inputs[4].name or "")
        local as_one = plain(o)
        if not as_one then o.name = I.layer_name(o.name) end
        o.ending = function(i) return "_l0" .. ((i == 2 or o.reverse) and "_reverse" or "") end
        local ways = {}
        for i = 1, D do
            local w = { start = {} }
            w.W, w.R = gates_of(part(W, i), kind.gates, H), gates_of(part(R, i), kind.gates, H)
            if B then
                local both = part(B, i)
                w.bW = gates_of(A.slice(both, 1, 0, 1, g * H), kind.gates, H)
                w.bR = gates_of(A.slice(both, 1, g * H, 1, g * H), kind.gates, H)
            end
            if P then
                local p = part(P, i)
                w.peep = { i = A.slice(p, 1, 0, 1, H), o = A.slice(p, 1, H, 1, H), f = A.slice(p, 1, 2 * H, 1, H) }
            end
            for _, letter in ipairs(kind.letters) do w.start[letter] = start(inputs[letters_at[letter]], i, o, letter, b) end
            ways[i] = w
        end

        local whole, final                -- the sequence [D H]; letter -> direction -> [H]
        local only = as_one and I.only[I.current_index]
        if only then                     -- nobody asks for the other direction: there is none
            local one = {}
            for k, v in pairs(o) do one[k] = v end
            one.dirs, one.reverse = 1, only == 2
            local n, rec = as_layer(one, x.node, { ways[only] })
            whole = T.node("", { n }, { pick = 1 })
            final = function(letter)
                local p = T.node("", { n }, { pick = letter == "h" and 2 or 3, at = rec.layers })
                rec.finals[#rec.finals + 1] = p
                return p
            end
        elseif as_one then
            local n, rec = as_layer(o, x.node, ways)
            whole = T.node("", { n }, { pick = 1 })
            final = function(letter, i)
                local at = letter == "h" and 2 or 3
                local p = T.node("", { n }, { pick = at, at = (rec.layers - 1) * D + i })
                rec.finals[#rec.finals + 1] = p
                return p
            end
        else
            local out = {}
            for i = 1, D do
                o.way = i
                out[i] = written(o, x.node, ways[i], o.reverse or i == 2, t)
            end
            whole = D == 1 and out[1].h or T.binary("..", out[1].h, out[2].h)
            final = function(letter, i)
                local s = ways[i].start[letter]
                return T.node(("nn.%s($1%s)"):format((o.reverse or i == 2) and "first" or "last", s and ", $2" or ""),
                    { out[i][letter], s })
            end
        end
        local function last(letter)
            if D == 1 then return final(letter, 1) end
            return I.stacked({ final(letter, 1), final(letter, 2) }, H)
        end
        local dirs = D == 1 and I.one() or I.feature(2)
        local y = I.value(D == 1 and whole or I.reshape(whole, { 2 * H }, { 2, H }),
            o.layout == 0 and { t, dirs, b, I.feature(H) } or { b, t, dirs, I.feature(H) })
        local results = { y }
        for k, letter in ipairs(kind.letters) do
            if node.outputs[k + 1] and node.outputs[k + 1] ~= "" and I.uses[node.outputs[k + 1]] then
                results[k + 1] = I.value(last(letter), o.layout == 0 and { dirs, b, I.feature(H) } or { b, dirs, I.feature(H) })
            else
                results[k + 1] = y       -- nobody asks
            end
        end
        return table.unpack(results)
    end
end

for op in pairs(kinds) do recurrent(op) end
