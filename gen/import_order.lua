-- Import, examples sorted by their lengths: what pack_padded_sequence(enforce_sorted=False) writes around a recurrent operator. Examples have
-- nothing to do with each other, so their order means nothing here, if the file puts them back in order. Values in between carry
-- `order`, the indices are { index = order, inverse = }. Entries as in import_ops.lua.
local I = ...
local A = I.array
local ops = I.ops

local where = { Gather = 2, ScatterElements = 2, Cast = 1, Identity = 1, Shape = 1 }    -- the operand that may be indices

local function batched(v)                -- one value for each example
    if not v.node or v.node.value then return false end
    for _, d in ipairs(v.dims) do
        if I.find(d).role == "b" then return true end
    end
    return false
end

-- The order of an operator's operands, which is that of its results.
function I.order_of(inputs, op)
    local order, other = nil, false
    for k, v in pairs(inputs) do
        if v.index and where[op] ~= k then error("the order of the examples is used for something else than to sort them", 0) end
        if v.order and order and v.order ~= order then error("examples in two different orders meet", 0) end
        order = order or v.order
        other = other or not v.order and batched(v)
    end
    if order and other then error("examples in the order of their lengths meet examples as they come in", 0) end
    return order
end

function I.ordered(v, order)             -- the same value with its examples in another order (nil: as they come in)
    if v.order == order then return v end
    return setmetatable({ order = order or false, itself = v.itself or v }, { __index = v })
end

ops.TopK = function(inputs, attr)
    local v = inputs[1]
    local k = inputs[2] and I.items(inputs[2], "k") or { attr("k") }
    local axis, largest, sorted = attr("axis", -1), attr("largest", 1), attr("sorted", 1)
    if not v or not v.port or not v.whole or #v.dims ~= 1 or v.order then
        error("of anything but the lengths of sequences, to sort them, it is not supported", 0)
    end
    I.position(axis, 1, "attribute 'axis'")
    local d = I.assign(v.dims[1], "b", "lengths")
    if #k ~= 1 or (type(k[1]) == "table" and I.find(k[1]) or k[1]) ~= (type(k[1]) == "table" and d or d.size) then
        error("k: expected the size of the batch", 0)
    end
    if largest ~= 1 or sorted ~= 1 then error("expected the longest first", 0) end
    local order = {}
    return I.ordered(v, order), { index = order, dim = d }
end

ops.ReduceProd = function(inputs, attr)  -- of a shape: how many examples
    local list = I.items(inputs[1], "its operand")
    attr("keepdims", 1)
    if attr("axes") or #list ~= 1 then error("it is supported of a single size", 0) end
    return { items = list, rank = 0 }
end

ops.Range = function(inputs)
    local from, to, step = I.items(inputs[1], "start")[1], I.items(inputs[2], "limit")[1], I.items(inputs[3], "delta")[1]
    if type(to) == "table" and from == 0 and step == 1 then return { items = {}, rank = 1, range = I.find(to) } end
    local list = {}
    for _, x in ipairs { from, to, step } do
        if not math.tointeger(x) then error("expected whole numbers", 0) end
    end
    if step == 0 or (to - from) / step > 65536 then error("expected a list of at most 65536 numbers", 0) end
    for x = from, to - (step > 0 and 1 or -1), step do list[#list + 1] = x end
    return { items = list, rank = 1 }
end

ops.ScatterElements = function(inputs, attr)     -- of 0, 1, 2, ... to where the indices say: their inverse
    local _, index, updates = inputs[1], inputs[2], inputs[3]      -- of the first all is replaced
    if not index or not index.index or index.inverse or not updates then error("it is supported to invert an order only", 0) end
    I.position(attr("axis", 0), 1, "attribute 'axis'")
    if attr("reduction", "none") ~= "none" then error("attribute 'reduction' is not supported", 0) end
    if updates.range ~= I.find(index.dim) then
        local list = I.integers(updates, "updates")
        for i, x in ipairs(list) do
            if x ~= i - 1 then error("updates: expected 0, 1, 2, ...", 0) end
        end
        if updates.range or #list ~= I.find(index.dim).size then error("updates: expected one for each example", 0) end
    end
    return { index = index.index, dim = index.dim, inverse = true }
end

local gather = ops.Gather
ops.Gather = function(inputs, attr, n)
    local v, by = inputs[1], inputs[2]
    if not by or not by.index then return gather(inputs, attr, n) end
    if not v or not v.node then error("its operand: examples of a constant in another order", 0) end
    I.assign(v.dims[I.position(attr("axis", 0), #v.dims, "attribute 'axis'")], "b", "examples in another order")
    if by.inverse then
        if v.order ~= by.index then error("examples that are not in the order that is taken back", 0) end
        return I.ordered(v, nil)
    end
    if v.order then error("examples that are in another order already", 0) end
    return I.ordered(v, by.index)
end

local shape = ops.Shape
ops.Shape = function(inputs, attr, n)
    local v = inputs[1]
    return v and v.index and { items = { v.dim }, rank = 1 } or shape(inputs, attr, n)
end

for _, op in ipairs { "Cast", "Identity" } do
    local before = ops[op]
    ops[op] = function(inputs, attr, n)
        if not inputs[1] or not inputs[1].index then return before(inputs, attr, n) end
        attr("to")
        return inputs[1]
    end
end
