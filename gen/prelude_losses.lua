-- The language of descriptions: losses, one number each. Takes what prelude.lua gives, adds entries.
local core, api, H = ...
local format = string.format
local need, options, def, found = H.need, H.options, H.def, H.found
local shape_text, same_shape, fail = H.shape_text, H.same_shape, core.fail

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
