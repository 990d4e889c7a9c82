-- The language of descriptions, second part: layers, functions from a value to a value that make their parameters
-- when they are first given one. Takes what prelude.lua gives, adds entries. May not know a cell by name.
local core, api, H = ...
local select, ipairs = select, ipairs
local format, sqrt = string.format, math.sqrt
local need, options, def, param = H.need, H.options, H.def, H.param
local fail = core.fail

local waiting = {}                       -- layers that have not been given anything yet
H.waiting = waiting

-- What a layer is depends on its first operands: make(them) makes its parameters then and gives the function.
local function layer(what, name, make, operands)
    local file, line = core.line()
    local me = { what = what, name = name, file = file, line = line }
    waiting[#waiting + 1] = me
    local apply
    return function(...)
        if select("#", ...) ~= (operands or 1) then
            fail(format("%s '%s': expected %s, found %d", what, name,
                (operands or 1) == 1 and "one value" or operands .. " values", select("#", ...)))
        end
        me.used = true
        apply = apply or make(...)
        return core.name(apply(...), name)
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

-- The last dimension to mean 0 and variance 1 (of all its numbers, not divided by one less), then scaled and moved.
def("layer_norm", 2, function(name, o)
    local what = "nn.layer_norm"
    name, o = need(what, "name", name, "name"), options(what, o, { { "eps", "positive", 1e-5 } })
    return layer(what, name, function(first)
        local n = need(what, "x", first, "vector").size
        local scale = param(name .. ".weight", { n }, api.constant(1))
        local bias = param(name .. ".bias", { n }, api.zeros)
        local function mean(x) return core.sum(what, x, false, false, "last") / n end
        return function(x)
            if need(what, "x", x, "vector").size ~= n then
                fail(format("%s '%s': expected %d features, found %d", what, name, n, x.size))
            end
            local c = x - mean(x)
            return c / api.sqrt(mean(c * c) + o.eps) * scale + bias
        end
    end)
end)

def("layer", 4, function(what, name, make, operands)
    what, name = need("nn.layer", "what", what, "text"), need(what, "name", name, "name")
    make = need("nn.layer", "make", make, "func")
    if operands ~= nil then operands = need("nn.layer", "operands", operands, "count") end
    return layer(what, name, make, operands)
end)

H.layer = layer
