-- Layers over several steps, as anybody could write them: convolution from delays, attention from products. Shapes
-- and initial weights are PyTorch's. May not use anything but nn.
local nn = require "nn"
local layers = {}

-- ---- convolution -----------------------------------------------------------------------------------------------

-- How far back the kernel's first tap lies, and from which step on there is an output.
local function taps(who, o, axis)
    local reach = (o.kernel - 1) * o.dilation
    local from, ahead = 0, 0
    if o.padding == "same" then
        ahead = reach - reach // 2
    elseif o.padding ~= "causal" then
        ahead = o.padding == "valid" and 0 or nn.expect(who, "padding", o.padding, "length")
        from = reach - 2 * ahead
        if from < 0 then
            error(("%s: padding: expected at most %d for %d steps of the kernel, found %d"):format(who, reach // 2,
                reach + 1, ahead))
        end
    end
    if from >= axis.steps then
        error(("%s: the kernel covers %d steps, '%s' has %d"):format(who, from + 1, axis.name, axis.steps))
    end
    return reach - ahead, from
end

layers.conv1d = function(name, out, o)
    local what = "nn.conv1d"
    nn.expect(what, "name", name, "name")
    nn.expect(what, "out", out, "count")
    local who = what .. " '" .. name .. "'"
    o = nn.options(what, o, { { "kernel", "count" }, { "dilation", "count", 1 }, { "stride", "count", 1 },
        { "padding", "either", "causal" }, { "bias", "flag", true }, { "init", "init", false },
        { "bias_init", "init", false } })
    if type(o.padding) ~= "number" then nn.expect(who, "padding", o.padding, { "causal", "valid", "same" }) end
    return nn.layer(what, name, function(first)
        local n = nn.expect(who, "x", first, "sequence").size
        local init = nn.uniform(1 / math.sqrt(n * o.kernel))
        local W = nn.param(name .. ".weight", { out, n, o.kernel }, o.init or init)
        local b = o.bias and nn.param(name .. ".bias", out, o.bias_init or init)
        return function(x)
            local far, from = taps(who, o, nn.expect(who, "x", x, "sequence").axis)
            local y = b
            for j = 1, o.kernel do
                local back = far - (j - 1) * o.dilation
                local past = nn.sample(back == 0 and x or nn.delay(x, back), o.stride, from)
                local part = nn.matmul(nn.reshape(nn.slice(W, j, j), out, n), past)
                y = y and part + y or part
            end
            return y
        end
    end)
end

-- ---- attention -------------------------------------------------------------------------------------------------

-- Softmax of the scores [steps of `states`] over the steps that exist; the mean of the values so weighted.
local function attend(scores, states, values)
    local axis = states.axis
    if axis.ragged then
        scores = nn.select(nn.matrix(nn.less(nn.index(axis), nn.length(axis))), scores, -1e30)
    end
    local weights = nn.softmax(scores)
    return nn.einsum("s,sv->v", weights, nn.matrix(values or states)), weights
end

local function values_of(what, states, o)
    if o.values and o.values.axis ~= states.axis then
        error(what .. ": values: expected a sequence on the axis of the states")
    end
    return o.values
end

layers.dot_attention = function(query, states, o)
    local what = "nn.dot_attention"
    nn.expect(what, "query", query, "vector")
    nn.expect(what, "states", states, "sequence")
    o = nn.options(what, o, { { "values", "sequence", false }, { "scale", "number", 1 },
        { "weights", "flag", false } })
    if query.size ~= states.size then
        error(("%s: expected as many features as the states have (%d), found %d"):format(what, states.size,
            query.size))
    end
    local scores = nn.einsum("n,sn->s", query, nn.matrix(states))
    if o.scale ~= 1 then scores = scores * o.scale end
    local context, weights = attend(scores, states, values_of(what, states, o))
    if o.weights then return context, weights end
    return context
end

layers.additive_attention = function(name, size, o)
    local what = "nn.additive_attention"
    nn.expect(what, "name", name, "name")
    nn.expect(what, "size", size, "count")
    local who = what .. " '" .. name .. "'"
    o = nn.options(what, o, { { "values", "sequence", false }, { "weights", "flag", false },
        { "bias", "flag", true } })
    local q = nn.linear(name .. ".query", size, { bias = false })
    local k = nn.linear(name .. ".key", size, { bias = o.bias })
    local v = nn.param(name .. ".score.weight", { 1, size }, nn.uniform(1 / math.sqrt(size)))
    return function(query, states)
        nn.expect(who, "query", query, "vector")
        nn.expect(who, "states", states, "sequence")
        local seen = nn.tanh(nn.matrix(k(states)) + q(query))
        local scores = nn.einsum("sa,a->s", seen, nn.reshape(v, size))
        local context, weights = attend(scores, states, values_of(who, states, o))
        if o.weights then return context, weights end
        return context
    end
end

return layers
