-- The language of descriptions: what moves values between the steps of an axis and features, and products over
-- named dimensions. Takes what prelude.lua gives, adds entries. May not know a cell or a layer by name.
local core, api, H = ...
local format, gmatch, gsub, match, sub = string.format, string.gmatch, string.gsub, string.match, string.sub
local ipairs = ipairs
local need, def, found, shape_text, fail = H.need, H.def, H.found, H.shape_text, core.fail

local function on_axis(what, x)          -- a value that has steps
    x = need(what, "x", x, "value")
    if not core.type(x) then fail(format("%s: x: expected a sequence, found %s", what, found(x))) end
    return x
end

def("matrix", 1, function(x)
    x = on_axis("nn.matrix", x)
    if #x.shape > 3 then
        fail("nn.matrix: x: expected at most 3 dimensions, found the shape " .. shape_text(x.shape))
    end
    return core.matrix(x)
end)

def("along", 2, function(x, axis)
    x, axis = need("nn.along", "x", x, "vector"), need("nn.along", "axis", axis, "axis")
    if core.type(x) then fail("nn.along: x: expected a value without axis, found " .. found(x)) end
    if x.shape[1] ~= axis.steps then
        fail(format("nn.along: x: expected a row for each of the %d steps of '%s', found the shape %s", axis.steps,
            axis.name, shape_text(x.shape)))
    end
    return core.along(x, axis)
end)

def("sample", 3, function(x, stride, from)
    x, stride = on_axis("nn.sample", x), need("nn.sample", "stride", stride, "count")
    from = need("nn.sample", "from", from == nil and 0 or from, "length")
    local axis = core.type(x)
    if from >= axis.steps then
        fail(format("nn.sample: from: '%s' has %d steps, none is left from step %d on", axis.name, axis.steps,
            from))
    end
    if stride == 1 and from == 0 then return x end
    return core.sample(x, stride, from)
end)

def("unsample", 1, function(x)
    x = on_axis("nn.unsample", x)
    if not x.axis.parent then fail(format("nn.unsample: '%s' is not sampled from another axis", x.axis.name)) end
    return core.map("nn.unsample", "spread", x)
end)

def("peak", 1, function(x) return core.map("nn.peak", "peak", on_axis("nn.peak", x)) end)
def("best", 1, function(x) return core.map("nn.best", "best", need("nn.best", "x", x, "vector")) end)

for _, which in ipairs { "index", "length" } do
    def(which, 1, function(axis) return core.leafless(which, need("nn." .. which, "axis", axis, "axis")) end)
end

-- With an axis: over its steps, 0 where there is none. The steps that are not the first maximum get no gradient.
local elementwise = api.max
def("max", 2, function(x, y)
    if not core.axis_of(y) then return elementwise(x, y) end
    x = on_axis("nn.max", x)
    if core.type(x) ~= y then
        fail(format("nn.max: x: expected a value on the axis '%s', found %s", y.name, found(x)))
    end
    return api.sum(core.map("nn.max", "mul", x, core.map("nn.max", "peak", x)), y)
end)

def("einsum", 3, function(formula, x, y)
    local what = "nn.einsum"
    formula = need(what, "formula", formula, "text")
    x, y = need(what, "x", x, "value"), need(what, "y", y, "value")
    formula = gsub(formula, " ", "")
    local lx, ly, lo = match(formula, "^(%l*),(%l*)->(%l*)$")
    if not lx then
        fail(format("%s: formula: expected letters for the dimensions of both operands and of the result, as "
            .. "\"ij,jk->ik\", found '%s'", what, formula))
    end
    local size = {}
    for _, o in ipairs { { lx, x.shape, "x" }, { ly, y.shape, "y" } } do
        local letters, shape, name = o[1], o[2], o[3]
        if #letters ~= #shape then
            fail(format("%s: %s: '%s' names %d dimensions, found the shape %s", what, name, letters, #letters,
                shape_text(shape)))
        end
        for i = 1, #letters do
            local c = sub(letters, i, i)
            if size[c] and size[c] ~= shape[i] then
                fail(format("%s: '%s' is %d in x, %d in y", what, c, size[c], shape[i]))
            end
            size[c] = shape[i]
        end
    end
    for c in gmatch(lx .. ly .. lo, ".") do
        local n = 0
        for _, l in ipairs { lx, ly, lo } do
            local _, times = gsub(l, c, c)
            if times > 1 then fail(format("%s: '%s' stands twice in '%s'", what, c, l)) end
            n = n + times
        end
        if n < 2 then fail(format("%s: '%s' stands in one place only", what, c)) end
    end
    return core.contract(what, x, y, lx, ly, lo)
end)
