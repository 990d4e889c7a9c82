-- The language of descriptions: values that are drawn at random while a network trains. Takes what prelude.lua gives,
-- adds entries. May not know a cell or a layer by name.
local core, api, H = ...
local format = string.format
local need, options, def, found, fail = H.need, H.options, H.def, H.found, core.fail

def("random", 2, function(shape, o)
    local what = "nn.random"
    shape = need(what, "shape", shape, "dims")
    o = options(what, o, { { "share", "chance" }, { "value", "number", 1 }, { "otherwise", "number", 0 },
        { "axis", "axis", false }, { "name", "name", false } })
    return core.random(o.name, o.axis, true, shape, o.share, o.value, o.otherwise)
end)

-- x m / (1 - p), m drawn for each element: at every step, or once a sequence. A parameter has no examples: its mask has none.
def("dropout", 3, function(x, p, o)
    local what = "nn.dropout"
    x, p = need(what, "x", x, "value"), need(what, "p", p, "share")
    o = options(what, o, { { "once", "flag", false }, { "name", "name", false } })
    local axis, batch, shape, classes = core.type(x)
    if classes > 0 then fail(format("%s: x: expected real numbers, found %s", what, found(x))) end
    if o.once and not axis then
        fail(format("%s: once: without steps a mask is drawn once anyway; expected a sequence, found %s", what, found(x)))
    end
    if p == 0 then return x end
    local on
    if not o.once then on = axis end
    return core.map(what, "mul", x, core.random(o.name, on, batch, shape, 1 - p, 1 / (1 - p), 1))
end)
