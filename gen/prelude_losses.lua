-- The language of descriptions: losses, one number each, as torch.nn defines them. Takes what prelude.lua gives, adds
-- entries.
local core, api, H = ...
local type, ipairs = type, ipairs
local format = string.format
local need, options, def, found = H.need, H.options, H.def, H.found
local shape_text, same_shape, fail = H.shape_text, H.same_shape, core.fail

-- 1 in the last k steps of each example, 0 before
local function last_steps(what, axis, k)
    if not axis then fail(what .. ": last: expected a loss at each step, found one without axis") end
    local from = core.map(what, "sub", core.leafless("length", axis), k)
    return core.map(what, "sub", 1, core.map(what, "lt", core.leafless("index", axis), from))
end

-- Mean or sum, over the steps that exist and the batch, of `each` (a number for each step). With weights, the mean
-- is that of the weights' sum: what has weight 0 does not count. `share`: what else a step counts in the divisor.
local function reduced(what, each, o, share)
    local axis, batch = core.type(each)
    local weight = o.weight
    if weight ~= nil then
        local own, many, shape, classes = core.type(weight)
        if own and axis ~= own or shape and (#shape > 0 or classes > 0) then
            fail(format("%s: weight: expected a number for each step, found %s", what, found(weight)))
        end
        batch = batch or many
    end
    if o.last then
        local w = last_steps(what, axis, o.last)
        weight = weight and core.map(what, "mul", w, weight) or w
    end
    if axis and axis.ragged then batch = true end
    each = core.expand(what, each, axis, batch, {})
    local function total(x) return core.sum(what, x, axis ~= nil, true, "none") end
    local n
    if weight then
        weight = core.expand(what, weight, axis, batch, {})
        each = core.map(what, "mul", weight, each)
        if share then weight = core.map(what, "mul", weight, share) end
    elseif share then
        weight = core.expand(what, share, axis, batch, {})
    end
    if weight then
        n = core.map(what, "max", total(weight), 1e-12)
    elseif axis and axis.ragged then
        n = core.sum(what, core.leafless("length", axis), false, true, "none")
        n = core.map(what, "max", n, 1)
    else
        n = core.map(what, "mul", batch and core.leafless("lanes") or 1, axis and axis.steps or 1)
    end
    local sum = total(each)
    return o.reduction == "sum" and sum or core.map(what, "div", sum, n)
end

local function loss_options(what, o, own)
    local spec = { { "reduction", { "mean", "sum" }, "mean" }, { "weight", "operand", false },
        { "last", "count", false } }
    for _, s in ipairs(own or {}) do spec[#spec + 1] = s end
    return options(what, o, spec)
end

-- A list of n numbers as a value [n]: one number for all that are equal and stand together.
local function numbers(what, name, list, n)
    if type(list) ~= "table" or #list ~= n then
        fail(format("%s: %s: expected a list of %d numbers, found %s", what, name, n,
            type(list) == "table" and #list .. " of them" or found(list)))
    end
    local parts, from = {}, 1
    for i = 1, n do
        need(what, name, list[i], "not_negative")
        if i == n or list[i + 1] ~= list[i] then
            parts[#parts + 1] = core.expand(what, list[i], nil, false, { i - from + 1 })
            from = i + 1
        end
    end
    return core.concat(what, parts, #parts)
end

-- ---- of classes ------------------------------------------------------------------------------------------------

def("cross_entropy", 3, function(logits, target, o)
    local what = "nn.cross_entropy"
    logits, target = need(what, "logits", logits, "vector"), need(what, "target", target, "value")
    o = loss_options(what, o, { { "label_smoothing", "share", 0 }, { "class_weight", "table", false },
        { "ignore_missing", "flag", false } })
    local _, _, shape = core.type(logits)
    local _, _, want, classes = core.type(target)
    if o.ignore_missing then             -- a step whose target is missing (id -1) does not count
        local there = core.map(what, "lt", -1, need(what, "ignore_missing: target", target, "ids"))
        o.weight = o.weight == nil and there or core.map(what, "mul", there, o.weight)
    end
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
    local weight = o.class_weight and numbers(what, "class_weight", o.class_weight, shape[1])
    local share                          -- ids: the mean is divided by the weights of the steps' classes
    if weight and classes > 0 then
        share = core.sum(what, core.map(what, "mul", target, weight), false, false, "all")
    end
    if o.label_smoothing > 0 then
        target = core.map(what, "add", core.map(what, "mul", target, 1 - o.label_smoothing),
            o.label_smoothing / shape[1])
    end
    if weight then target = core.map(what, "mul", target, weight) end
    local terms = core.map(what, "mul", target, core.map(what, "logsoftmax", logits))
    return reduced(what, core.map(what, "neg", core.sum(what, terms, false, false, "all")), o, share)
end)

-- ---- of numbers, each on its own -------------------------------------------------------------------------------

-- each(x, target, options) of equal shapes; the mean is over features as well.
local function by_number(name, own, each)
    local what = "nn." .. name
    def(name, 3, function(x, target, o)
        x, target = need(what, "x", x, "value"), need(what, "target", target, "value")
        o = loss_options(what, o, own)
        local _, _, shape = core.type(x)
        local _, _, want, classes = core.type(target)
        if classes == 2 and name == "binary_cross_entropy" and #shape <= 1 and x.size == 1 then
            target, want = core.reshape(core.slice(core.onehot(target), 1, 2), shape), shape
        end
        if not same_shape(shape, want) then
            fail(format("%s: expected the shape %s of the target, found %s", what, shape_text(want),
                shape_text(shape)))
        end
        local terms = core.sum(what, each(x, target, o, what), false, false, "all")
        if o.reduction == "mean" then terms = core.map(what, "mul", terms, 1 / H.size_of(x)) end
        return reduced(what, terms, o)
    end)
end

local function difference(what, x, target)
    return core.map(what, "sub", x, target)
end

by_number("mse", {}, function(x, target, _, what)
    local d = difference(what, x, target)
    return core.map(what, "mul", d, d)
end)

by_number("mae", {}, function(x, target, _, what)
    return core.map(what, "abs", difference(what, x, target))
end)

by_number("huber", { { "delta", "positive", 1 } }, function(x, target, o, what)
    local far = core.map(what, "abs", difference(what, x, target))
    local near = core.map(what, "min", far, o.delta)
    return near * (far - 0.5 * near)                    -- d d / 2 up to delta, then delta (|d| - delta / 2)
end)

-- From logits: (1 - y) x + (1 + (p - 1) y) log(1 + exp(-x)). |x| is written so that the slope is right at 0 too.
by_number("binary_cross_entropy", { { "pos_weight", "start", false } }, function(x, target, o, what)
    local up = core.map(what, "relu", x)
    local size = 2 * up - x
    local soft = up - x + core.map(what, "log", 1 + core.map(what, "exp", -size))
    local p = o.pos_weight
    if p then
        if type(p) == "table" then p = numbers(what, "pos_weight", p, x.size) end
        soft = soft * (1 + (p - 1) * core.map(what, "mul", target, 1))
    end
    return core.map(what, "sub", 1, target) * x + soft
end)
