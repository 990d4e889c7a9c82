-- Import, operators with weights and those over whole dimensions: products, embedding, norms, softmax. Entries as in import_ops.lua.
local I = ...
local A, T = I.array, I.text
local ops = I.ops

-- ---- layers ------------------------------------------------------------------------------------------------------------

function I.layer_name(want)              -- of a layer, free
    want = T.identifier(want)
    local name, k = want, 1
    while I.layer_names[name] do
        k = k + 1
        name = want .. k
    end
    I.layer_names[name] = true
    return name
end

-- The name that somebody gave: of the weights "out.weight", or the module in the node's name "/out/MatMul".
function I.given_name(default, ...)
    for _, name in ipairs { ... } do
        local stem = name:match "^(.+)%.[%w_]+$"
        if stem and not name:find "^onnx::" then return (stem:gsub("^.*%.(%a)", "%1")) end
    end
    local scope = I.node_name:match "([^/]+)/[^/]*$"
    return scope and scope ~= "" and scope or default
end

function I.once(key, make)           -- a layer used twice is the same layer
    I.layers[key] = I.layers[key] or make()
    return I.layers[key]
end

function I.apply(layer, x, more)
    return T.node("$1($2)", { layer, x }, more)
end

local function features(v, what)         -- the last dimension of v, which holds features
    local d = v.dims[#v.dims] or error(what .. ": a single number", 0)
    d = I.find(d)
    if d.role == "one" then error(what .. ": its last dimension is 1 and no feature", 0) end
    d = I.assign(d, "f", what .. ": its last dimension")
    if not d.size then error(what .. ": its number of features is left open", 0) end
    return d.size
end

-- W [out, in], b [out] or nil
local function linear(x, W, b, names, want)
    local layer = I.once(names, function()
        return T.node("", {}, { local_as = T.identifier(want), lines = function(n)
            local name = I.layer_name(want)
            local sizes = A.shape(W)
            I.add_weight(name .. ".weight", W)
            if b then I.add_weight(name .. ".bias", b) end
            n.local_as = name
            n.form = ("nn.linear(%s, %d%s)"):format(T.quoted(name), sizes[1], b and "" or ", { bias = false }")
        end })
    end)
    return I.apply(layer, x, { local_as = "y" })
end

local function with_dims(dims, last)
    local out = table.move(dims, 1, #dims - 1, 1, {})
    out[#dims] = last
    return out
end

local function as_vector(v, what)        -- a single feature dimension of size 1 may have been dropped
    local n = features(v, what)
    return v.node, n
end

ops.MatMul = function(inputs)
    local x, w = inputs[1], inputs[2]
    if x and w and x.node and w.node then return I.product(I.need_value(x, "its first operand"), I.need_value(w, "its second operand")) end
    if w and w.node then return I.product_before(x, I.need_value(w, "its second operand")) end
    x, w = I.need_value(x, "its first operand"), { array = I.need_array(w, "its second operand"), name = w.name }
    local sizes = A.shape(w.array)
    if #sizes == 1 then                  -- a vector: one number
        local column = ops.MatMul { x, { array = A.reshape(w.array, { sizes[1], 1 }), name = w.name } }
        return ops.Squeeze({ column, { items = { -1 }, rank = 1 } }, function() end)
    end
    if #sizes ~= 2 then error(("its second operand: expected a matrix, found %d dimensions"):format(#sizes), 0) end
    local node, n = as_vector(x, "its first operand")
    if n ~= sizes[1] then error(("%d features times a matrix of %d rows"):format(n, sizes[1]), 0) end
    local W, name = A.permute(w.array, { 2, 1 }), w.name or "#" .. I.current_index
    local v = I.value(linear(node, W, nil, name, I.given_name("linear", name)), with_dims(x.dims, I.feature(sizes[2])))
    v.linear = { x = node, W = W, name = name, out = sizes[2], node_name = I.node_name }
    return v
end

function I.product_before(c, x)          -- W x, where the rows of x hold features and its columns time or nothing
    local W, rank = I.need_array(c, "its first operand"), #x.dims
    local sizes = A.shape(W)
    if #sizes ~= 2 or rank < 2 then error("a constant times a value: expected a matrix, and a value of 2 dimensions or more", 0) end
    local k, n = I.assign(x.dims[rank - 1], "f", "a constant times a value: the rows of the value"), I.find(x.dims[rank])
    if k.size ~= sizes[2] then error(("a matrix of %d columns times %s rows"):format(sizes[2], I.size_text(k)), 0) end
    local dims = table.move(x.dims, 1, rank, 1, {})
    dims[rank - 1] = I.feature(sizes[1])
    local name = c.name or "#" .. I.current_index
    if n.role == "f" then
        local lead, all = "", #I.shape(x)
        for i = 1, all - 2 do lead = lead .. ("abcdefgh"):sub(i, i) end
        return I.value(T.call("nn.einsum", ('"mk,%skn->%smn"'):format(lead, lead), I.param(W, c.name or "matrix"), x.node), dims)
    end
    return I.value(linear(x.node, W, nil, name, I.given_name("linear", name)), dims)
end

function I.with_bias(v, c)               -- x W + b is one layer
    local l = v.linear
    if not l or not c.array or (v.uses or 2) > 1 or A.count(c.array) ~= l.out then return nil end
    local sizes = A.shape(c.array)
    if sizes[#sizes] ~= l.out then return nil end
    I.node_name = l.node_name
    local b = c.name or "#" .. I.current_index
    return linear(l.x, l.W, A.reshape(c.array, { l.out }), l.name .. "\0" .. b, I.given_name("linear", l.name, b))
end

local function times(a, k) return k == 1 and a or A.map("Mul", a, A.new({}, k, A.kind(a))) end

ops.Gemm = function(inputs, attr)
    local x = I.need_value(inputs[1], "A")
    local W = I.need_array(inputs[2], "B")
    if attr("transA", 0) ~= 0 then error("attribute 'transA': expected 0", 0) end
    if #A.shape(W) ~= 2 then error("B: expected a matrix", 0) end
    if attr("transB", 0) == 0 then W = A.permute(W, { 2, 1 }) end
    W = times(W, I.float(attr("alpha", 1.0)))
    local beta, sizes = I.float(attr("beta", 1.0)), A.shape(W)
    local node, n = as_vector(x, "A")
    if n ~= sizes[2] then error(("%d features times a matrix of %d rows"):format(n, sizes[2]), 0) end
    local b = inputs[3] and I.need_array(inputs[3], "C")
    if b then
        local s = A.shape(b)
        if A.count(b) == 1 then b = A.map("Add", A.new({ sizes[1] }, 0.0, A.kind(b)), A.reshape(b, { 1 })) end
        if A.count(b) ~= sizes[1] or s[#s] ~= sizes[1] and A.count(inputs[3].array or b) ~= 1 then
            error(("C: expected %d numbers"):format(sizes[1]), 0)
        end
        b = times(A.reshape(b, { sizes[1] }), beta)
    end
    local name, bias = inputs[2].name or "#" .. I.current_index, inputs[3] and inputs[3].name or ""
    local want = I.given_name("linear", name, bias)
    return I.value(linear(node, W, b, name .. "\0" .. bias, want), with_dims(x.dims, I.feature(sizes[1])))
end

function I.embedding(table_, ids, axis)  -- Gather of rows by class ids
    local sizes = A.shape(table_.array)
    if #sizes ~= 2 or axis ~= 1 then error("class ids may only choose rows of a matrix that is a constant", 0) end
    local port = ids.port
    if not ids.whole or not port then error("indices: expected an input of whole numbers, as it is", 0) end
    local root = ids.of or ids
    if root.classes and root.classes ~= sizes[1] then
        error(("the input '%s' chooses from %d rows here, from %d before"):format(port.name, sizes[1], root.classes), 0)
    end
    root.classes = sizes[1]
    local name = table_.name or "#" .. I.current_index
    local want = I.given_name("embedding", name)
    local layer = I.once(name, function()
        return T.node("", {}, { local_as = T.identifier(want), lines = function(n)
            local free = I.layer_name(want)
            I.add_weight(free .. ".weight", table_.array)
            n.local_as = free
            n.form = ("nn.embedding(%s, %d, %d)"):format(T.quoted(free), sizes[1], sizes[2])
        end })
    end)
    local dims = table.move(ids.dims, 1, #ids.dims, 1, {})
    dims[#dims + 1] = I.feature(sizes[2])
    return I.value(I.apply(layer, ids.node, { local_as = "embedded" }), dims)
end

-- ---- norms ---------------------------------------------------------------------------------------------------------------

local function layer_norm(x, w, b, eps, key)
    local n = A.count(w.array)
    local want = I.given_name("norm", w.name or "", b and b.name or "")
    local layer = I.once(key, function()
        return T.node("", {}, { local_as = T.identifier(want), lines = function(node)
            local name = I.layer_name(want)
            I.add_weight(name .. ".weight", A.reshape(w.array, { n }))
            I.add_weight(name .. ".bias", b and A.reshape(b.array, { n }) or A.new({ n }, 0.0, A.kind(w.array)))
            node.local_as = name
            node.form = ("nn.layer_norm(%s%s)"):format(T.quoted(name), I.float(eps) == I.float(1e-5) and ""
                or ", { eps = " .. T.number(eps) .. " }")
        end })
    end)
    return I.apply(layer, x, { local_as = "y" })
end

ops.LayerNormalization = function(inputs, attr)
    local x = I.need_value(inputs[1], "X")
    local n = features(x, "X")
    if I.position(attr("axis", -1), #x.dims, "attribute 'axis'") ~= #x.dims then
        error("attribute 'axis': expected the last dimension", 0)
    end
    attr("stash_type", 1)
    local w = { array = I.need_array(inputs[2], "Scale"), name = inputs[2].name }
    local b = inputs[3] and { array = I.need_array(inputs[3], "B"), name = inputs[3].name }
    if A.count(w.array) ~= n or b and A.count(b.array) ~= n then error(("expected %d weights"):format(n), 0) end
    return I.value(layer_norm(x.node, w, b, I.float(attr("epsilon", 1e-5)), "#" .. I.current_index), x.dims)
end

-- The same in pieces: (x - mean) / sqrt(mean((x - mean)^2) + eps) * w + b
function I.normalized(node, bias, dims)
    if not bias.array or node.op ~= "*" then return nil end
    local y, w = node.args[1], node.args[2]
    if y.op ~= "/" then y, w = w, y end
    local root = y.op == "/" and y.args[2]
    local sum = root and root.op == "nn.sqrt" and root.args[1]
    local c, eps = y.args[1], sum and sum.op == "+" and sum.args[2].value
    local mean = eps and sum.args[1]
    local square = mean and mean.op == "nn.mean" and #mean.args == 1 and mean.args[1]
    if not square or square.op ~= "*" or square.args[1] ~= c or square.args[2] ~= c or c.op ~= "-" then return nil end
    local x, m = c.args[1], c.args[2]
    local d = I.find(dims[#dims])
    if m.op ~= "nn.mean" or #m.args ~= 1 or m.args[1] ~= x or not w.array or d.role ~= "f" then return nil end
    if A.count(w.array) ~= d.size or A.count(bias.array) ~= d.size or eps <= 0 then return nil end
    return layer_norm(x, w, bias, eps, "#" .. I.current_index)
end

ops.BatchNormalization = function(inputs, attr, node)
    local x = I.need_value(inputs[1], "X")
    if attr("training_mode", 0) ~= 0 then error("attribute 'training_mode': expected 0, inference", 0) end
    attr("momentum", 0.9)
    if attr("spatial", 1) ~= 1 then error("attribute 'spatial': expected 1", 0) end
    for i = 2, #node.outputs do
        if node.outputs[i] ~= "" then error("more than one output: that is training, not inference", 0) end
    end
    if #x.dims < 2 then error("X: expected at least 2 dimensions", 0) end
    local d = I.assign(x.dims[2], "f", "X: its second dimension")
    local n, part = d.size, {}
    for i, name in ipairs { "scale", "B", "mean", "var" } do
        part[i] = I.need_array(inputs[i + 1], name)
        if A.count(part[i]) ~= n then error(("%s: expected %s numbers, found %d"):format(name, n, A.count(part[i])), 0) end
    end
    local one = A.new({}, I.float(attr("epsilon", 1e-5)), 11)
    local scale = A.map("Div", part[1], A.map("Sqrt", A.map("Add", part[4], one), one))
    local shift = A.map("Sub", part[2], A.map("Mul", part[3], scale))
    local shape = { n }
    for _ = 3, #x.dims do shape[#shape + 1] = 1 end
    local want = I.given_name("batch_norm", inputs[2].name or "")
    local dims, nodes = I.align({ x, { array = A.reshape(scale, shape), name = want .. ".weight" } }, "scale")
    local _, more = I.align({ x, { array = A.reshape(shift, shape), name = want .. ".bias" } }, "B")
    return I.value(T.binary("+", T.binary("*", nodes[1], nodes[2]), more[2]), dims)
end

-- ---- over dimensions -------------------------------------------------------------------------------------------------------

local function softmax(op, name)
    ops[op] = function(inputs, attr)
        local x = I.need_value(inputs[1], "its operand")
        local p = I.position(attr("axis", I.opset < 13 and 1 or -1), #x.dims, "attribute 'axis'")
        local d = I.find(x.dims[p])
        if d.role ~= "t" then d = I.assign(d, "f", "attribute 'axis': the dimension that it normalizes") end
        local seen, last = false, nil
        for i, e in ipairs(x.dims) do
            e = I.find(e)
            if e.role == "f" then last = i end
            if i > p and e.size ~= 1 then seen = true end
        end
        if I.opset < 13 and seen then error("attribute 'axis': expected the last dimension", 0) end
        if d.role == "t" then return I.softmax_over(name, x, d) end
        if d.role ~= "f" or last ~= p then error("attribute 'axis': expected the last features", 0) end
        local v = I.value(T.call("nn." .. name, x.node), x.dims)
        v.logits, v.node.logits = x.node, x.node
        return v
    end
end
softmax("Softmax", "softmax")
softmax("LogSoftmax", "log_softmax")
