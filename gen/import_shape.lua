-- Import, operators that move numbers: shapes, parts, order. Our values have features only, time and batch are implied: what an operator
-- does to these must come out as nothing, or as a step chosen; else it is refused. Entries as in import_ops.lua.
local I = ...
local A, T = I.array, I.text
local ops = I.ops

local function copy(list) return table.move(list, 1, #list, 1, {}) end

local function passes(v) return v or error("its operand is missing", 0) end

ops.Identity = function(inputs) return passes(inputs[1]) end

ops.Dropout = function(inputs, attr, n)
    if inputs[3] and I.scalar(I.need_array(inputs[3], "training_mode")) ~= 0 then
        error("training_mode: expected inference", 0)
    end
    local ratio = inputs[2] and I.scalar(I.need_array(inputs[2], "ratio")) or attr("ratio", 0.5)
    attr("seed")
    if n.outputs[2] and n.outputs[2] ~= "" and I.uses[n.outputs[2]] then error("its mask is used", 0) end
    local v = I.need_value(inputs[1], "its operand")
    if ratio > 0 and ratio < 1 then v = I.value(T.call("nn.dropout", v.node, T.literal(ratio)), v.dims) end
    return v, v
end

ops.Cast = function(inputs, attr)
    local v, to = passes(inputs[1]), attr("to", 1)
    if not ({ [1] = true, [6] = true, [7] = true, [9] = true, [10] = true, [11] = true })[to] then
        error(("attribute 'to': the type %d is not supported"):format(to), 0)
    end
    local real = to == 1 or to == 10 or to == 11
    if v.items then return v end
    if v.array then
        return { array = A.map("Add", v.array, A.new({}, 0, A.kind(v.array)), to), name = v.name }
    end
    if v.whole and real then error("class ids that become real numbers are not supported", 0) end
    if not v.whole and not real and v.port and not I.as_ids[v.port.name] then      -- Keras gives class ids as real numbers
        I.as_ids[v.port.name], I.changed = true, true
        error("class ids given as real numbers: once more from the start", 0)
    end
    if not v.whole and not real then error("real numbers that become whole ones are not supported", 0) end
    return v
end

ops.Constant = function(_, attr)
    local v = attr("value")
    if v then return { array = v } end
    for name, kind in pairs { value_float = 1, value_int = 7 } do
        local x = attr(name)
        if x then return { array = A.new({}, x, kind) } end
    end
    for name, kind in pairs { value_floats = 1, value_ints = 7 } do
        local x = attr(name)
        if x then return { array = A.new({ #x }, x, kind) } end
    end
    error("attribute 'value' is missing", 0)
end

ops.Shape = function(inputs, attr)
    local v, list = passes(inputs[1]), {}
    if v.items then list = { #v.items }
    elseif v.array then list = A.shape(v.array)
    else
        for i, d in ipairs(v.dims) do
            d = I.find(d)
            list[i] = (d.role == "f" or d.role == "one") and d.size or d
        end
    end
    local from, to = attr("start", 0), attr("end", #list)
    if from < 0 then from = from + #list end
    if to < 0 then to = to + #list end
    return { items = table.move(list, math.max(from, 0) + 1, math.min(to, #list), 1, {}), rank = 1 }
end

local function dim_of(x)                 -- a dimension from an entry of a shape
    if type(x) == "table" then return I.find(x) end
    x = math.tointeger(x)
    if not x or x < 1 then error("a shape with the size " .. tostring(x), 0) end
    return x == 1 and I.one() or I.feature(x)
end

ops.ConstantOfShape = function(inputs, attr)
    local list, value = I.items(inputs[1], "shape"), attr("value")
    local x, kind = value and A.get(value, 0) or 0.0, value and A.kind(value) or 1
    local n, known = 1, true
    for _, s in ipairs(list) do
        if type(s) == "table" then known = false elseif n <= 65536 then n = n * s end
    end
    if known and n <= 65536 then return { array = A.new(list, x, kind) } end
    local dims = {}
    for i, s in ipairs(list) do dims[i] = dim_of(s) end
    return I.value(T.literal(x), dims)
end

ops.Expand = function(inputs)
    local v, list = passes(inputs[1]), I.items(inputs[2], "shape")
    local sizes = v.array and A.shape(v.array)
    local x = v.array and I.scalar(v.array) or v.node and v.node.value
    local rank = math.max(#list, sizes and #sizes or #v.dims)
    local dims, wide = {}, nil
    for p = 1, rank do
        local s = list[p - rank + #list] or 1
        local own = sizes and (sizes[p - rank + #sizes] or 1)
        local d = v.dims and v.dims[p - rank + #v.dims]
        d = d and I.find(d) or own and dim_of(own) or I.one()
        local size = type(s) == "table" and I.find(s).size or s
        if s == 1 or d == s then dims[p] = d
        elseif d.size and d.size == size then dims[p] = type(s) == "table" and dim_of(s) or d
        elseif d.size ~= 1 and own and type(s) == "table" and not I.find(s).size then
            I.find(s).size = own         -- zeros for the batch that it was exported with: the file allows no other
            dims[p] = dim_of(s)
        elseif d.size ~= 1 then
            error(("shape: %s does not become %s"):format(I.size_text(d), type(s) == "table" and I.size_text(I.find(s)) or tostring(s)), 0)
        else
            dims[p] = dim_of(s)
            if not x and v.node and dims[p].role == "f" then
                wide = wide or {}
                wide[rank - p], dims[p] = dims[p].size, d
            end
        end
    end
    if wide then                         -- the operator that follows does this by itself
        local out = I.value(v.node, dims)
        out.wide = wide
        return out
    end
    if x then return I.value(T.literal(x), dims) end
    if v.node then return I.value(v.node, dims) end
    local _, nodes = I.align({ v, { node = T.literal(0), dims = dims } }, "shape")
    return I.value(nodes[1], dims)
end

ops.Tile = function(inputs)
    local v, times = I.need_value(inputs[1], "its operand"), I.integers(inputs[2], "repeats")
    if #times ~= #v.dims then error("repeats: expected one for each dimension", 0) end
    local dims, node = copy(v.dims), v.node
    for p, n in ipairs(times) do
        if n ~= 1 then
            local d = I.find(v.dims[p])
            if d.role ~= "one" or n < 1 or #v.dims ~= 3 or node ~= v.node then
                error("repeats: only a dimension of 1 may become time, by repeating what has none", 0)
            end
            dims[p] = { role = "t", size = n }
            node = T.call("nn.spread", node, I.axis_node(dims[p]))
        end
    end
    return I.value(node, dims)
end

-- ---- order -----------------------------------------------------------------------------------------------------------------

ops.Transpose = function(inputs, attr)
    local v, perm = passes(inputs[1]), attr("perm")
    if v.items then return v end
    local rank = v.array and #A.shape(v.array) or #v.dims
    local p = {}
    for i = 1, rank do p[i] = perm and I.position(perm[i], rank, "attribute 'perm'") or rank + 1 - i end
    if v.array then return { array = A.permute(v.array, p), name = v.name } end
    local dims, last, seen = {}, 0, {}
    for i = 1, rank do
        dims[i] = v.dims[p[i]]
        if seen[p[i]] then error("attribute 'perm': a dimension stands there twice", 0) end
        seen[p[i]] = true
        local d = I.find(dims[i])
        if d.role == "f" and d.size ~= 1 then
            if p[i] < last then error("attribute 'perm': it exchanges dimensions that both hold features", 0) end
            last = p[i]
        end
    end
    local out = I.value(I.reshape(v.node, I.shape(v), I.shape(I.value(v.node, dims))), dims)
    out.whole, out.port = v.whole, v.port
    if v.whole then out.of = v.of or v end
    return out
end

local function axes_of(inputs, attr, default)
    if inputs[2] then return I.integers(inputs[2], "axes") end
    return attr("axes") or default
end

ops.Squeeze = function(inputs, attr)
    local v = passes(inputs[1])
    if v.items then
        axes_of(inputs, attr)
        if #v.items ~= 1 then error("a list of " .. #v.items .. " numbers", 0) end
        return { items = v.items, rank = 0 }
    end
    local rank = v.array and #A.shape(v.array) or #v.dims
    local axes, gone = axes_of(inputs, attr), {}
    if axes then
        for _, a in ipairs(axes) do gone[I.position(a, rank, "axes")] = true end
    else
        for i = 1, rank do
            local size = v.array and A.shape(v.array)[i] or v.dims and I.find(v.dims[i]).size
            gone[i] = size == 1
        end
    end
    if v.array then
        local shape = {}
        for i, n in ipairs(A.shape(v.array)) do
            if not gone[i] then shape[#shape + 1] = n elseif n ~= 1 then error("axes: a dimension of " .. n, 0) end
        end
        return { array = A.reshape(v.array, shape), name = v.name }
    end
    local dims, node = {}, v.node
    for i, d in ipairs(v.dims) do
        d = I.find(d)
        if not gone[i] then dims[#dims + 1] = d
        else
            if d.size ~= 1 then error("axes: expected a dimension of 1, found " .. I.size_text(d), 0) end
            if not d.role then I.assign(d, "one", "axes") end
            if d.role == "t" then node = T.call("nn.last", node) end
        end
    end
    return I.value(I.reshape(node, I.shape(v), I.shape(I.value(node, dims))), dims)
end

ops.Unsqueeze = function(inputs, attr)
    local v = passes(inputs[1])
    local axes = axes_of(inputs, attr, {})
    if v.items then
        if #v.items ~= 1 or v.rank ~= 0 then error("only single numbers become lists", 0) end
        return { items = v.items, rank = 1 }
    end
    local old = v.array and A.shape(v.array) or v.dims
    local rank, new = #old + #axes, {}
    for _, a in ipairs(axes) do new[I.position(a, rank, "axes")] = v.array and 1 or I.one() end
    local k = 0
    for i = 1, rank do
        if not new[i] then
            k = k + 1
            new[i] = old[k] or error("axes: a dimension stands there twice", 0)
        end
    end
    if v.array then return { array = A.reshape(v.array, new), name = v.name } end
    return I.value(v.node, new)
end

-- ---- shapes ----------------------------------------------------------------------------------------------------------------

local function merged(parts)             -- several dimensions that become one
    local features, others, product = {}, {}, 1
    for _, d in ipairs(parts) do
        d = I.find(d)
        if d.role == "f" then
            features[#features + 1] = d
            product = product * d.size
        elseif d.role ~= "one" then others[#others + 1] = d end
    end
    if #others == 0 then return #features > 0 and I.feature(product) or I.one() end
    if #others == 1 and product == 1 then return others[1] end
    if #features > 0 or #others > 2 then return nil, others, features end
    others[1].with = others[1].with or {}
    local m = others[1].with[others[2]]
    if not m then
        local size = others[1].size and others[2].size and others[1].size * others[2].size
        m = { role = "m", size = size, parts = others }
        others[1].with[others[2]] = m
    end
    return m
end

local function to_shape(v, list, what)
    local from = {}                      -- the dimensions, time and batch that are one again two
    for _, d in ipairs(v.dims) do
        d = I.find(d)
        for _, p in ipairs(d.role == "m" and d.parts or { d }) do from[#from + 1] = I.find(p) end
    end
    local dims, node = {}, v.node
    local function unfit()
        local s = {}
        for i, x in ipairs(list) do s[i] = type(x) == "table" and I.size_text(I.find(x)) or tostring(x) end
        error(("%s: %s does not become [%s] in a way that keeps time and batch apart from features"):format(what,
            I.dims_text(v.dims), table.concat(s, ", ")), 0)
    end
    local i, j = 1, 1
    local tail_from, tail_list = #from, #list
    local function take(from_i, step, o) -- dims consumed for entry o; returns next index and the dimension
        if type(o) == "table" and I.find(o).role == "m" then
            o = I.find(o)
            local a, b = from[from_i], from[from_i + step]
            if step < 0 then a, b = b, a end
            if a ~= I.find(o.parts[1]) or b ~= I.find(o.parts[2]) then unfit() end
            return from_i + 2 * step, o
        end
        if o == 1 then
            local d = from[from_i]
            if d and d.size == 1 then return from_i + step, d end
            return from_i, I.one()
        end
        while from[from_i] and from[from_i].size == 1 and from[from_i] ~= o do from_i = from_i + step end
        local d = from[from_i] or unfit()
        if type(o) == "table" then
            if d ~= I.find(o) and not (d.size and d.size == I.find(o).size) then unfit() end
            return from_i + step, d
        end
        if d.size == o then return from_i + step, d end
        local parts, product = {}, 1
        while from[from_i] and product < o do
            d = from[from_i]
            if not d.size then unfit() end
            table.insert(parts, step > 0 and #parts + 1 or 1, d)
            product = product * d.size
            from_i = from_i + step
        end
        if product == o then return from_i, merged(parts) or unfit() end
        if #parts == 1 and d.role == "f" and d.size % o == 0 then    -- the rest of it stays
            from[from_i - step] = I.feature(d.size // o)
            return from_i - step, I.feature(o)
        end
        unfit()
    end
    while j <= #list and list[j] ~= -1 do
        i, dims[j] = take(i, 1, list[j])
        j = j + 1
    end
    if j <= #list then
        local k, e = #list, #from
        while k > j do
            if list[k] == -1 then error(what .. ": -1 stands there twice", 0) end
            if e < i then e = 0 end
            e, dims[k] = take(e, -1, list[k])
            k = k - 1
        end
        local rest = {}
        for q = i, e do rest[#rest + 1] = from[q] end
        local m, others, features = merged(rest)
        if not m then                    -- all steps side by side, if nothing but time is in it
            if #others > 1 or others[1].role ~= "t" or I.find(rest[1]) ~= others[1] or not others[1].size then unfit() end
            if I.ragged[I.axis_key(others[1])] then unfit() end
            local shape = I.shape(v)
            if #shape ~= #features then unfit() end
            table.insert(shape, 1, others[1].size)
            local n = 1
            for _, s in ipairs(shape) do n = n * s end
            dims[j] = I.feature(n)
            return I.value(I.reshape(T.call("nn.matrix", node), shape, I.shape(I.value(node, dims))), dims)
        end
        dims[j] = m
    else
        while from[i] and from[i].size == 1 do i = i + 1 end
        if from[i] then unfit() end
    end
    return I.value(I.reshape(node, I.shape(v), I.shape(I.value(node, dims))), dims)
end

ops.Reshape = function(inputs, attr)
    local v, list = passes(inputs[1]), copy(I.items(inputs[2], "shape"))
    if attr("allowzero", 0) ~= 0 then error("attribute 'allowzero': expected 0", 0) end
    if v.items then
        if #list > 1 then error("a list of sizes becomes a list only", 0) end
        return { items = v.items, rank = #list }
    end
    local own = v.array and A.shape(v.array)
    local known, open = 1, nil
    for i, s in ipairs(list) do
        if s == 0 then list[i] = (own or v.dims)[i] or error("shape: 0 where there is no dimension", 0) end
        if list[i] == -1 then open = i
        elseif own and type(list[i]) == "table" then error("shape: a constant with a size that is left open", 0)
        elseif own then known = known * list[i] end
    end
    if own then
        if open and known ~= 0 then list[open] = A.count(v.array) // known end
        return { array = A.reshape(v.array, list), name = v.name }
    end
    for i, s in ipairs(list) do
        if type(s) == "table" then
            local d = I.find(s)
            list[i] = (d.role == "one" or d.role == "f") and d.size or d
        end
    end
    if #list == #v.dims then             -- nothing but what it was
        local same = true
        for i, d in ipairs(v.dims) do
            d = I.find(d)
            same = same and (list[i] == d or list[i] == d.size or list[i] == -1)
        end
        if same then return v end
    end
    return to_shape(v, list, "shape")
end

ops.Flatten = function(inputs, attr)
    local v = I.need_value(inputs[1], "its operand")
    local a = attr("axis", 1)
    if a < 0 then a = a + #v.dims end
    if a < 0 or a > #v.dims then error("attribute 'axis': there are " .. #v.dims .. " dimensions", 0) end
    if a == 1 then return to_shape(v, { I.find(v.dims[1]).role == "one" and 1 or I.find(v.dims[1]), -1 }, "attribute 'axis'") end
    if a == #v.dims - 1 then
        local d = I.find(v.dims[#v.dims])
        return to_shape(v, { -1, (d.role == "f" or d.role == "one") and d.size or d }, "attribute 'axis'")
    end
    error("attribute 'axis': expected 1, or all but the last dimension", 0)
end
