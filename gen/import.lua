-- Import: an ONNX file, read into tables, becomes a description and weights. This part follows the graph and finds out
-- which dimension of each input is time, which the batch, which are features: operators say so when they are met, and
-- the graph is followed again until all is known. Takes the file's tables; gives { text =, weights =, notes = }.
local core = ...
local I = { array = core.array, nearest = core.nearest, float = core.float }
local A = I.array

-- ---- dimensions: { role = "t", "b", "f", "one" or nil, size =, key = of an input's } -----------------------------------

function I.feature(n) return { role = "f", size = n } end
function I.one() return { role = "one", size = 1 } end

function I.find(d)
    while d.same do d = d.same end
    return d
end

local said = { t = "time", b = "the batch", f = "features", one = "a dimension of 1", m = "time and batch in one" }

function I.size_text(d) return d.size and tostring(d.size) or d.name and d.name ~= "" and d.name or "?" end

function I.dims_text(dims)
    local s = {}
    for i, d in ipairs(dims) do
        d = I.find(d)
        local name = d.role and said[d.role]:gsub("^the ", "")
        s[i] = (d.role == "t" or d.role == "b") and name .. (d.size and " " .. d.size or "") or I.size_text(d) .. (name and " " .. name or "")
        if d.role == "one" then s[i] = "1" end
    end
    return "[" .. table.concat(s, ", ") .. "]"
end

function I.assign(d, role, why)          -- says what a dimension is, or holds it to that
    d = I.find(d)
    if d.role == role then return d end
    if d.role == "one" and role == "b" then return d end
    if d.role == "one" and role == "t" then return d end
    if d.role == "one" and role == "f" or d.role == "f" and role == "one" and d.size == 1 then return d end
    if d.role then
        error(("%s: expected %s, found %s of size %s"):format(why, said[role], said[d.role], I.size_text(d)), 0)
    end
    d.role = role
    if d.key then I.learned[d.key], I.changed = role, true end
    return d
end

function I.unify(a, b, why)              -- two dimensions that must be the same one
    a, b = I.find(a), I.find(b)
    if a == b then return a end
    if a.size and b.size and a.size ~= b.size then
        error(("%s: dimensions of %s and %s do not fit each other"):format(why, a.size, b.size), 0)
    end
    if a.role and b.role and a.role ~= b.role then
        error(("%s: %s of size %s meets %s of size %s"):format(why, said[a.role], I.size_text(a), said[b.role],
            I.size_text(b)), 0)
    end
    if a.role == "t" and b.role == "t" and (a.axis or b.axis) then
        error(("%s: sequences that are parts of others, and not the same part"):format(why), 0)
    end
    if a.role and not b.role then I.assign(b, a.role, why) end
    if b.role and not a.role then I.assign(a, b.role, why) end
    return a
end

-- ---- what a name of the graph stands for -----------------------------------------------------------------------------
-- { node =, dims = } a value of the network; { array =, name = } a constant; { items =, rank = } whole numbers, some of
-- which are sizes of dimensions (the dimension stands for its size)

function I.kind(v) return v.node and "value" or v.array and "array" or "items" end

function I.items(v, what)                -- whole numbers, as a list
    if v.items then return v.items end
    if not v.array then error(what .. ": expected a constant, found a value of the network", 0) end
    if A.count(v.array) > 65536 then error(what .. ": a list of " .. A.count(v.array) .. " numbers", 0) end
    local list = {}
    for i = 1, A.count(v.array) do list[i] = A.get(v.array, i - 1) end
    return list
end

function I.integers(v, what)             -- the same, without sizes that are not known
    local list = {}
    for i, x in ipairs(I.items(v, what)) do
        if type(x) == "table" then
            x = I.find(x).size or error(what .. ": expected a constant, found a size that the file leaves open", 0)
        end
        list[i] = math.tointeger(x) or error(what .. ": expected whole numbers, found " .. tostring(x), 0)
    end
    return list
end

function I.position(axis, rank, what)    -- ONNX counts from 0, or from the end
    local a = math.tointeger(axis)
    if not a or a < -rank or a >= rank then
        error(("%s: axis %s of %d dimensions"):format(what, tostring(axis), rank), 0)
    end
    return (a < 0 and a + rank or a) + 1
end

-- An error of ours, thrown at level 0, is a sentence; what the interpreter says begins with a place in these files.
function I.sentence(e, instead)
    e = tostring(e)
    if e:find "^gen/import" or e:find "^bad argument" then return instead end
    if e == "not enough memory" then return "it asks for more memory than a network of its size can need" end
    return e
end

-- ---- following the graph ---------------------------------------------------------------------------------------------

local function start_run(file)
    I.changed, I.values, I.weights, I.weight_of, I.taken, I.helpers = false, {}, {}, {}, {}, {}
    I.axes, I.layers, I.layer_names, I.ports, I.lengths = {}, {}, {}, {}, {}
    for name, array in pairs(file.arrays) do I.values[name] = { array = array, name = name } end
    for _, p in ipairs(file.inputs) do
        if not file.arrays[p.name] then
            local dims = {}
            if not p.dims then error(("input '%s': its shape is not given"):format(p.name), 0) end
            for i, d in ipairs(p.dims) do
                local key = p.name .. "\0" .. i
                local size = math.type(d) == "integer" and d or nil
                dims[i] = { size = size, name = type(d) == "string" and d or nil, key = key, role = I.learned[key] }
                if dims[i].role == "one" and dims[i].size ~= 1 then dims[i].role = "f" end
            end
            local v = { dims = dims, port = p, whole = p.kind ~= 1 and p.kind ~= 11 and p.kind ~= 10 or I.as_ids[p.name] }
            v.node = I.text.node("", {}, { input = v, plain = true })
            I.ports[#I.ports + 1] = v
            I.values[p.name] = v
        end
    end
end

I.elementwise = { Add = true, Sub = true, Mul = true, Div = true, Max = true, Min = true, Where = true }

I.keeps_pad = { Conv = true, Transpose = true, Squeeze = true, Unsqueeze = true, Identity = true }

local function about(n, i)
    return n.op .. (n.name ~= "" and " '" .. n.name .. "'" or " (node " .. i .. ")")
end

local function count_uses(file)
    I.uses = {}
    for _, n in ipairs(file.nodes) do
        for _, name in ipairs(n.inputs) do I.uses[name] = (I.uses[name] or 0) + 1 end
    end
    for _, o in ipairs(file.outputs) do I.uses[o.name] = (I.uses[o.name] or 0) + 1 end
end

local function run_node(n, i)
    I.current, I.current_index, I.node_name = about(n, i), i, n.name
    if n.domain ~= "" and n.domain ~= "ai.onnx" then
        error(("%s: an operator of '%s', which is not known here"):format(I.current, n.domain), 0)
    end
    local op = I.ops[n.op]
    if n.op == "Loop" or n.op == "Scan" or n.op == "If" then
        error(I.current .. ": loops and branches are not supported; a mask exports as one: leave it out, or give lengths", 0)
    end
    if not op then
        local names = {}
        for k in pairs(I.ops) do names[#names + 1] = k end
        table.sort(names)
        local near = I.nearest(n.op, names)
        error(("%s: this operator is not supported%s"):format(I.current, near and "; the nearest is " .. near or ""), 0)
    end
    local inputs = {}
    for k, name in ipairs(n.inputs) do
        if name ~= "" then
            inputs[k] = I.values[name]
                or error(("%s: its input '%s' is nothing that the file has before it"):format(I.current, name), 0)
        end
    end
    local wide, pad = {}, nil
    for k, v in pairs(inputs) do
        if v.pad and not (k == 1 and I.keeps_pad[n.op]) then
            error(I.current .. ": steps of zeros that Pad adds are known only to a convolution", 0)
        end
        if k == 1 and n.op ~= "Conv" then pad = v.pad end
        for p, size in pairs(v.wide or {}) do wide[p] = size end
    end
    if next(wide) and not I.elementwise[n.op] then error(I.current .. ": more features than there are, of the same numbers", 0) end
    local left = {}
    for k, v in pairs(n.attrs) do left[k] = v end
    local function attr(name, default)
        left[name] = nil
        local v = n.attrs[name]
        if type(v) == "table" and v.other then
            error(("%s: attribute '%s' is %s"):format(I.current, name, v.other), 0)
        end
        if v == nil then return default end
        if type(default) ~= "nil" and type(v) ~= type(default) then
            error(("%s: attribute '%s': expected a %s, found a %s"):format(I.current, name, type(default), type(v)), 0)
        end
        return v
    end
    for _, v in pairs(inputs) do
        if v.excess and n.op ~= "Slice" then
            error(("%s: attribute 'pads': more steps than it is given come out of it, and no Slice cuts them off"):format(v.excess_of), 0)
        end
    end
    local ok, results = pcall(function()
        local order = I.order_of(inputs, n.op)
        local asked = {}                 -- what an operator does not ask for it would ignore
        local given = setmetatable({}, { __len = function() return #inputs end,
            __index = function(_, k) asked[k] = true return inputs[k] end })
        local r = table.pack(op(given, attr, n))
        for k in pairs(inputs) do
            if not asked[k] then error(("its input %d, '%s', is not supported"):format(k, n.inputs[k]), 0) end
        end
        for k, v in ipairs(r) do
            if order and v.node and v.order == nil then r[k] = I.ordered(v, order) end
        end
        for name in pairs(left) do
            error(("attribute '%s' is not supported"):format(name), 0)
        end
        return r
    end)
    if not ok then
        results = I.sentence(results, "its operands or attributes are not as this operator has them")
        error(results:find(I.current, 1, true) == 1 and results or I.current .. ": " .. results, 0)
    end
    for p, size in pairs(wide) do        -- has it become as many as Expand said?
        local dims = results[1] and results[1].dims or {}
        if not dims[#dims - p] or I.find(dims[#dims - p]).size ~= size then
            error(I.current .. ": more features than there are, of the same numbers", 0)
        end
    end
    if pad then results[1] = setmetatable({ pad = pad }, { __index = results[1] }) end
    for k, name in ipairs(n.outputs) do
        if name ~= "" then
            if not results[k] then
                error(("%s: its output %d, '%s', is not supported"):format(I.current, k, name), 0)
            end
            if I.values[name] then error(("%s: '%s' is there already"):format(I.current, name), 0) end
            results[k].uses = I.uses[name]
            I.values[name] = results[k]
        end
    end
end

-- The inputs' dimensions of which no operator has said anything: one of them is decided by its name or place.
local function decide(file)
    for _, v in ipairs(I.ports) do
        local has, open = {}, {}
        for i, d in ipairs(v.dims) do
            d = I.find(d)
            if d.role then has[d.role] = true else open[#open + 1] = d end
        end
        if #open > 0 then
            local best, role
            for _, d in ipairs(open) do
                local name = (d.name or ""):lower()
                if not has.b and name:find "batch" then best, role = d, "b" end
                if not best and not has.t and (name:find "seq" or name:find "time" or name:find "steps") then
                    best, role = d, "t"
                end
            end
            if not best and not has.b then best, role = open[1], "b" end
            if not best and #v.dims == 2 and v.whole and not has.t then best, role = open[1], "t" end
            if not best and #v.dims == 3 and not has.t and has.f and not I.cut[open[1].key] then best, role = open[1], "t" end
            best, role = best or open[1], role or "f"
            I.learned[best.key], I.changed = role, true
            return true
        end
    end
end

local function run(file)
    start_run(file)
    for i, n in ipairs(file.nodes) do run_node(n, i) end
    local outputs = {}
    for i, o in ipairs(file.outputs) do
        local v = I.values[o.name] or error(("output '%s': no operator gives it"):format(o.name), 0)
        if v.excess then error(("output '%s': more steps than its input has"):format(o.name), 0) end
        if v.order then error(("output '%s': its examples stand in the order of their lengths, which is not taken back"):format(o.name), 0) end
        if I.kind(v) ~= "value" then error(("output '%s': it does not depend on an input"):format(o.name), 0) end
        outputs[i] = { name = o.name, value = v }
    end
    if #outputs == 0 then error("the graph has no output", 0) end
    return I.finish(file, outputs)
end

function I.describe(file, options)
    I.learned, I.ragged, I.alone, I.only, I.cut, I.as_ids = {}, {}, {}, {}, {}, {}
    local opset = file.opset[""]
    if not opset then error("the file does not say which version of the operators it uses", 0) end
    if opset < 7 or opset > 22 then
        error(("operators of version %d; those of 7 to 22 are read"):format(opset), 0)
    end
    I.opset, I.options, I.file = opset, options, file
    count_uses(file)
    local settled = false
    for _ = 1, 200 do
        local ok, result = pcall(run, file)
        if not I.changed then
            local more = decide(file)
            if not more and not ok then error(I.sentence(result, "the graph is not one that can be followed"), 0) end
            if not more and settled then return result end
            if not more then settled = true end
        end
    end
    error("it does not become clear which dimensions of the inputs are time and batch", 0)
end

return I
