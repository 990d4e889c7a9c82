-- Import, what relates two values or the steps of one: products of values, softmax over time, comparisons and choices. Entries as in
-- import_ops.lua.
local I = ...
local A, T = I.array, I.text
local ops = I.ops

local function known_steps(t, what)      -- all steps side by side, as features: how many?
    if I.ragged[I.axis_key(t)] then error(what .. ": over time, where the sequences have lengths of their own", 0) end
    return t.size or error(what .. ": the number of steps must be known here; export with a fixed one", 0)
end

-- An operand of a product: its features by letter, in order; `all`: its steps become the first of them.
local function lettered(v, letter, all, gone)
    local letters, sizes, node = "", {}, v.node
    for i, d in ipairs(v.dims) do
        d = I.find(d)
        if d.role == "f" and i ~= gone then letters, sizes[#sizes + 1] = letters .. letter[i], d.size end
    end
    if gone then node = I.reshape(node, I.shape(v), sizes) end
    if all then
        letters, node = letter[all] .. letters, T.call("nn.matrix", node)
    end
    return letters, node
end

-- [.., m, k] times [.., k, n]: each of m, k, n holds features, time or a dimension of 1. Time that is summed over is a sum over
-- the axis; where time would meet time, or features, the steps of the second operand stand side by side.
function I.product(a, b)
    local ra, rb = #a.dims, #b.dims
    if ra < 2 or rb < 2 then error("the product of two values: expected at least 2 dimensions of each", 0) end
    local rank = math.max(ra, rb)
    local at = { a = { m = ra - 1, k = ra }, b = { k = rb - 1, n = rb } }
    local m, n, ka, kb = I.find(a.dims[ra - 1]), I.find(b.dims[rb]), I.find(a.dims[ra]), I.find(b.dims[rb - 1])
    for what, d in pairs { ["first operand"] = m, ["second operand"] = n } do
        if d.role == "b" or d.role == "m" then error(("the product of two values: the %s has its examples as rows or columns"):format(what), 0) end
    end
    if not ka.role and not kb.role then I.assign(ka, "f", "a product") end
    if not ka.role then I.assign(ka, kb.role, "a product") elseif not kb.role then I.assign(kb, ka.role, "a product") end
    for _, d in ipairs { m, n } do
        if not d.role then error("the product of two values: it is not clear what is time in them", 0) end
    end
    if ka.role == "b" or kb.role == "b" then error("the product of two values: over the batch", 0) end
    if ka.size and kb.size and ka.size ~= kb.size then error(("the product of two values: %d and %d do not fit"):format(ka.size, kb.size), 0) end
    local la, lb, dims, next_letter = {}, {}, {}, 0
    local function fresh()
        next_letter = next_letter + 1
        return ("ijklmnopqrstuvw"):sub(next_letter, next_letter)
    end
    local out = ""
    for p = 1, rank - 2 do               -- what stands before: the same in both
        local i, j = p - rank + ra, p - rank + rb
        local d, e = a.dims[i] and I.find(a.dims[i]), b.dims[j] and I.find(b.dims[j])
        if d and d.role == "one" then d = e or d end
        if e and e.role == "one" or not e then e = d end
        if not d then d = e end
        dims[p] = d == e and d or I.unify(d, e, "a product")
        if I.find(dims[p]).role == "f" then
            local l = fresh()
            if i > 0 then la[i] = l end
            if j > 0 then lb[j] = l end
            out = out .. l
        end
    end
    local matrix_a, matrix_b
    if ka.role == "t" and kb.role == "f" then matrix_a = ra
    elseif kb.role == "t" and ka.role == "f" then matrix_b = rb - 1
    elseif m.role == "t" and n.role == "t" then matrix_b = rb end
    local over = ka.role == "t" and kb.role == "t" and I.unify(ka, kb, "a product")
    local function row(d, all)           -- m or n of the result
        if all then return I.feature(known_steps(d, "a product")) end
        return d
    end
    dims[rank - 1], dims[rank] = row(m), row(n, matrix_b == rb)
    if matrix_a then known_steps(ka, "a product") end
    if matrix_b == rb - 1 then known_steps(kb, "a product") end
    if I.find(dims[rank - 1]).role == "f" then la[at.a.m] = fresh() out = out .. la[at.a.m] end
    if I.find(dims[rank]).role == "f" then lb[at.b.n] = fresh() out = out .. lb[at.b.n] end
    local gone_a, gone_b                 -- an inner dimension of 1, where only one of them counts as features
    if not over then
        local fa, fb = ka.role == "f" or matrix_a, kb.role == "f" or matrix_b == rb - 1
        if fa and fb then
            la[ra] = fresh()
            lb[rb - 1] = la[ra]
        elseif fa then gone_a = ra elseif fb then gone_b = rb - 1 end
    end
    local x_letters, x = lettered(a, la, matrix_a, gone_a)
    local y_letters, y = lettered(b, lb, matrix_b, gone_b)
    local node
    if (x_letters == "" or y_letters == "" or x_letters == y_letters) and out == (x_letters == "" and y_letters or x_letters) then
        node = T.binary("*", x, y)
    else node = T.call("nn.einsum", ('"%s,%s->%s"'):format(x_letters, y_letters, out), x, y) end
    if over then
        if I.ragged[I.axis_key(over)] then error("the product of two values: over time, where the sequences have lengths of their own", 0) end
        node = T.call("nn.sum", node, I.axis_node(over))
    end
    return I.value(node, dims)
end

-- ---- softmax over time -------------------------------------------------------------------------------------------------

function I.softmax_over(name, v, t)
    if I.ragged[I.axis_key(t)] then error("attribute 'axis': over time, where the sequences have lengths of their own", 0) end
    local helper = name == "softmax"
        and I.helper("softmax_over", "(x, axis)\n  local e = nn.exp(x - nn.max(x, axis))\n  return e / nn.sum(e, axis)\nend")
        or I.helper("log_softmax_over", "(x, axis)\n  local y = x - nn.max(x, axis)\n  return y - nn.log(nn.sum(nn.exp(y), axis))\nend")
    return I.value(T.call(helper, v.node, I.axis_node(t)), v.dims)
end

-- ---- comparisons: 1 or 0 -------------------------------------------------------------------------------------------------

local function truth(v, what)
    if v.node and not v.node.truth then error(what .. ": expected what a comparison gives", 0) end
    return v
end

local function pair(inputs, what, make)
    local a, b = inputs[1] or error("it needs two operands", 0), inputs[2] or error("it needs two operands", 0)
    local dims, n = I.align({ a, b }, what)
    local node = make(n[1], n[2])
    node.truth = true
    return I.value(node, dims)
end

local function flipped(x) return T.binary("-", T.literal(1), x) end

local compare = {
    Less = function(x, y) return T.call("nn.less", x, y) end,
    Greater = function(x, y) return T.call("nn.less", y, x) end,
    LessOrEqual = function(x, y) return flipped(T.call("nn.less", y, x)) end,
    GreaterOrEqual = function(x, y) return flipped(T.call("nn.less", x, y)) end,
    Equal = function(x, y) return T.call("nn.equal", x, y) end,
}
for op, make in pairs(compare) do
    local sizes = ops[op]
    ops[op] = function(inputs, attr)
        local a, b = inputs[1], inputs[2]
        if a and b and not a.node and not b.node then
            if op == "Equal" then return sizes(inputs, attr) end
            return { array = A.map(op == "LessOrEqual" and "Greater" or op == "GreaterOrEqual" and "Less" or op, I.need_array(a, op), I.need_array(b, op), 9) }
        end
        for _, v in ipairs { a, b } do if v.node then I.need_value(v, op) end end
        return pair(inputs, op, make)
    end
end

for op, make in pairs { And = function(x, y) return T.binary("*", x, y) end, Or = function(x, y) return T.call("nn.max", x, y) end } do
    ops[op] = function(inputs)
        for i = 1, 2 do truth(inputs[i] or error("it needs two operands", 0), op) end
        if not inputs[1].node and not inputs[2].node then error("of constants alone", 0) end
        return pair(inputs, op, make)
    end
end

ops.Not = function(inputs)
    local v = inputs[1] or error("its operand is missing", 0)
    if v.array then return { array = A.map("Not", v.array, v.array, 9) } end
    truth(I.need_value(v, "Not"), "Not")
    local node = flipped(v.node)
    node.truth = true
    return I.value(node, v.dims)
end

local of_sizes = ops.Where
ops.Where = function(inputs)
    local c, x, y = inputs[1], inputs[2], inputs[3]
    if not c or not x or not y then error("it needs three operands", 0) end
    if not c.node and not x.node and not y.node then return of_sizes(inputs) end
    for _, v in ipairs { x, y } do if v.node then I.need_value(v, "its operand") end end
    truth(c, "condition")
    local function finite(v)             -- masks set minus infinity, which is no number here
        local one = v.array and A.count(v.array) == 1 and A.get(v.array, 0)
        return one and one < -1e30 and { array = A.new(A.shape(v.array), -1e30, A.kind(v.array)) } or v
    end
    local dims, n = I.align({ c, finite(x), finite(y) }, "its operands")
    return I.value(T.call("nn.select", n[1], n[2], n[3]), dims)
end

-- ---- further maps ----------------------------------------------------------------------------------------------------------

local map = I.map
map("Reciprocal", function(x) return T.binary("/", T.literal(1), x) end)
map("HardSwish", function(x)
    return T.binary("*", x, T.call(I.helper("hard_sigmoid", "(x, a, b) return nn.max(nn.min(a * x + b, 1), 0) end"), x, 1 / 6, 0.5))
end)
map("Selu", function(x, attr)
    local a, g = I.float(attr("alpha", 1.67326319217681884765625)), I.float(attr("gamma", 1.05070102214813232421875))
    return T.binary("*", T.literal(g), I.activation.Elu(x, a))
end)
map("Celu", function(x, attr)
    local a = I.float(attr("alpha", 1.0))
    return I.activation.Elu(x, a) and T.call(I.helper("celu", "(x, a) return nn.max(x, 0) + a * (nn.exp(nn.min(x / a, 0)) - 1) end"), x, a)
end)
map("ThresholdedRelu", function(x, attr) return I.activation.ThresholdedRelu(x, I.float(attr("alpha", 1.0))) end)
map("Mish", function(x) return T.binary("*", x, T.call("nn.tanh", I.activation.Softplus(x))) end)

ops.PRelu = function(inputs)
    local v = I.need_value(inputs[1], "X")
    local slope = { array = I.need_array(inputs[2], "slope"), name = inputs[2].name }
    local dims, n = I.align({ v, slope }, "slope")
    return I.value(I.activation.LeakyRelu(n[1], n[2]), dims)
end

for op in pairs { Sum = 1, Mean = 1 } do
    ops[op] = function(inputs, attr, node)
        local v = inputs[1] or error("it has no operands", 0)
        for i = 2, #inputs do v = ops.Add({ v, inputs[i] }, attr, node) end
        v = I.need_value(v, "its operands")
        return op == "Sum" and v or I.value(T.binary("/", v.node, T.literal(#inputs)), v.dims)
    end
end
