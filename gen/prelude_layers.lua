-- The language of descriptions, second part: layers, losses, optimizers, data, the model. Takes what prelude.lua
-- gives; gives `nn` and a function that adds the cells to it and closes the global names. May not know a cell by
-- name.
local core, api, H = ...
local type, select, ipairs, pairs, setmetatable = type, select, ipairs, pairs, setmetatable
local format, match, byte = string.format, string.match, string.byte
local concat, sort, sqrt, utf8_len, utf8_codes = table.concat, table.sort, math.sqrt, utf8.len, utf8.codes
local need, options, def, a, found, hint = H.need, H.options, H.def, H.a, H.found, H.hint
local sorted_keys, shape_text, same_shape, param = H.sorted_keys, H.shape_text, H.same_shape, H.param
local fail, made = core.fail, H.made

-- ---- layers ----------------------------------------------------------------------------------------------------

local waiting = {}                       -- layers that have not been given anything yet

local function layer(what, name, make)   -- what a layer is depends on its first operand: parameters are made then
    local file, line = core.line()
    local me = { what = what, name = name, file = file, line = line }
    waiting[#waiting + 1] = me
    local apply
    return function(...)
        if select("#", ...) ~= 1 then
            fail(format("%s '%s': expected one value, found %d", what, name, select("#", ...)))
        end
        local x = ...
        me.used = true
        apply = apply or make(x)
        return core.name(apply(x), name)
    end
end

local function linear(what, name, out, o)
    return layer(what, name, function(first)
        local who = format("%s '%s'", what, name)
        local fan_in = need(who, "x", first, "vector").size
        local init = o.init or api.uniform(1 / sqrt(fan_in))
        local W = param(name .. ".weight", { out, fan_in }, init)
        local b = o.bias and param(name .. ".bias", { out }, o.bias_init or api.uniform(1 / sqrt(fan_in)))
        return function(x)
            local y = H.matmul(who, W, x)
            if b then y = core.map(who, "add", y, b) end
            if o.activation then y = need(who, "what activation gives", o.activation(y), "value") end
            return y
        end
    end)
end

for _, kind in ipairs { "linear", "dense" } do
    local what = "nn." .. kind
    def(kind, 3, function(name, out, o)
        name, out = need(what, "name", name, "name"), need(what, "out", out, "count")
        return linear(what, name, out, options(what, o, { { "bias", "flag", true }, { "init", "init", false },
            { "bias_init", "init", false }, { "activation", "func", false } }))
    end)
end

def("embedding", 4, function(name, n, size, o)
    local what = "nn.embedding"
    name, n = need(what, "name", name, "name"), need(what, "n", n, "count")
    size = need(what, "size", size, "count")
    o = options(what, o, { { "init", "init", false } })
    return layer(what, name, function()
        local W = param(name .. ".weight", { n, size }, o.init or api.normal(1))
        return function(x)
            local _, _, _, classes = core.type(need(what, "x", x, "ids"))
            if classes ~= n then
                fail(format("%s '%s': it has %d rows; found ids of %d classes", what, name, n, classes))
            end
            return core.contract(what, core.onehot(x), W, "v", "ve", "e")
        end
    end)
end)

-- ---- losses ----------------------------------------------------------------------------------------------------

-- Mean or sum, over the steps that exist and the batch, of `each` (a number for each step). With weights, the mean
-- is that of the weights' sum: what has weight 0 does not count.
local function reduced(what, each, o)
    local axis, batch = core.type(each)
    if o.weight ~= nil then
        local own, many, shape, classes = core.type(o.weight)
        if own and axis ~= own or shape and (#shape > 0 or classes > 0) then
            fail(format("%s: weight: expected a number for each step, found %s", what, found(o.weight)))
        end
        batch = batch or many
    end
    if axis and axis.ragged then batch = true end
    each = core.expand(what, each, axis, batch, {})
    local function total(x) return core.sum(what, x, axis ~= nil, true, "none") end
    local n
    if o.weight ~= nil then
        local w = core.expand(what, o.weight, axis, batch, {})
        each = core.map(what, "mul", w, each)
        n = core.map(what, "max", total(w), 1e-12)
    elseif axis and axis.ragged then
        n = core.sum(what, core.leafless("length", axis), false, true, "none")
        n = core.map(what, "max", n, 1)
    else
        n = core.map(what, "mul", batch and core.leafless("lanes") or 1, axis and axis.steps or 1)
    end
    local sum = total(each)
    return o.reduction == "sum" and sum or core.map(what, "div", sum, n)
end

local loss_options = { { "reduction", { "mean", "sum" }, "mean" }, { "weight", "operand", false } }

def("cross_entropy", 3, function(logits, target, o)
    local what = "nn.cross_entropy"
    logits, target = need(what, "logits", logits, "vector"), need(what, "target", target, "value")
    o = options(what, o, loss_options)
    local _, _, shape = core.type(logits)
    local _, _, want, classes = core.type(target)
    if #shape ~= 1 then
        fail(format("%s: logits: expected a vector, found the shape %s", what, shape_text(shape)))
    end
    if classes > 0 then
        if shape[1] ~= classes then
            local _, name = core.leaf(target)
            fail(format("%s: expected %d logits, one for each class of '%s', found %d", what, classes, name,
                shape[1]))
        end
        target = core.onehot(target)
    elseif not same_shape(shape, want) then
        fail(format("%s: expected a target of class ids or of shape %s, found %s", what, shape_text(shape),
            shape_text(want)))
    end
    local terms = core.map(what, "mul", target, core.map(what, "logsoftmax", logits))
    return reduced(what, core.map(what, "neg", core.sum(what, terms, false, false, "all")), o)
end)

def("mse", 3, function(x, target, o)
    local what = "nn.mse"
    x, target = need(what, "x", x, "value"), need(what, "target", target, "value")
    o = options(what, o, loss_options)
    local _, _, shape = core.type(x)
    local _, _, want = core.type(target)
    local d = core.map(what, "sub", x, target)
    if not same_shape(shape, want) then
        fail(format("%s: expected the shape %s of the target, found %s", what, shape_text(want), shape_text(shape)))
    end
    local each = core.sum(what, core.map(what, "mul", d, d), false, false, "all")
    if o.reduction == "mean" then each = core.map(what, "mul", each, 1 / H.size_of(x)) end
    return reduced(what, each, o)
end)

-- ---- training and data -----------------------------------------------------------------------------------------

local lr, decay = { "lr", "positive" }, { "weight_decay", "not_negative", 0 }
local optimizers = {                     -- the defaults are PyTorch's; SGD's rate must be said
    sgd = { lr, { "momentum", "share", 0 }, { "dampening", "not_negative", 0 }, { "nesterov", "flag", false },
        decay },
    adam = { { "lr", "positive", 1e-3 }, { "beta1", "share", 0.9 }, { "beta2", "share", 0.999 },
        { "eps", "positive", 1e-8 }, decay },
    adamw = { { "lr", "positive", 1e-3 }, { "beta1", "share", 0.9 }, { "beta2", "share", 0.999 },
        { "eps", "positive", 1e-8 }, { "weight_decay", "not_negative", 0.01 } },
    adagrad = { { "lr", "positive", 1e-2 }, { "eps", "positive", 1e-10 }, decay },
    rmsprop = { { "lr", "positive", 1e-2 }, { "alpha", "share", 0.99 }, { "eps", "positive", 1e-8 },
        { "momentum", "share", 0 }, decay },
}

for kind, spec in pairs(optimizers) do
    def(kind, 1, function(t)
        local o = options("nn." .. kind, t, spec)
        if o.nesterov and (o.momentum == 0 or o.dampening ~= 0) then
            fail("nn.sgd: nesterov: expected a momentum above 0 and no dampening")
        end
        o.kind = kind
        return a("an optimizer", o)
    end)
end

local function leaf_of(what, field, v, role)
    local is, name = core.leaf(v)
    if is ~= role then
        fail(format("%s: %s: expected an %s, found %s", what, field, role == "target" and "nn.target" or "nn.input",
            is and format("the %s '%s'", is, name) or found(v)))
    end
    return v
end

local function symbols_of(text, unit)    -- how many different ones, and how many in all
    local seen, n, all = {}, 0, 0
    local function count(c)
        all = all + 1
        if not seen[c] then seen[c], n = true, n + 1 end
    end
    if unit == "byte" then
        for i = 1, #text do count(byte(text, i)) end
    else
        if not utf8_len(text) then fail("nn.text: text: expected UTF-8") end
        for _, c in utf8_codes(text) do count(c) end
    end
    return n, all
end

def("text", 1, function(t)
    local what = "nn.text"
    local o = options(what, t, { { "into", "ids" }, { "shifted", "ids" }, { "unit", { "byte", "char" }, "byte" },
        { "text", "text", false } })
    o.target = leaf_of(what, "shifted", o.shifted, "target")
    leaf_of(what, "into", o.into, "input")
    local axis, _, _, classes = core.type(o.into)
    local other, _, _, targets = core.type(o.target)
    if not axis then fail(what .. ": into: expected a sequence, found " .. found(o.into)) end
    if axis ~= other then
        fail(what .. ": shifted: expected a sequence on the axis of `into`, found " .. found(o.target))
    end
    if classes ~= targets then
        fail(format("%s: expected as many classes in shifted as in into (%d), found %d", what, classes, targets))
    end
    if axis.ragged then
        fail(format("%s: the axis '%s' is ragged; expected windows of one length", what, axis.name))
    end
    if o.unit == "byte" and classes ~= 256 then
        fail(format('%s: unit "byte" has 256 classes, found %d; expected nn.class(256) or unit = "char"', what,
            classes))
    end
    if o.text then
        local n, all = symbols_of(o.text, o.unit)
        if o.unit == "char" and n ~= classes then
            fail(format("%s: text: expected %d different characters, as into has classes, found %d", what, classes,
                n))
        end
        if all < axis.steps + 1 then
            fail(format("%s: text: expected at least %d characters (a window and its next), found %d", what,
                axis.steps + 1, all))
        end
    end
    o.kind = "text"
    return a("data", o)
end)

def("csv", 1, function(t)
    local what = "nn.csv"
    local o = options(what, t, { { "into", "value" }, { "target", "value" }, { "columns", "texts", false },
        { "target_columns", "texts", false }, { "normalize", "flag", true }, { "horizon", "count", 1 } })
    leaf_of(what, "into", o.into, "input")
    leaf_of(what, "target", o.target, "target")
    local axis, _, shape, classes = core.type(o.into)
    local other, _, _, ids = core.type(o.target)
    if classes > 0 or ids > 0 then fail(what .. ": expected real numbers (nn.real), found class ids") end
    if not axis then fail(what .. ": into: expected a sequence, found " .. found(o.into)) end
    if axis.ragged then
        fail(format("%s: the axis '%s' is ragged; expected windows of one length", what, axis.name))
    end
    if other and other ~= axis then
        fail(what .. ": target: expected the axis of `into` or none, found " .. found(o.target))
    end
    local n, m = o.columns and #o.columns or 1, #(o.target_columns or o.columns or { 1 })
    if H.size_of(o.into) ~= n or #shape > 1 then
        fail(format("%s: into: expected a vector of %d, one for each of columns, found %s", what, n,
            shape_text(shape)))
    end
    if H.size_of(o.target) ~= m or #o.target.shape > 1 then
        fail(format("%s: target: expected a vector of %d, one for each of target_columns (or columns), found %s",
            what, m, shape_text(o.target.shape)))
    end
    o.kind = "csv"
    return a("data", o)
end)

-- ---- the model -------------------------------------------------------------------------------------------------

local train_options = { { "optimizer", "optimizer", false }, { "clip_norm", "positive", false },
    { "clip_value", "positive", false }, { "carry_state", "flag", false }, { "steps", "length", 0 },
    { "epochs", "not_negative", 0 }, { "valid", "share", 0 } }

def("model", 1, function(t)
    local what = "nn.model"
    local o = options(what, t, { { "name", "identifier" }, { "output", "table" }, { "loss", "value" },
        { "batch", "lanes", 1 }, { "train", "table", false }, { "data", "data", false } })
    local outputs = {}
    for name, v in pairs(o.output) do
        name = need(what, "name of an output", name, "identifier")
        local _, batch = core.type(need(what, "output '" .. name .. "'", v, "operand"))
        local _, _, _, classes = core.type(v)
        if not batch or classes > 0 then
            fail(format("%s: output '%s': expected real numbers of each example, found %s", what, name, found(v)))
        end
        outputs[#outputs + 1] = { name = name, value = v }
    end
    if #outputs == 0 then
        fail(what .. ": output: expected at least one, as output = { next = ... }, found none")
    end
    local axis, batch, shape, classes = core.type(o.loss)
    if axis or batch or #shape > 0 or classes > 0 then
        fail(format("%s: loss: expected one number, found %s; nn.cross_entropy and nn.mse give one", what,
            found(o.loss)))
    end
    for _, l in ipairs(waiting) do
        if not l.used then
            core.fail_at(l.file, l.line, format("the layer %s '%s' is not used: it is never given a value", l.what,
                l.name))
        end
    end
    local train = options(what .. ": train", o.train, train_options)
    local file, line = core.line()
    local all = { file = file, line = line }
    for k, v in pairs(train.optimizer or api.adam {}) do all[k] = v end
    for k, v in pairs(train) do if k ~= "optimizer" then all[k] = v end end
    local data
    if o.data then
        data = { file = file, line = line }
        for k, v in pairs(o.data) do data[k] = v end
    end
    core.model { name = o.name, batch = o.batch, outputs = outputs, loss = o.loss, train = all, data = data }
    return true
end)

-- ---- for cells: their own arguments, checked as ours are -------------------------------------------------------

api.options = function(what, t, spec)
    need("nn.options", "name", what, "text")
    if type(spec) ~= "table" then
        fail("nn.options: expected a list of { name, kind [, default] }, found " .. found(spec))
    end
    for _, s in ipairs(spec) do
        if type(s) ~= "table" or type(s[1]) ~= "string" or (type(s[2]) ~= "string" and type(s[2]) ~= "table") then
            fail("nn.options: expected a list of { name, kind [, default] }")
        end
    end
    return options(what, t, spec)
end

def("expect", 4, function(what, name, v, kind)
    return need(need("nn.expect", "what", what, "text"), need("nn.expect", "name", name, "text"), v, kind)
end)

-- ---- nn --------------------------------------------------------------------------------------------------------

local entries = {}
local nn = setmetatable({}, {
    __index = entries,
    __newindex = function() fail("nn: expected only reading; keep what is your own in a local variable") end,
    __metatable = false,
})

local function add(list)
    for name, v in pairs(list) do
        if type(v) == "function" then entries[name] = core.wrap(v) else entries[name] = v end
    end
end

add(api)
setmetatable(entries, { __index = core.absent(function(key)
    fail(format("nn has no '%s'%s", type(key) == "string" and key or found(key), hint(key, sorted_keys(entries))))
end) })

return nn, function(cells, globals)
    add(cells)
    setmetatable(globals, { __metatable = false, __index = core.absent(function(key, names)
        for _, k in ipairs(sorted_keys(globals)) do names[#names + 1] = k end
        fail(format("the variable '%s' is not defined%s", type(key) == "string" and key or found(key),
            hint(key, names)))
    end) })
end
