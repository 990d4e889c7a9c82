-- The language of descriptions: checking, declarations, operations. Takes `core` (functions on the graph, from
-- read_node.c, read_value.c, read_model.c), gives the entries of `nn` and its helpers to other parts (prelude_*.lua). Every
-- argument is checked: a wrong one is the user's error, with what was expected, what was found and the nearest
-- name. May not know a cell by name.
local core = ...
local type, select, ipairs, pairs, tonumber, tostring, getmetatable =
    type, select, ipairs, pairs, tonumber, tostring, getmetatable
local find, match, sub, format = string.find, string.match, string.sub, string.format
local concat, unpack = table.concat, table.unpack
local huge, math_type, tointeger = math.huge, math.type, math.tointeger

local api = {}
local made = {}                          -- object -> what it is: initialiser, type of an input, optimizer, data
local fail, describe = core.fail, core.describe
local MOST = 16777216

-- ---- checking --------------------------------------------------------------------------------------------------

local function found(v)
    if made[v] then return made[v] end
    return describe(v)
end

local function sorted_keys(t)
    local keys = {}
    for k in pairs(t) do keys[#keys + 1] = k end
    return keys
end

local function hint(word, words)         -- "; did you mean 'size'?" or nothing
    local near = type(word) == "string" and core.nearest(word, words)
    return near and format("; did you mean '%s'?", near) or ""
end

local function whole(v, low, high)
    local i = type(v) == "number" and tointeger(v) or nil
    return i and i >= low and i <= high and i or nil
end

local function number(v, test)
    if type(v) == "number" and v == v and v > -huge and v < huge and test(v) then return v end
end

local function strings(v)
    if type(v) ~= "table" or #v == 0 then return nil end
    local n = 0
    for _, s in pairs(v) do
        n = n + 1
        if type(s) ~= "string" then return nil end
    end
    return n == #v and v or nil
end

local function dims(v)
    if whole(v, 1, MOST) then return { tointeger(v) } end
    if type(v) ~= "table" or made[v] or getmetatable(v) ~= nil or #v > 4 then return nil end
    local n, out = 0, {}
    for _ in pairs(v) do n = n + 1 end
    for i = 1, #v do
        out[i] = whole(v[i], 1, MOST)
        if not out[i] then return nil end
    end
    return n == #v and out or nil
end

local function is_value(v) return core.type(v) ~= nil or select("#", core.type(v)) > 0 end

local function of_kind(kind) return function(v) return made[v] == kind and v or nil end end
local function of_type(name) return function(v) if type(v) == name then return v end end end

-- kind of argument -> what is expected, and a function that gives the value, or nil if it is not of that kind
local kinds = {
    count = { "a positive whole number", function(v) return whole(v, 1, MOST) end },
    steps = { "a positive whole number of at most 1048576", function(v) return whole(v, 1, 1048576) end },
    lanes = { "a positive whole number of at most 65536", function(v) return whole(v, 1, 65536) end },
    length = { "a whole number of at least 0", function(v) return whole(v, 0, 2147483646) end },
    shift = { "a whole number other than 0", function(v) v = whole(v, -MOST, MOST) return v ~= 0 and v or nil end },
    number = { "a number", function(v) return number(v, function() return true end) end },
    positive = { "a number above 0", function(v) return number(v, function(x) return x > 0 end) end },
    not_negative = { "a number of at least 0", function(v) return number(v, function(x) return x >= 0 end) end },
    share = { "a number of at least 0 and below 1", function(v)
        return number(v, function(x) return x >= 0 and x < 1 end)
    end },
    either = { "a number or a string", function(v) return (type(v) == "number" or type(v) == "string") and v or nil end },
    chance = { "a number from 0 to 1", function(v)
        return number(v, function(x) return x >= 0 and x <= 1 end)
    end },
    flag = { "true or false", of_type "boolean" },
    text = { "a string", of_type "string" },
    texts = { "a list of strings", strings },
    func = { "a function", of_type "function" },
    dims = { "a size, or a list of at most 4 sizes", dims },
    name = { "a name of letters, digits, _ . -", function(v)
        return type(v) == "string" and #v <= 200 and find(v, "^[%a_][%w_.-]*$") and v or nil
    end },
    identifier = { "a name of letters, digits and _", function(v)
        return type(v) == "string" and #v <= 64 and find(v, "^%a[%w_]*$") and v or nil
    end },
    axis = { "an axis (nn.axis)", function(v) return core.axis_of(v) and v or nil end },
    type = { "nn.class(n) or nn.real(n)", of_kind "the type of an input" },
    init = { "an initialiser (nn.uniform, nn.normal, nn.constant, nn.zeros)", of_kind "an initialiser" },
    optimizer = { "an optimizer (nn.sgd, nn.adam, nn.adamw, nn.adagrad, nn.rmsprop)", of_kind "an optimizer" },
    schedule = { "a schedule (nn.constant_lr, nn.step_lr, nn.cosine, nn.plateau)", of_kind "a schedule" },
    ratio = { "a number above 0 and below 1", function(v)
        return number(v, function(x) return x > 0 and x < 1 end)
    end },
    data = { "nn.text, nn.csv, nn.labelled, nn.tagged, nn.pairs or nn.npy { ... }", of_kind "data" },
    any = { "a value or a list of values", function(v)
        return (is_value(v) or type(v) == "table" and not made[v]) and v or nil
    end },
    table = { "a table", function(v) return type(v) == "table" and not made[v] and v or nil end },
    operand = { "a value or a number", function(v)
        return (is_value(v) or number(v, function() return true end)) and v or nil
    end },
    start = { "a value, a number, or a table of them", function(v)
        if type(v) == "table" then return not made[v] and v or nil end
        return (is_value(v) or number(v, function() return true end)) and v or nil
    end },
    list = { "a value, a number, or a list of them", function(v)
        if type(v) ~= "table" then v = { v } end
        for _, x in pairs(v) do
            if not is_value(x) and not number(x, function() return true end) then return nil end
        end
        return #v > 0 and not made[v] and v or nil
    end },
    value = { "a value", function(v) return is_value(v) and v or nil end },
    vector = { "a vector", function(v)
        local _, _, shape, classes = core.type(v)
        return shape and classes == 0 and #shape >= 1 and v or nil
    end },
    sequence = { "a sequence of vectors", function(v)
        local axis, _, shape, classes = core.type(v)
        return axis and classes == 0 and #shape >= 1 and v or nil
    end },
    ids = { "class ids (an input or target of nn.class)", function(v)
        local _, _, _, classes = core.type(v)
        return classes and classes > 0 and v or nil
    end },
}

local function advice(v, kind)           -- what to do about it, where we know
    local axis, _, shape, classes = core.type(v)
    if not shape or (kind ~= "vector" and kind ~= "sequence") then return "" end
    if classes > 0 then
        local _, name = core.leaf(v)
        return format(": use nn.onehot(%s) or nn.embedding(name, %d, size)(%s)", name, classes, name)
    end
    if kind == "sequence" and not axis then return ": nn.spread(x, axis) gives a value to each step" end
    return ""
end

local function choice(words)             -- a kind of its own: one of these strings
    local text = '"' .. concat(words, '" or "') .. '"'
    return { text, function(v)
        for _, w in ipairs(words) do if v == w then return v end end
    end, words }
end

local function need(what, name, v, kind)
    local k = type(kind) == "table" and choice(kind) or kinds[kind]
    if not k then
        fail(format("%s: there is no kind of argument '%s'%s", what, tostring(kind), hint(kind, sorted_keys(kinds))))
    end
    local ok = k[2](v)
    if ok ~= nil then return ok end
    if v == nil then fail(format("%s: %s is missing; expected %s", what, name, k[1])) end
    fail(format("%s: %s: expected %s, found %s%s", what, name, k[1], found(v),
        k[3] and hint(v, k[3]) or advice(v, kind)))
end

-- A table of named arguments, by a list of { name, kind [, default] }; without a default: required, `false`:
-- optional.
local function options(what, t, spec)
    local names, out = {}, {}
    for i, s in ipairs(spec) do names[i] = s[1] end
    if t == nil then t = {} end
    if type(t) ~= "table" or made[t] then
        fail(format("%s: expected a table of named arguments { %s = ... }, found %s", what, names[1], found(t)))
    end
    for k in pairs(t) do
        local known = false
        for _, n in ipairs(names) do known = known or n == k end
        if not known and type(k) == "string" then
            fail(format("%s: unknown field '%s'%s; it has %s", what, k, hint(k, names), concat(names, ", ")))
        elseif not known then
            fail(format("%s: found a field without a name, expected: %s", what, concat(names, ", ")))
        end
    end
    for _, s in ipairs(spec) do
        local name, kind, default = s[1], s[2], s[3]
        local v = t[name]
        if v == nil and default ~= nil then
            out[name] = default
        else
            out[name] = need(what, name, v, kind)
        end
        if out[name] == false and kind ~= "flag" then out[name] = nil end
    end
    return out
end

local function def(name, most, f)        -- an entry of nn with at most that many arguments
    api[name] = function(...)
        if select("#", ...) > most then
            fail(format("nn.%s: expected at most %d argument%s, found %d", name, most, most == 1 and "" or "s",
                select("#", ...)))
        end
        return f(...)
    end
end

local function a(kind, object)
    made[object] = kind
    return object
end

local function shape_text(shape) return "[" .. concat(shape, ", ") .. "]" end

local function same_shape(x, y)
    if #x ~= #y then return false end
    for i = 1, #x do if x[i] ~= y[i] then return false end end
    return true
end

local function size_of(x)
    local n = 1
    for _, d in ipairs(x.shape) do n = n * d end
    return n
end

-- ---- declarations ----------------------------------------------------------------------------------------------

def("axis", 3, function(name, steps, o)
    name, steps = need("nn.axis", "name", name, "identifier"), need("nn.axis", "steps", steps, "steps")
    o = options("nn.axis", o, { { "ragged", "flag", false } })
    return core.axis(name, steps, o.ragged)
end)

def("class", 1, function(n)
    return a("the type of an input", { classes = need("nn.class", "n", n, "count"), dims = {} })
end)

def("real", 4, function(...)
    local d = {}
    for i = 1, select("#", ...) do d[i] = need("nn.real", "size", (select(i, ...)), "count") end
    return a("the type of an input", { classes = 0, dims = d })
end)

for _, role in ipairs { "input", "target" } do
    local what = "nn." .. role
    def(role, 3, function(name, t, axis)
        name, t = need(what, "name", name, "identifier"), need(what, "type", t, "type")
        if axis ~= nil then need(what, "axis", axis, "axis") end
        return core.input(name, t.classes, t.dims, axis, role == "target")
    end)
end

def("uniform", 2, function(low, high)
    low = need("nn.uniform", "bound", low, "number")
    if high == nil then low, high = -low, low else high = need("nn.uniform", "high", high, "number") end
    if not (low <= high) then fail(format("nn.uniform: expected low <= high, found %g and %g", low, high)) end
    return a("an initialiser", { "uniform", low, high })
end)

def("normal", 2, function(std, mean)
    std = need("nn.normal", "standard deviation", std, "not_negative")
    return a("an initialiser", { "normal", need("nn.normal", "mean", mean or 0, "number"), std })
end)

def("constant", 1, function(c)
    return a("an initialiser", { "constant", need("nn.constant", "c", c, "number"), 0 })
end)
api.zeros = a("an initialiser", { "constant", 0, 0 })

local function param(name, shape, init) return core.param(name, shape, init[1], init[2], init[3]) end

def("param", 3, function(name, shape, init)
    name, shape = need("nn.param", "name", name, "name"), need("nn.param", "dims", shape, "dims")
    return param(name, shape, need("nn.param", "init", init, "init"))
end)

def("state", 2, function(size, o)
    local shape = need("nn.state", "size", size, "dims")
    o = options("nn.state", o, { { "name", "name", false }, { "init", "operand", false }, { "delay", "number", 1 },
        { "axis", "axis", false } })
    if o.delay == 0 then
        fail("nn.state: delay: a state with delay 0 is a loop without a delay; expected at least 1")
    end
    return core.state(o.axis, shape, need("nn.state", "delay", o.delay, "shift"), o.init, o.name)
end)

def("define", 2, function(name, default)
    name = need("nn.define", "name", name, "identifier")
    local v, kind = core.define(name), math_type(default) or type(default)
    local text = { integer = "a whole number", float = "a number", boolean = "true or false", string = "a string" }
    if not text[kind] then
        fail("nn.define: default: expected a number, a string, true or false, found " .. found(default))
    end
    if v == nil then return default end
    local as = v
    if kind == "integer" then as = match(v, "^%s*[+-]?%d+%s*$") and tointeger(tonumber(v)) end
    if kind == "float" then as = number(tonumber(v), function() return true end) end
    if kind == "boolean" then as = ({ ["true"] = true, ["false"] = false })[v] end
    if as == nil or (as == false and kind ~= "boolean") then
        fail(format("-D %s: expected %s (its default is %s), found '%s'", name, text[kind], tostring(default), v))
    end
    return as
end)

def("vocabulary", 1, function(default)
    default = need("nn.vocabulary", "default", default, "count")
    local v, known = core.define("vocabulary"), core.vocabulary()
    if v ~= nil then
        local n = match(v, "^%d+$") and whole(tonumber(v), 1, MOST)
        return n or fail(format("-D vocabulary: expected a positive whole number, found '%s'", v))
    end
    return known > 0 and known or default
end)

-- ---- operations ------------------------------------------------------------------------------------------------

for name, op in pairs { tanh = "tanh", sigmoid = "sigmoid", relu = "relu", exp = "exp", log = "log", sqrt = "sqrt",
    abs = "abs" } do
    def(name, 1, function(x) return core.map("nn." .. name, op, x) end)
end

for name, op in pairs { max = "max", min = "min", less = "lt", equal = "eq" } do
    def(name, 2, function(x, y) return core.map("nn." .. name, op, x, y) end)
end

for name, op in pairs { softmax = "softmax", log_softmax = "logsoftmax" } do
    def(name, 1, function(x) return core.map("nn." .. name, op, need("nn." .. name, "x", x, "vector")) end)
end

def("select", 3, function(c, x, y) return core.map("nn.select", "select", c, x, y) end)

api.concat = function(...)
    if select("#", ...) == 0 then fail("nn.concat: expected values, found nothing") end
    return core.concat("nn.concat", { ... }, select("#", ...))
end

def("slice", 3, function(x, from, to)
    x, from = need("nn.slice", "x", x, "vector"), need("nn.slice", "from", from, "count")
    to = need("nn.slice", "to", to == nil and x.size or to, "count")
    if from > to or to > x.size then
        fail(format("nn.slice: expected features within 1 to %d, found %d to %d", x.size, from, to))
    end
    return core.slice(x, from - 1, to)
end)

def("rows", 3, function(x, from, to)      -- of the first dimension, as a matrix has rows
    x, from = need("nn.rows", "x", x, "vector"), need("nn.rows", "from", from, "count")
    to = need("nn.rows", "to", to, "count")
    local shape = x.shape
    if from > to or to > shape[1] then
        fail(format("nn.rows: expected rows within 1 to %d, found %d to %d", shape[1], from, to))
    end
    local row = size_of(x) // shape[1]
    shape[1] = to - from + 1
    return core.reshape(core.slice(core.reshape(x, { size_of(x) }), (from - 1) * row, to * row), shape)
end)

def("split", 2, function(x, parts)
    x = need("nn.split", "x", x, "vector")
    local sizes, n = {}, 0
    if type(parts) == "table" then
        for i, s in ipairs(parts) do sizes[i] = need("nn.split", "size", s, "count") end
    else
        parts = need("nn.split", "parts", parts, "count")
        if x.size % parts ~= 0 then
            fail(format("nn.split: expected features that can be divided by %d, found %d", parts, x.size))
        end
        for i = 1, parts do sizes[i] = x.size // parts end
    end
    for _, s in ipairs(sizes) do n = n + s end
    if n ~= x.size or #sizes > 200 then
        fail(format("nn.split: expected sizes (at most 200) that add up to %d, found a sum of %d", x.size, n))
    end
    local out, at = {}, 0
    for i, s in ipairs(sizes) do
        out[i] = core.slice(x, at, at + s)
        at = at + s
    end
    return unpack(out)
end)

def("reshape", 5, function(x, ...)
    x = need("nn.reshape", "x", x, "value")
    local shape, n = {}, 1
    for i = 1, select("#", ...) do
        shape[i] = need("nn.reshape", "size", (select(i, ...)), "count")
        n = n * shape[i]
    end
    if n ~= size_of(x) then
        fail(format("nn.reshape: expected %d numbers, as %s has, found %s", size_of(x), shape_text(x.shape),
            shape_text(shape)))
    end
    return core.reshape(x, shape)
end)

local function matmul(what, W, x)
    x = need(what, "x", x, "vector")
    local w, s = W.shape, x.shape
    if x.size ~= w[2] then
        fail(format("%s: %s times %s: expected %d features, found %d", what, shape_text(w), shape_text(s),
            w[2], x.size))
    end
    local lead = sub("abc", 1, #s - 1)
    return core.contract(what, x, W, lead .. "i", "oi", lead .. "o")
end

def("matmul", 2, function(W, x)
    W = need("nn.matmul", "W", W, "vector")
    if #W.shape ~= 2 then fail("nn.matmul: W: expected a matrix, found the shape " .. shape_text(W.shape)) end
    return matmul("nn.matmul", W, x)
end)

def("onehot", 1, function(x) return core.onehot(need("nn.onehot", "x", x, "ids")) end)

def("delay", 3, function(x, k, init)
    x, k = need("nn.delay", "x", x, "operand"), need("nn.delay", "k", k, "shift")
    if not core.type(x) then fail("nn.delay: x: expected a sequence, found " .. found(x)) end
    return core.delay(x, k, init)
end)

for name, k in pairs { last = -1, first = 1 } do
    def(name, 2, function(x, otherwise)
        local what = "nn." .. name
        x = need(what, "x", x, "value")
        if not core.type(x) then fail(what .. ": x: expected a sequence, found " .. found(x)) end
        return core.last(what, x, otherwise, k)
    end)
end

def("spread", 2, function(x, axis)
    x, axis = need("nn.spread", "x", x, "value"), need("nn.spread", "axis", axis, "axis")
    local own, batch, shape = core.type(x)
    if own and own ~= axis then
        fail(format("nn.spread: '%s': expected a value without axis, found one on '%s'", axis.name, own.name))
    end
    return core.expand("nn.spread", x, axis, batch, shape)
end)

local function over(what, x, axis)       -- the sum, and what to divide it by for the mean
    x = need(what, "x", x, "value")
    if axis == nil then return core.sum(what, x, false, false, "all"), size_of(x) end
    if type(axis) == "number" then       -- over one dimension, which goes
        local d, shape = axis, x.shape
        if math_type(d) ~= "integer" or d < 1 or d > #shape then
            fail(format("%s: expected an axis, or the number of one of the %d dimensions, found %s", what, #shape, tostring(d)))
        end
        local rest = {}
        for i, n in ipairs(shape) do if i ~= d then rest[#rest + 1] = n end end
        return core.reshape(core.sum(what, x, false, false, d), rest), shape[d]
    end
    need(what, "axis", axis, "axis")
    local own = core.type(x)
    if own ~= axis then
        fail(format("%s: expected a value on the axis '%s', found %s", what, axis.name, found(x)))
    end
    local n = axis.steps
    if axis.ragged then n = core.map(what, "max", core.leafless("length", axis), 1) end
    return core.sum(what, x, true, false, "none"), n
end

def("sum", 2, function(x, axis) return (over("nn.sum", x, axis)) end)
def("mean", 2, function(x, axis)
    local s, n = over("nn.mean", x, axis)
    return s / n
end)

return core, api, {
    need = need, options = options, def = def, a = a, found = found, hint = hint, sorted_keys = sorted_keys,
    shape_text = shape_text, same_shape = same_shape, size_of = size_of, matmul = matmul, param = param,
    made = made,
}
