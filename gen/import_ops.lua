-- Import, operators that compute: elementwise with broadcasting, products, reductions, layers. An entry takes the operands (as
-- import.lua describes them) and a function that reads an attribute, and gives the results. May not ignore anything: an attribute
-- that is not read is refused by the caller.
local I = ...
local A, T = I.array, I.text
I.ops = {}
local ops = I.ops

function I.value(node, dims) return { node = node, dims = dims } end

function I.shape(v)                      -- the sizes of our value's dimensions: features only
    local s = {}
    for _, d in ipairs(v.dims) do
        d = I.find(d)
        if d.role == "f" then s[#s + 1] = d.size or error("a number of features that the file leaves open", 0) end
    end
    return s
end

function I.same(a, b)
    if #a ~= #b then return false end
    for i = 1, #a do if a[i] ~= b[i] then return false end end
    return true
end

function I.reshape(node, from, to)
    if I.same(from, to) or node.value then return node end
    if node.reshaped then node, from = node.reshaped, node.shape end
    if I.same(from, to) then return node end
    return T.node("nn.reshape($1" .. (#to > 0 and ", " .. table.concat(to, ", ") or "") .. ")", { node },
        { reshaped = node, shape = from })
end

function I.stacked(list, size)           -- vectors of this size as the rows of a matrix
    local joined
    for _, x in ipairs(list) do joined = joined and T.binary("..", joined, x) or x end
    local node = I.reshape(joined, { #list * size }, { #list, size })
    node.rows = list
    return node
end

function I.need_value(v, what)
    if not v then error(what .. " is missing", 0) end
    if not v.node then error(what .. ": expected a value of the network, found a constant", 0) end
    if v.whole then error(what .. ": expected real numbers, found class ids; they may go to Gather", 0) end
    return v
end

function I.need_array(v, what)
    if not v then error(what .. " is missing", 0) end
    if v.items then
        local list = I.integers(v, what)
        return A.new(v.rank == 0 and {} or { #list }, list, 7)
    end
    if not v.array then error(what .. ": expected a constant, found what the network computes", 0) end
    return v.array
end

-- ---- parameters --------------------------------------------------------------------------------------------------------

function I.weight_name(want)             -- a free name in the file of weights
    want = want:gsub("^onnx::", ""):gsub("[^%w_.-]", "_"):gsub("^[^%a_]+", "")
    if want == "" then want = "weight" end
    want = want:sub(1, 120)
    local name, k = want, 1
    while I.weight_of[name] do
        k = k + 1
        name = want .. k
    end
    I.weight_of[name] = true
    return name
end

function I.add_weight(name, array)
    I.weights[#I.weights + 1] = { name, array }
end

function I.param(array, want, init)      -- nn.param of this array; named when it is printed
    local sizes = A.shape(array)
    return T.node("", {}, { local_as = T.identifier((want:gsub("%.", "_"))), array = array, name = want, lines = function(n)
        local name = I.weight_name(want)
        I.add_weight(name, array)
        n.form = ("nn.param(%s, %s, %s)"):format(T.quoted(name), #sizes == 1 and sizes[1]
            or "{ " .. table.concat(sizes, ", ") .. " }", init or "nn.zeros")
    end })
end

local function scalar(array)             -- the number, if all elements are the same one
    local n = A.count(array)
    if n == 0 then error("an array without elements", 0) end
    local x = A.get(array, 0)
    if n > 4096 then return n == 1 and x or nil end
    for i = 1, n - 1 do if A.get(array, i) ~= x then return nil end end
    return x
end
I.scalar = scalar

-- ---- elementwise ---------------------------------------------------------------------------------------------------------

-- Operands side by side from the right: the dimensions of the result, and a node for each operand that our own broadcasting
-- (of features alone) takes as it is.
function I.align(list, what)
    local rank = 0
    for _, v in ipairs(list) do
        v.sizes = v.array and A.shape(v.array) or nil
        rank = math.max(rank, v.sizes and #v.sizes or #v.dims)
    end
    local dims = {}
    for p = 1, rank do
        local d
        for _, v in ipairs(list) do
            local e = v.dims and v.dims[p - rank + #v.dims]
            e = e and I.find(e)
            if e and e.role ~= "one" then
                if not d or d.role == "f" and d.size == 1 and e.size ~= 1 then d = e
                elseif not (e.role == "f" and e.size == 1) then d = I.unify(d, e, what) end
            end
        end
        for _, v in ipairs(list) do
            local n = v.sizes and v.sizes[p - rank + #v.sizes] or 1
            if n > 1 then
                if not d or d.role == "f" and d.size == 1 then d = I.feature(n) end
                if not d.role and p < rank then error(what .. ": it is not clear what is time beside a constant", 0) end
                if d.role ~= "t" then I.assign(d, "f", what .. ": a constant of this size") end
                if d.size ~= n then error(("%s: %d and %s features"):format(what, n, I.size_text(d)), 0) end
            end
        end
        dims[p] = d or I.one()
    end
    local nodes = {}
    for i, v in ipairs(list) do
        local want, time = {}, nil
        for p = 1, rank do
            local at = p - rank + #(v.sizes or {})
            if v.sizes and I.find(dims[p]).role == "t" and (v.sizes[at] or 1) > 1 then time = at end
            if I.find(dims[p]).role == "f" then
                local e = v.dims and v.dims[p - rank + #v.dims]
                e = e and I.find(e)
                local n = v.sizes and (v.sizes[p - rank + #v.sizes] or 1) or e and e.role == "f" and e.size or 1
                want[#want + 1] = n
            end
        end
        local own = v.dims and I.shape(v)
        while #want > 0 and want[1] == 1 and (not own or #want > #own) do table.remove(want, 1) end
        if v.node then
            nodes[i] = I.reshape(v.node, own, want)
        elseif time then                 -- numbers of each step
            local order = { time }
            for k = 1, #v.sizes do if k ~= time then order[#order + 1] = k end end
            local t = I.find(dims[time + rank - #v.sizes])
            if I.ragged[I.axis_key(t)] then error(what .. ": a constant over time, where the sequences have lengths of their own", 0) end
            table.insert(want, 1, t.size)
            nodes[i] = T.call("nn.along", I.param(A.reshape(A.permute(v.array, order), want), v.name or "constant"), I.axis_node(t))
        else
            local x = A.count(v.array) == 1 and A.get(v.array, 0) or nil
            nodes[i] = x and T.literal(x) or I.param(A.reshape(v.array, want), v.name or "constant",
                (v.name or ""):find "%.weight$" and "nn.constant(1)" or nil)
        end
    end
    return dims, nodes
end

local function both(a, b, what)
    if not a or not b then error("it needs two operands", 0) end
    for _, v in ipairs { a, b } do if v.node then I.need_value(v, what) end end
end

local function arithmetic(op, a, b)      -- of sizes
    local out, x, y = {}, I.items(a, op), I.items(b, op)
    local n = math.max(#x, #y)
    if #x ~= n and #x ~= 1 or #y ~= n and #y ~= 1 then error("lists of different lengths", 0) end
    for i = 1, n do
        local p, q = x[#x == 1 and 1 or i], y[#y == 1 and 1 or i]
        if op == "Mul" and q == 1 or op == "Div" and q == 1 or (op == "Add" or op == "Sub") and q == 0 then out[i] = p
        elseif op == "Mul" and p == 1 or op == "Add" and p == 0 then out[i] = q
        else
            if type(p) == "table" and type(q) == "table" and op == "Equal" then p, q = I.find(p) == I.find(q) and 0 or 1, 0 end
            if op == "Equal" then
                out[i] = p == q and 1 or 0
            else
                p, q = type(p) == "table" and I.find(p).size or p, type(q) == "table" and I.find(q).size or q
                if type(p) == "table" or type(q) == "table" then
                    error("arithmetic with a size that the file leaves open", 0)
                end
                out[i] = A.get(A.map(op, A.new({}, p, 7), A.new({}, q, 7), 7), 0)
            end
        end
    end
    return { items = out, rank = math.max(a.rank or #A.shape(a.array), b.rank or #A.shape(b.array)) }
end

local sign = { Add = "+", Sub = "-", Mul = "*", Div = "/" }
for op in pairs(sign) do
    ops[op] = function(inputs, attr)
        local a, b = inputs[1], inputs[2]
        both(a, b, op)
        if not a.node and not b.node then
            if a.items or b.items then return arithmetic(op, a, b) end
            return { array = A.map(op, a.array, b.array), name = a.name }
        end
        local dims, n = I.align({ a, b }, op)
        if op == "Add" then
            local fused = I.with_bias(a, b, n[1]) or I.with_bias(b, a, n[2])
            if fused then return I.value(fused, dims) end
            fused = I.normalized(n[1], b, dims) or I.normalized(n[2], a, dims)
            if fused then return I.value(fused, dims) end
        end
        if n[1].value and n[2].value and sign[op] then     -- two numbers that stand for whole arrays
            return I.value(T.literal(A.get(A.map(op, A.new({}, n[1].value), A.new({}, n[2].value)), 0)), dims)
        end
        return I.value(T.binary(sign[op], n[1], n[2]), dims)
    end
end

for _, op in ipairs { "Equal", "Less", "Greater" } do
    ops[op] = function(inputs)
        local a, b = inputs[1], inputs[2]
        both(a, b, op)
        if not a.node and not b.node and op == "Equal" then return arithmetic(op, a, b) end
        error("comparisons of values are not supported", 0)
    end
end

ops.Where = function(inputs)
    local out = {}
    local c, x, y = I.items(inputs[1], "condition"), I.items(inputs[2], "x"), I.items(inputs[3], "y")
    local n = math.max(#c, #x, #y)
    local function at(list, i) return list[#list == 1 and 1 or i] or error("lists of different lengths", 0) end
    for i = 1, n do
        local k = at(c, i)
        if type(k) == "table" then error("a condition that is a size", 0) end
        out[i] = k ~= 0 and at(x, i) or at(y, i)
    end
    return { items = out, rank = 1 }
end

-- Maps of one operand: with constants folded where import needs it.
function I.map(op, make)
    ops[op] = function(inputs, attr)
        local v = I.need_value(inputs[1], "its operand")
        return I.value(make(v.node, attr), v.dims)
    end
end
local map = I.map

function I.helper(name, text)
    I.helpers[name] = text
    return name
end

for op, name in pairs { Relu = "relu", Tanh = "tanh", Sigmoid = "sigmoid", Exp = "exp", Log = "log", Sqrt = "sqrt", Abs = "abs" } do
    map(op, function(x) return T.call("nn." .. name, x) end)
end
map("Neg", function(x) return T.node("-$1", { x }, { level = T.UNARY, bind = { T.UNARY } }) end)

-- Activations that the language spells as compositions; also those of recurrent operators.
I.activation = {
    Relu = function(x) return T.call("nn.relu", x) end,
    Tanh = function(x) return T.call("nn.tanh", x) end,
    Sigmoid = function(x) return T.call("nn.sigmoid", x) end,
    Affine = function(x, a, b) return T.binary("+", T.binary("*", T.literal(a), x), T.literal(b)) end,
    LeakyRelu = function(x, a)
        return T.call(I.helper("leaky_relu", "(x, a) return nn.max(x, 0) + a * nn.min(x, 0) end"), x, a)
    end,
    ThresholdedRelu = function(x, a)
        return T.call(I.helper("thresholded_relu", "(x, a) return nn.select(nn.less(x, a), 0, x) end"), x, a)
    end,
    ScaledTanh = function(x, a, b)
        return T.binary("*", T.literal(a), T.call("nn.tanh", T.binary("*", T.literal(b), x)))
    end,
    HardSigmoid = function(x, a, b)
        return T.call(I.helper("hard_sigmoid", "(x, a, b) return nn.max(nn.min(a * x + b, 1), 0) end"), x, a, b)
    end,
    Elu = function(x, a)
        return T.call(I.helper("elu", "(x, a) return nn.max(x, 0) + a * (nn.exp(nn.min(x, 0)) - 1) end"), x, a)
    end,
    Softsign = function(x)
        return T.call(I.helper("softsign", "(x) return x / (1 + nn.abs(x)) end"), x)
    end,
    Softplus = function(x)
        return T.call(I.helper("softplus", "(x) return nn.max(x, 0) + nn.log(1 + nn.exp(-nn.abs(x))) end"), x)
    end,
}
I.activation_defaults = {                -- alpha, beta
    Affine = { 1, 0 }, LeakyRelu = { 0.01 }, ThresholdedRelu = { 1 }, ScaledTanh = { 1, 1 }, HardSigmoid = { 0.2, 0.5 },
    Elu = { 1 },
}
for _, op in ipairs { "LeakyRelu", "Elu", "HardSigmoid", "Softsign", "Softplus" } do
    local default = I.activation_defaults[op] or {}
    map(op, function(x, attr)
        local a = default[1] and I.float(attr("alpha", default[1] + 0.0))
        return I.activation[op](x, a, default[2] and I.float(attr("beta", default[2] + 0.0)))
    end)
end

ops.Clip = function(inputs, attr)
    local v = I.need_value(inputs[1], "its operand")
    local low, high = attr("min"), attr("max")
    if inputs[2] then low = scalar(I.need_array(inputs[2], "min")) end
    if inputs[3] then high = scalar(I.need_array(inputs[3], "max")) end
    local x = v.node
    if high and high < 1e38 then x = T.call("nn.min", x, T.literal(high)) end
    if low and low > -1e38 then x = T.call("nn.max", x, T.literal(low)) end
    return I.value(x, v.dims)
end

for op, name in pairs { Max = "nn.max", Min = "nn.min" } do
    ops[op] = function(inputs)
        local v = inputs[1]
        for i = 2, #inputs do
            both(v, inputs[i], op)
            local dims, n = I.align({ v, inputs[i] }, op)
            v = I.value(T.call(name, n[1], n[2]), dims)
        end
        return I.need_value(v, "its operand")
    end
end

ops.Pow = function(inputs)
    local v = I.need_value(inputs[1], "its operand")
    local e = scalar(I.need_array(inputs[2], "exponent"))
    if e == 2 then return I.value(T.binary("*", v.node, v.node), v.dims) end
    if e == 0.5 then return I.value(T.call("nn.sqrt", v.node), v.dims) end
    if e == 1 then return v end
    error("exponent: expected 2, 1 or 0.5, found " .. tostring(e), 0)
end
