-- Import, the description as a whole: axes, inputs, what is computed, targets, loss and outputs, as text; and which weights belong to
-- it. Takes the outputs' values, gives { text =, weights =, notes = }.
local I = ...
local T = I.text

local function free(taken, want)
    want = T.identifier(want)
    local name, k = want, 1
    while taken[name] do
        k = k + 1
        name = want .. k
    end
    taken[name] = true
    return name
end

local function type_text(sizes) return "nn.real(" .. table.concat(sizes, ", ") .. ")" end

local function axis_of(v)                -- the time in a value's dimensions, or nil
    for _, d in ipairs(v.dims) do
        d = I.find(d)
        for _, p in ipairs(d.role == "m" and d.parts or { d }) do
            p = I.find(p)
            if p.role == "t" then return p end
        end
    end
end

local function declare_axes(taken, lines)
    for _, a in ipairs(I.axes) do
        local d = a.dim
        local given = d.name and d.name:find "^[%a_][%w_]*$" and d.name
        local name = free(taken, given or "time")
        local steps = d.size and tostring(d.size) or ('nn.define("steps%s", 20)'):format(#I.axes > 1 and "_" .. name or "")
        a.node.form = name
        lines[#lines + 1] = ("local %s = nn.axis(%s, %s%s)"):format(name, T.quoted(name), steps,
            I.ragged[a.key] and ", { ragged = true }" or "")
    end
end

local function declare_inputs(taken, lines, uses, notes)
    for _, v in ipairs(I.ports) do
        if v.length_of then
            notes[#notes + 1] = ("input %s: the lengths of %s"):format(v.port.name, I.axis_node(v.length_of).form)
        elseif not uses[v.node] then
            notes[#notes + 1] = ("input %s: no output depends on it; it is left out"):format(v.port.name)
        else
            local t = axis_of(v)
            if v.whole and not v.classes then error(("input '%s': whole numbers that are no class ids"):format(v.port.name), 0) end
            lines[#lines + 1] = ("local %s = nn.input(%s, %s%s)"):format(v.node.form, T.quoted(v.node.form),
                v.whole and "nn.class(" .. v.classes .. ")" or type_text(I.shape(v)), t and ", " .. I.axis_node(t).form or "")
            local name = v.node.form ~= v.port.name and v.node.form .. " (" .. v.port.name .. ")" or v.port.name
            notes[#notes + 1] = ("input %s: %s"):format(name, I.dims_text(v.dims))
        end
    end
end

-- A loss, so that it can be trained on: the file has none.
local function loss_of(main, taken)
    local v, node = main.value, main.value.node
    local t, sizes = axis_of(v), I.shape(v)
    local name = free(taken, "target")
    taken[name] = nil
    local what, kind = "mse", type_text(sizes)
    if node.logits and #sizes == 1 and sizes[1] > 1 then what, kind, node = "cross_entropy", "nn.class(" .. sizes[1] .. ")", node.logits end
    local target = T.node(("nn.target(%s, %s%s)"):format(T.quoted(name), kind, t and ", $1" or ""), { t and I.axis_node(t) },
        { keep = true, local_as = name })
    return T.node("nn." .. what .. "($1, $2)", { node, target }, { plain = true })
end

function I.finish(file, outputs)
    local taken, lines, notes = { nn = true, _ = true, more = true }, {}, {}
    for name in pairs(I.helpers) do taken[name] = true end
    for _, v in ipairs(I.ports) do
        local t = axis_of(v)
        if t and not v.length_of then I.axis_node(t) end
    end
    lines[1] = 'local nn = require "nn"'
    lines[2] = ""
    declare_axes(taken, lines)
    local batch
    for _, v in ipairs(I.ports) do
        if not v.length_of then v.node.form = free(taken, v.port.name) end
        for _, d in ipairs(v.dims) do
            d = I.find(d)
            if d.role == "b" and d.size then batch = math.max(batch or 1, d.size) end
        end
    end
    local roots, names = {}, {}
    for i, o in ipairs(outputs) do
        roots[i] = o.value.node
        if o.value.whole then error(("output '%s': it is an input"):format(o.name), 0) end
        o.key = free(names, o.name)
        if not o.value.node.input then o.value.node.local_as = o.key end
    end
    roots[#roots + 1] = loss_of(outputs[1], taken)
    local body, exprs, uses = T.print(roots, taken)
    local asked = {}                     -- directions of which only a final state is asked for
    for n in pairs(uses) do
        local rec = n.pick and n.args[1].rec
        if rec and rec.o.dirs == 2 then
            local a = asked[rec] or {}
            asked[rec] = a
            if n.pick == 1 then a.both = true
            elseif n.at > 2 * (rec.layers - 1) then a[2 - n.at % 2] = true end
        end
    end
    for rec, a in pairs(asked) do
        if not a.both and not (a[1] and a[2]) then I.only[rec.top] = a[1] and 1 or 2 end
    end
    for n, k in pairs(uses) do           -- layers whose sequence only one reads may become one with the next
        local rec = n.pick == 1 and n.args[1].rec
        if rec and k == 1 then I.alone[rec.top] = true end
    end
    declare_inputs(taken, lines, uses, notes)
    lines[#lines + 1] = ""
    local helpers = {}
    for name in pairs(I.helpers) do helpers[#helpers + 1] = name end
    table.sort(helpers)
    for _, name in ipairs(helpers) do lines[#lines + 1] = "local function " .. name .. I.helpers[name] end
    if #helpers > 0 then lines[#lines + 1] = "" end
    for _, l in ipairs(body) do lines[#lines + 1] = l end
    lines[#lines + 1] = ""
    local list = {}
    for i, o in ipairs(outputs) do
        list[i] = o.key .. " = " .. exprs[i]
        notes[#notes + 1] = ("output %s: %s"):format(o.key ~= o.name and o.key .. " (" .. o.name .. ")" or o.key, I.dims_text(o.value.dims))
    end
    local one = "  output = { " .. table.concat(list, ", ") .. " },"
    if #one > 110 then one = "  output = {\n    " .. table.concat(list, ",\n    ") .. ",\n  }," end
    lines[#lines + 1] = "return nn.model {"
    lines[#lines + 1] = ("  name = %s, batch = %d,"):format(T.quoted(I.options.name), math.min(batch or 1, 65536))
    lines[#lines + 1] = one
    lines[#lines + 1] = ("  loss = %s,           -- the file has none: put yours here"):format(exprs[#exprs])
    lines[#lines + 1] = "}"
    local from = I.options.file:gsub("^.*/", ""):gsub("%c", "?")
    local head = ("-- %s.lua: from %s%s; weights in %s.safetensors"):format(I.options.name, from,
        file.producer ~= "" and " (" .. file.producer:sub(1, 40):gsub("%c", "?") .. ")" or "", I.options.name)
    table.insert(lines, 1, head)
    for i, n in ipairs(notes) do table.insert(lines, i + 1, "--   " .. n:gsub("%c", "?")) end
    for i, n in ipairs(notes) do notes[i] = n:gsub("[%c\127-\255]", "?") end
    return { text = table.concat(lines, "\n") .. "\n", weights = I.weights, notes = notes }
end
