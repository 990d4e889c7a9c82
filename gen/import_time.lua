-- Import, what cuts, thins out or looks across steps: ranges of steps, convolution in groups or with unusual padding, pooling, sums over
-- dimensions. Entries as in import_ops.lua.
local I = ...
local A, T = I.array, I.text
local ops = I.ops

-- The axis of what is sampled from t: every stride-th step from `from` on. `node` lies on it.
function I.sampled(t, stride, from, node)
    if stride == 1 and from == 0 then return t end
    if I.ragged[I.axis_key(t)] then error("a part of the steps of a sequence whose lengths are given", 0) end
    local n = t.size and (t.size - from - 1) // stride + 1
    if n and n < 1 then error(("no step is left: there are %d, the first of them would be number %d"):format(t.size, from), 0) end
    t.shorter = t.shorter or {}
    local key = stride .. " " .. from
    t.shorter[key] = t.shorter[key] or { role = "t", size = n, name = not n and I.axis_key(t) .. " " .. key or nil, axis = T.node("$1.axis", { node }) }
    return t.shorter[key]
end

-- Without the first `from` and the last `cut` steps, every step-th of them.
function I.steps(v, p, from, cut, step)
    local t, x = I.find(v.dims[p]), v.node
    if v.excess then return v.excess(from, cut, step) end
    if step < 1 then error("steps: a reversed order of steps", 0) end
    if from < 0 or cut < 0 then error("a part of the steps that reaches beyond them", 0) end
    if t.size then                       -- the last one taken becomes the last of all
        local count = (t.size - from - cut - 1) // step + 1
        cut = t.size - (from + (count - 1) * step + 1)
    elseif step > 1 and cut > 0 then error("steps: of a dimension whose size is left open", 0) end
    local first = t.size and (t.size - 1 - from - cut) % step + from + cut or from + cut
    if cut > 0 then x = T.call("nn.delay", x, cut) end
    if first == 0 and step == 1 then return I.value(x, v.dims) end
    local node = T.call("nn.sample", x, step, table.unpack(first > 0 and { first } or {}))
    local dims = table.move(v.dims, 1, #v.dims, 1, {})
    dims[p] = I.sampled(t, step, first, node)
    return I.value(node, dims)
end

-- ---- convolution, written out ------------------------------------------------------------------------------------------

local taps = [[
(x, kernel, far, dilation, stride, from)
  local all = {}
  for j = 1, kernel do
    local back = far - (j - 1) * dilation
    all[j] = nn.sample(back == 0 and x or nn.delay(x, back), stride, from)
  end
  return all
end]]

local groups = [[
(W, x, groups)
  local y, out, each = nil, W.shape[1], W.shape[2]
  for j, past in ipairs(x) do
    local part
    if out == groups and each == 1 then
      part = nn.reshape(nn.slice(W, j, j), out) * past
    else
      local tap = nn.reshape(nn.slice(W, j, j), groups, out // groups, each)
      part = nn.reshape(nn.einsum("goi,gi->go", tap, nn.reshape(past, groups, each)), out)
    end
    y = y and y + part or part
  end
  return y
end]]

local function taps_of(x, o)
    return T.call(I.helper("taps", taps), x, o.kernel, o.reach - o.right, o.dilation, o.stride, o.reach - o.left - o.right)
end

local function written_out(x, W, b, o, name)
    local bound = ("nn.uniform(%s)"):format(T.number(math.floor(1000 / math.sqrt(A.shape(W)[2] * o.kernel) + 0.5) / 1000))
    local y = T.call(I.helper("conv_in_groups", groups), I.param(W, name .. ".weight", bound), taps_of(x, o), o.groups)
    return b and T.binary("+", y, I.param(b, name .. ".bias", bound)) or y
end

local function convolved(x, t, W, b, o)
    local out, padding = A.shape(W)[1], nil
    if o.right == 0 and o.left == o.reach then padding = nil
    elseif o.left == 0 and o.right == 0 then padding = '"valid"'
    elseif o.left == o.reach // 2 and o.right == o.reach - o.left then padding = '"same"'
    elseif o.left == o.right and 2 * o.left <= o.reach then padding = tostring(o.left)
    else padding = "other" end
    local y
    if padding == "other" or o.groups > 1 then
        local key = o.name .. "\0written"
        I.layers[key] = I.layers[key] or I.layer_name(o.want)
        y = written_out(x.node, W, b, o, I.layers[key])
    else
        local layer = I.once(table.concat({ o.name, o.stride, o.dilation, padding or "" }, "\0"), function()
            return T.node("", {}, { local_as = T.identifier(o.want), lines = function(n)
                local free = I.layer_name(o.want)
                local said = { "kernel = " .. o.kernel }
                if padding then said[#said + 1] = "padding = " .. padding end
                if o.stride ~= 1 then said[#said + 1] = "stride = " .. o.stride end
                if o.dilation ~= 1 then said[#said + 1] = "dilation = " .. o.dilation end
                if not b then said[#said + 1] = "bias = false" end
                I.add_weight(free .. ".weight", W)
                if b then I.add_weight(free .. ".bias", b) end
                n.local_as = free
                n.form = ("nn.conv1d(%s, %d, { %s })"):format(T.quoted(free), out, table.concat(said, ", "))
            end })
        end)
        y = I.apply(layer, x.node, { local_as = o.want })
    end
    local from = o.reach - o.left - o.right
    if (o.stride ~= 1 or from ~= 0) and not t.size then error("the number of steps must be known where a convolution shortens it", 0) end
    if t.size and from >= t.size then error(("the kernel covers %d steps, there are %d"):format(o.reach + 1, t.size), 0) end
    local d = I.sampled(t, o.stride, from, y)
    if d ~= t then y.local_as = T.identifier(o.want) end
    return I.value(y, { x.dims[1], I.feature(out), d })
end

-- A plane one row high is a sequence: the operator without the dimension `flat` of X (3 or 4), put back afterwards.
local function of_planes(op)
    local line = ops[op]
    ops[op] = function(inputs, attr, node)
        local x = inputs[1]
        if not x or not x.node or #x.dims ~= 4 then return line(inputs, attr, node) end
        local d3, d4 = I.find(x.dims[3]), I.find(x.dims[4])
        local flat = d3.size == 1 and 3 or d4.size == 1 and 4
        if not flat then error("only over one dimension, time, is it supported", 0) end
        local list = table.move(inputs, 1, #inputs, 1, {})
        local dims = table.move(x.dims, 1, 4, 1, {})
        local gone = table.remove(dims, flat)
        list[1] = setmetatable({ dims = dims }, { __index = x })
        if op == "Conv" then
            local W = I.need_array(inputs[2], "W")
            local sizes = A.shape(W)
            if #sizes ~= 4 or sizes[flat] ~= 1 then error("W: expected a kernel of one row, as X is", 0) end
            table.remove(sizes, flat)
            list[2] = { array = A.reshape(W, sizes), name = inputs[2].name }
        end
        local function one_line(name, default)
            local v = attr(name, name ~= "pads" and default or nil)
            if v == nil then return default end
            if type(v) ~= "table" then return v end
            local at = flat - 2
            if name == "pads" then
                if #v ~= 4 or v[at] ~= 0 or v[at + 2] ~= 0 then error("attribute 'pads': rows above or below", 0) end
                return { v[3 - at], v[5 - at] }
            end
            if #v ~= 2 then return v end
            if v[at] ~= 1 and name ~= "strides" then error(("attribute '%s': expected 1 for the row"):format(name), 0) end
            return { v[3 - at] }
        end
        local v = line(list, one_line, node)
        if v.excess then error("attribute 'pads': more than the kernel reaches", 0) end
        local out = table.move(v.dims, 1, 3, 1, {})
        table.insert(out, flat, gone)
        v.dims = out
        return v, v
    end
end

ops.Conv = function(inputs, attr)
    local x = I.need_value(inputs[1], "X")
    local W = I.need_array(inputs[2], "W")
    local sizes = A.shape(W)
    if #x.dims ~= 3 or #sizes ~= 3 then error("only convolutions over one dimension, time, are supported", 0) end
    I.assign(x.dims[1], "b", "X: its first dimension")
    I.assign(x.dims[2], "f", "X: its second dimension")
    local t = I.assign(x.dims[3], "t", "X: its third dimension")
    local function single(name, default)
        local v = attr(name, { default })
        if #v ~= 1 or not math.tointeger(v[1]) or v[1] < 1 then error(("attribute '%s': expected one number"):format(name), 0) end
        return v[1]
    end
    local o = { kernel = sizes[3], groups = attr("group", 1), name = inputs[2].name or "#" .. I.current_index }
    o.want = I.given_name("conv", inputs[2].name or "")
    if attr("kernel_shape", { o.kernel })[1] ~= o.kernel then error("attribute 'kernel_shape': it is not that of W", 0) end
    o.stride, o.dilation = single("strides", 1), single("dilations", 1)
    local pads, auto = attr("pads"), attr("auto_pad", "NOTSET")
    o.reach = (o.kernel - 1) * o.dilation
    o.left, o.right = pads and pads[1] or 0, pads and pads[2] or 0
    if auto == "SAME_UPPER" and o.stride == 1 then o.left, o.right = o.reach // 2, o.reach - o.reach // 2
    elseif auto ~= "NOTSET" and auto ~= "VALID" then error(("attribute 'auto_pad': '%s' is not supported"):format(auto), 0) end
    if x.pad then o.left, o.right = o.left + x.pad[1], o.right + x.pad[2] end
    if o.left < 0 or o.right < 0 then error("attribute 'pads': expected none below 0", 0) end
    if o.groups < 1 or sizes[1] % o.groups ~= 0 then error(("attribute 'group': %d groups of %d"):format(o.groups, sizes[1]), 0) end
    if sizes[2] * o.groups ~= I.find(x.dims[2]).size then
        error(("%s features, W is for %d"):format(I.size_text(I.find(x.dims[2])), sizes[2] * o.groups), 0)
    end
    local b = inputs[3] and I.need_array(inputs[3], "B")
    if b and A.count(b) ~= sizes[1] then error(("B: expected %d numbers"):format(sizes[1]), 0) end
    local more = o.left + o.right - o.reach
    if more <= 0 then return convolved(x, t, W, b, o) end
    if o.stride ~= 1 then error("attribute 'pads': more than the kernel reaches, with strides", 0) end
    local long = { role = "t", size = t.size and t.size + more, name = not t.size and I.axis_key(t) .. " and " .. more or nil }
    local v = I.value(T.node("", {}), { x.dims[1], I.feature(sizes[1]), long })
    v.excess_of = I.current
    v.excess = function(from, cut, step) -- a causal network pads both ends and cuts one off
        local less = {}
        for k, w in pairs(o) do less[k] = w end
        less.left, less.right = o.left - from, o.right - cut
        if step ~= 1 or less.left < 0 or less.right < 0 or less.left + less.right > o.reach then
            error(("a part of the %d steps more that %s gives than it is given"):format(more, v.excess_of), 0)
        end
        return convolved(x, t, W, b, less)
    end
    return v
end

ops.Pad = function(inputs, attr)
    local x = I.need_value(inputs[1], "its operand")
    if attr("mode", "constant") ~= "constant" then error("attribute 'mode': expected 'constant'", 0) end
    local pads = inputs[2] and I.integers(inputs[2], "pads") or attr("pads", {})
    local with = inputs[3] and I.scalar(I.need_array(inputs[3], "constant_value")) or attr("value", 0.0)
    if with ~= 0 then error("it must pad with 0", 0) end
    local n, left, right = #x.dims, 0, 0
    if inputs[4] or #pads ~= 2 * n then error("pads: expected two for each dimension", 0) end
    for i = 1, n do
        if pads[i] < 0 or pads[i + n] < 0 then error("pads: expected none below 0", 0) end
        if pads[i] > 0 or pads[i + n] > 0 then
            I.assign(x.dims[i], "t", "pads: the dimension that is padded")
            left, right = pads[i], pads[i + n]
        end
    end
    if left == 0 and right == 0 then return x end
    local v = I.value(x.node, x.dims)
    v.pad = { left, right }
    return v
end

-- ---- pooling --------------------------------------------------------------------------------------------------------------

local function sequence(x)               -- [batch, features, time]
    I.need_value(x, "X")
    if #x.dims ~= 3 then error("only over one dimension, time, is it supported", 0) end
    I.assign(x.dims[1], "b", "X: its first dimension")
    I.assign(x.dims[2], "f", "X: its second dimension")
    return I.assign(x.dims[3], "t", "X: its third dimension")
end

local function pool(op, join)
    ops[op] = function(inputs, attr, node)
        local x = inputs[1]
        local t = sequence(x)
        local function one(name, default)
            local v = attr(name, { default })
            if #v ~= 1 or v[1] < 1 or not math.tointeger(v[1]) then error(("attribute '%s': expected one number"):format(name), 0) end
            return v[1]
        end
        local o = { kernel = one("kernel_shape", 0), stride = one("strides", 1), dilation = one("dilations", 1) }
        local pads, auto = attr("pads", { 0, 0 }), attr("auto_pad", "NOTSET")
        o.reach, o.left, o.right = (o.kernel - 1) * o.dilation, pads[1] or 0, pads[2] or 0
        if auto ~= "NOTSET" and auto ~= "VALID" then error(("attribute 'auto_pad': '%s' is not supported"):format(auto), 0) end
        if attr("ceil_mode", 0) ~= 0 then error("attribute 'ceil_mode': expected 0", 0) end
        if attr("storage_order", 0) ~= 0 then error("attribute 'storage_order': expected 0", 0) end
        local counts = op == "AveragePool" and attr("count_include_pad", 0) ~= 0
        if (o.left > 0 or o.right > 0) and not counts then error("attribute 'pads': expected 0, or an average that counts them", 0) end
        if o.left + o.right > o.reach then error("attribute 'pads': more than the kernel reaches", 0) end
        for i = 2, #node.outputs do if node.outputs[i] ~= "" and I.uses[node.outputs[i]] then error("its indices are used", 0) end end
        local y = join(taps_of(x.node, o), o.kernel)
        y.local_as = "pooled"
        local v = I.value(y, { x.dims[1], x.dims[2], I.sampled(t, o.stride, o.reach - o.left - o.right, y) })
        return v, v
    end
end
pool("MaxPool", function(all)
    return T.call(I.helper("most", "(all)\n  local y = all[1]\n  for j = 2, #all do y = nn.max(y, all[j]) end\n  return y\nend"), all)
end)
pool("AveragePool", function(all)
    return T.call(I.helper("average", "(all)\n  local y = all[1]\n  for j = 2, #all do y = y + all[j] end\n  return y / #all\nend"), all)
end)

for _, op in ipairs { "Conv", "MaxPool", "AveragePool" } do of_planes(op) end

for op, name in pairs { GlobalAveragePool = "mean", GlobalMaxPool = "max" } do
    ops[op] = function(inputs)
        local x = inputs[1]
        local t = sequence(x)
        if I.ragged[I.axis_key(t)] then error("over time, where the sequences have lengths of their own", 0) end
        return I.value(T.call("nn." .. name, x.node, I.axis_node(t)), { x.dims[1], x.dims[2], I.one() })
    end
end

-- ---- reductions ------------------------------------------------------------------------------------------------------------

local function reduce(op, name)
    ops[op] = function(inputs, attr)
        local x = I.need_value(inputs[1], "its operand")
        local axes = inputs[2] and I.integers(inputs[2], "axes") or attr("axes")
        local keep, noop = attr("keepdims", 1) ~= 0, attr("noop_with_empty_axes", 0) ~= 0
        if not axes or #axes == 0 then
            if noop then return x end
            axes = {}
            for i = 1, #x.dims do axes[i] = i - 1 end
        end
        local over, time = {}, nil
        for _, a in ipairs(axes) do over[I.position(a, #x.dims, "axes")] = true end
        local dims, inside, features = {}, {}, 0
        for i, d in ipairs(x.dims) do
            d = I.find(d)
            if over[i] and not d.role and i == #x.dims then I.assign(d, "f", "axes") end
            if d.role == "f" then features = features + 1 end
            if over[i] then
                if d.role == "f" then table.insert(inside, 1, features)
                elseif d.role == "t" then time = d
                elseif d.role ~= "one" then error("axes: over the batch", 0) end
                if keep then dims[#dims + 1] = I.one() end
            else dims[#dims + 1] = d end
        end
        local node = x.node
        if time then
            if I.ragged[I.axis_key(time)] then error("axes: over time, where the sequences have lengths of their own", 0) end
            node = T.call("nn." .. name, node, I.axis_node(time))
        end
        if #inside > 0 and name == "max" then
            if features > 1 then error("axes: only over time, or the only features", 0) end
            node = T.call(I.helper("largest", "(x) return nn.sum(x * nn.best(x)) end"), node)
        elseif #inside == features and features > 0 then node = T.call("nn." .. name, node)
        else for _, q in ipairs(inside) do node = T.call("nn." .. name, node, q) end end
        return I.value(node, dims)
    end
end
reduce("ReduceMean", "mean")
reduce("ReduceSum", "sum")
reduce("ReduceMax", "max")

ops.ReduceL2 = function(inputs, attr)
    local x = I.need_value(inputs[1], "its operand")
    local v = ops.ReduceSum({ I.value(T.binary("*", x.node, x.node), x.dims), inputs[2] }, attr)
    return I.value(T.call("nn.sqrt", v.node), v.dims)
end
