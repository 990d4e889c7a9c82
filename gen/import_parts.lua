-- Import, operators that take parts of values and join them: Gather, Slice, Split, Concat. Entries as in import_ops.lua.
local I = ...
local A, T = I.array, I.text
local ops = I.ops

-- Where dimension p stands among our value's dimensions, and how many it has.
local function place(v, p)
    local q, n = 0, 0
    for i, d in ipairs(v.dims) do
        if I.find(d).role == "f" then
            n = n + 1
            if i == p then q = n end
        end
    end
    return q, n
end

local function replaced(dims, p, d)
    local out = table.move(dims, 1, #dims, 1, {})
    out[p] = d
    return out
end

-- Entries from to from + count - 1 (from 0) of dimension p; `from` may be below 0 for the last steps.
function I.take(v, p, from, count)
    local d = I.find(v.dims[p])
    if d.size and from < 0 then from = from + d.size end
    if from == 0 and count == d.size then return v end
    if d.size and (from < 0 or count < 1 or from + count > d.size) then
        error(("%d to %d of %s"):format(from, from + count - 1, I.size_text(d)), 0)
    end
    if v.node.value then                 -- a number that stands for all of it
        return I.value(v.node, replaced(v.dims, p, count == 1 and I.one() or I.feature(count)))
    end
    if d.role == "t" then
        if count ~= 1 then
            if not d.size then error("a part of a dimension whose size is left open", 0) end
            return I.steps(v, p, from, d.size - from - count, 1)
        end
        if I.ragged[I.axis_key(d)] and from ~= 0 then
            error("a step counted from the end of sequences that have lengths of their own", 0)
        end
        local x, back = v.node, nil
        if d.size and from >= 0 and from > d.size // 2 then from = from - d.size end
        if from >= 0 then
            if from > 0 then x = T.call("nn.delay", x, -from) end
            x = T.call("nn.first", x)
        else
            if from < -1 then x = T.call("nn.delay", x, -1 - from) end
            x = T.call("nn.last", x)
        end
        return I.value(x, replaced(v.dims, p, I.one()))
    end
    if d.role == "b" or d.role == "m" then error("a part of the batch", 0) end
    local as_feature = d
    if not d.role then                   -- an input of which nothing is known yet: time and batch are not cut
        as_feature = { role = "f", size = d.size }
        if d.key then I.cut[d.key] = true end
    end
    local old = I.value(v.node, replaced(v.dims, p, as_feature))
    local q, n = place(old, p)
    if not d.size then error("a part of a dimension whose size is left open", 0) end
    local dims = replaced(v.dims, p, I.feature(count))
    if v.node.rows and q == 1 and n == 2 then
        local list = table.move(v.node.rows, from + 1, from + count, 1, {})
        return I.value(I.stacked(list, I.shape(v)[2]), dims)
    end
    if q == n then return I.value(T.call("nn.slice", v.node, from + 1, from + count), dims) end
    if q == 1 then return I.value(T.call("nn.rows", v.node, from + 1, from + count), dims) end
    error("a part of a dimension between others", 0)
end

local function without(v, p)             -- a dimension of size 1 is dropped
    local dims = table.move(v.dims, 1, #v.dims, 1, {})
    table.remove(dims, p)
    return I.value(I.reshape(v.node, I.shape(v), I.shape(I.value(v.node, dims))), dims)
end

ops.Gather = function(inputs, attr)
    local v, index = inputs[1], inputs[2]
    if not v or not index then error("it needs two operands", 0) end
    local rank = v.items and 1 or v.array and #A.shape(v.array) or #v.dims
    local p = I.position(attr("axis", 0), rank, "attribute 'axis'")
    if index.node then
        if not v.array then error("indices: expected a constant, found what the network computes", 0) end
        return I.embedding(v, index, p)
    end
    local list = I.integers(index, "indices")
    local single = index.rank == 0 or index.array and #A.shape(index.array) == 0
    if not single and not index.items and #A.shape(index.array) ~= 1 then error("indices: expected a list", 0) end
    local size = v.items and #v.items or v.array and A.shape(v.array)[p] or I.find(v.dims[p]).size
    for i, x in ipairs(list) do
        if size and (x < -size or x >= size) then error(("indices: %d of %d"):format(x, size), 0) end
        if x < 0 and size then list[i] = x + size end
    end
    if #list == 0 then error("indices: there are none", 0) end
    if v.items then
        local out = {}
        for i, x in ipairs(list) do out[i] = v.items[x + 1] end
        return { items = out, rank = single and 0 or 1 }
    end
    if v.array then
        local parts = {}
        for i, x in ipairs(list) do parts[i] = A.slice(v.array, p, x, 1, 1) end
        local a = A.concat(p, parts)
        if single then
            local shape = A.shape(a)
            table.remove(shape, p)
            a = A.reshape(a, shape)
        end
        return { array = a }
    end
    for i = 2, #list do
        if list[i] ~= list[i - 1] + 1 then error("indices: expected neighbours", 0) end
    end
    local out = I.take(v, p, list[1], #list)
    return single and without(out, p) or out
end

ops.Slice = function(inputs, attr)
    local v = inputs[1] or error("its operand is missing", 0)
    local rank = v.items and 1 or v.array and #A.shape(v.array) or #v.dims
    local starts = inputs[2] and I.integers(inputs[2], "starts") or attr("starts", {})
    local ends = inputs[3] and I.items(inputs[3], "ends") or attr("ends", {})
    local axes, steps = inputs[4] and I.integers(inputs[4], "axes") or attr("axes"), inputs[5] and I.integers(inputs[5], "steps")
    if not axes then
        axes = {}
        for i = 1, #starts do axes[i] = i - 1 end
    end
    if #ends ~= #starts or #axes ~= #starts then error("starts, ends and axes have different lengths", 0) end
    for i, from in ipairs(starts) do
        local p, step, to = I.position(axes[i], rank, "axes"), steps and steps[i] or 1, ends[i]
        local d = v.dims and I.find(v.dims[p])
        local size = v.items and #v.items or v.array and A.shape(v.array)[p] or d.size
        if type(to) == "table" then to = d and I.find(to) == d and math.maxinteger or I.find(to).size end
        to = to and math.tointeger(to) or error("ends: a size that the file leaves open", 0)
        if not size then
            local function rest(x) return x >= 2147483647 end
            if from == 0 and step == 1 and rest(to) then goto continue end
            if d.role == "t" and from >= 0 and (rest(to) or to < 0) then
                v = I.steps(v, p, from, rest(to) and 0 or -to, step)
                goto continue
            end
            if step ~= 1 then error("steps: expected 1", 0) end
            if to >= 2147483647 and from < 0 then to = 0 elseif (from < 0) ~= (to < 0) then
                error("a part of a dimension whose size is left open", 0)
            end
            v = I.take(v, p, from, to - from)
        else
            local low, high = step < 0 and -1 or 0, step < 0 and size - 1 or size
            local function clamp(x) return math.max(low, math.min(high, x < 0 and x >= -size and x + size or x)) end
            if step == 0 then error("steps: 0", 0) end
            from, to = clamp(from), clamp(to)
            local count = math.max(0, (to - from + step + (step > 0 and -1 or 1)) // step)
            if v.items then
                local out = {}
                for k = 0, count - 1 do out[k + 1] = v.items[from + k * step + 1] end
                v = { items = out, rank = 1 }
            elseif v.array then v = { array = A.slice(v.array, p, from, step, count) }
            else
                local more = v.excess or d.role == "t" and step ~= 1 and count > 1
                if step ~= 1 and count > 1 and not more then error("steps: expected 1", 0) end
                if count < 1 then error("nothing is left", 0) end
                v = more and I.steps(v, p, from, size - (from + (count - 1) * step + 1), step) or I.take(v, p, from, count)
            end
        end
        ::continue::
    end
    return v
end

ops.Split = function(inputs, attr, node)
    local v = I.need_value(inputs[1], "its operand")
    local p = I.position(attr("axis", 0), #v.dims, "attribute 'axis'")
    local parts = inputs[2] and I.integers(inputs[2], "split") or attr("split")
    local d, n = I.find(v.dims[p]), attr("num_outputs", #node.outputs)
    if not d.size then error("a dimension whose size is left open", 0) end
    if not parts then
        parts = {}
        local each = (d.size + n - 1) // n
        for i = 1, n do parts[i] = math.min(each, d.size - (i - 1) * each) end
    end
    local total = 0
    for _, x in ipairs(parts) do
        if x < 1 then error("a part of size " .. x, 0) end
        total = total + x
    end
    if total ~= d.size or #parts ~= #node.outputs then error(("%d parts of %d, there are %d"):format(#parts, total, d.size), 0) end
    local out, q, k = {}, place(v, p)
    if d.role == "f" and q == k then     -- of the last features: one statement
        local same = true
        for _, x in ipairs(parts) do same = same and x == parts[1] end
        local all = T.node(("nn.split($1, %s)"):format(same and #parts or "{ " .. table.concat(parts, ", ") .. " }"), { v.node },
            { first = true, results = {} })
        for i, x in ipairs(parts) do
            all.results[i] = T.identifier(node.outputs[i])
            out[i] = I.value(T.node("", { all }, { pick = i }), replaced(v.dims, p, I.feature(x)))
        end
    else
        local from = 0
        for i, x in ipairs(parts) do
            out[i] = I.take(v, p, from, x)
            from = from + x
        end
    end
    return table.unpack(out)
end

ops.Concat = function(inputs, attr)
    local values, arrays, items = 0, 0, 0
    for _, v in ipairs(inputs) do
        if v.node then values = values + 1 elseif v.array then arrays = arrays + 1 else items = items + 1 end
    end
    if #inputs == 0 then error("it has no operands", 0) end
    local axis = attr("axis", 1)
    if values == 0 and items > 0 then    -- shapes
        local out = {}
        for _, v in ipairs(inputs) do for _, x in ipairs(I.items(v, "its operand")) do out[#out + 1] = x end end
        return { items = out, rank = 1 }
    end
    if values == 0 then
        local list = {}
        for i, v in ipairs(inputs) do list[i] = v.array end
        return { array = A.concat(I.position(axis, #A.shape(list[1]), "attribute 'axis'"), list) }
    end
    if values < #inputs then error("constants beside values are not supported", 0) end
    if #inputs == 1 then return inputs[1] end
    local rank = #inputs[1].dims
    local p = I.position(axis, rank, "attribute 'axis'")
    local dims, total = {}, 0
    for i = 1, rank do
        for _, v in ipairs(inputs) do
            I.need_value(v, "its operand")
            if #v.dims ~= rank then error("operands of different rank", 0) end
            local d = I.find(v.dims[i])
            if i == p then
                if d.role ~= "one" then I.assign(d, "f", "attribute 'axis'") end
                total = total + (d.size or error("a number of features that is left open", 0))
            elseif not dims[i] or I.find(dims[i]).role == "one" and d.role == "b" then dims[i] = d
            elseif not (d.role == "one" and I.find(dims[i]).role == "b") then I.unify(dims[i], d, "its operands") end
        end
    end
    dims[p] = I.feature(total)
    local q, n = place({ dims = dims }, p)
    if q ~= 1 and q ~= n then error("attribute 'axis': a dimension between others", 0) end
    local joined
    if q == 1 and n == 2 then            -- vectors on top of each other
        local rows = {}
        local size = I.shape({ dims = dims })[2]
        for _, v in ipairs(inputs) do
            if I.find(v.dims[p]).size == 1 and not v.node.value then rows[#rows + 1] = I.reshape(v.node, I.shape(v), { size })
            elseif v.node.rows then table.move(v.node.rows, 1, #v.node.rows, #rows + 1, rows)
            else
                rows = nil
                break
            end
        end
        if rows then return I.value(I.stacked(rows, size), dims) end
    end
    for _, v in ipairs(inputs) do
        if v.node.value then error("constants beside values are not supported", 0) end
        local shape = I.shape({ dims = replaced(dims, p, I.feature(I.find(v.dims[p]).size)) })
        if q ~= n then                   -- row by row, so that all in one dimension can be joined
            local size = 1
            for _, s in ipairs(shape) do size = size * s end
            shape = { size }
        end
        local x = I.reshape(v.node, I.shape(v), shape)
        joined = joined and T.binary("..", joined, x) or x
    end
    if q ~= n then
        local all = 1
        for _, s in ipairs(I.shape({ dims = dims })) do all = all * s end
        joined = I.reshape(joined, { all }, I.shape({ dims = dims }))
    end
    return I.value(joined, dims)
end
