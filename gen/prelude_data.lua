-- The language of descriptions: where the numbers come from. Takes what prelude.lua gives, adds entries; what they
-- check here is all that a description can say wrong, the files themselves are read by the trainer.
local core, api, H = ...
local pairs, type = pairs, type
local format, byte = string.format, string.byte
local utf8_len, utf8_codes = utf8.len, utf8.codes
local options, def, a, found, shape_text = H.options, H.def, H.a, H.found, H.shape_text
local fail = core.fail

local function leaf_of(what, field, v, role)
    local is, name = core.leaf(v)
    if is ~= role then
        fail(format("%s: %s: expected an %s, found %s", what, field, role == "target" and "nn.target" or "nn.input",
            is and format("the %s '%s'", is, name) or found(v)))
    end
    return v
end

H.leaf_of = leaf_of

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
    if type(t) == "table" and t.each == "row" then return H.csv_rows(t) end
    local o = options(what, t, { { "into", "value" }, { "target", "value" }, { "columns", "texts", false },
        { "target_columns", "texts", false }, { "each", { "row", "window" }, "window" },
        { "normalize", "flag", true }, { "horizon", "count", 1 } })
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
    if H.size_of(o.target) % m ~= 0 or #o.target.shape > 1 then    -- of more rows than one: one after the other
        fail(format("%s: target: expected a vector of %d, one for each of target_columns (or columns), or of that many " ..
            "for each of several rows, found %s", what, m, shape_text(o.target.shape)))
    end
    o.kind = "csv"
    return a("data", o)
end)
