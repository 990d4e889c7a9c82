-- The language of descriptions: data whose examples have nothing to do with each other (a review, a sentence, a pair
-- of sentences, a row of a table). Takes what prelude.lua gives, adds entries. Each entry becomes a list of feeds, one
-- for each port, and the vocabularies they share; the files themselves are read by the trainer.
local core, api, H = ...
local type, ipairs, pairs = type, ipairs, pairs
local format, concat, gmatch = string.format, table.concat, string.gmatch
local need, options, def, a, found = H.need, H.options, H.def, H.a, H.found
local shape_text, leaf_of, fail = H.shape_text, H.leaf_of, core.fail

local unit = { "unit", { "byte", "char", "word" }, "char" }
local common = { { "longer", { "cut", "skip", "refuse" }, "cut" }, { "inline", "text", false } }

local function spec(own)
    local all = {}
    for _, s in ipairs(own) do all[#all + 1] = s end
    for _, s in ipairs(common) do all[#all + 1] = s end
    return all
end

local function new(what, kind, o)
    local d = { kind = "examples", table = kind, header = "first", longer = o.longer, text = o.inline, feeds = {},
        vocabularies = {}, groups = {}, taken = {}, what = what, examples = true }
    return d
end

local function ids_of(d, name, v, sequence)       -- the classes of a port of class ids, which lies on an axis or not
    local axis, _, _, classes = core.type(need(d.what, name, v, "ids"))
    if sequence == true and not axis then
        fail(format("%s: %s: expected a sequence of class ids, found %s", d.what, name, found(v)))
    elseif sequence == false and axis then
        fail(format("%s: %s: expected one class id for each example (without axis), found %s", d.what, name, found(v)))
    end
    return classes
end

local function feed(d, name, f, role)             -- checks that the port is one, and fed once
    local is, port = core.leaf(f.port)
    if role or (is ~= "input" and is ~= "target") then leaf_of(d.what, name, f.port, role or "input") end
    if d.taken[port] then
        fail(format("%s: %s: '%s' is filled by %s already; a port is filled once", d.what, name, port, d.taken[port]))
    end
    d.taken[port] = name
    d.feeds[#d.feeds + 1] = f
    return port
end

-- The place in the list of vocabularies of the one called `key`. All its ports have as many classes: the same symbol
-- is the same id in each.
local function group(d, key, name, port, o)
    local classes, at = ids_of(d, name, port), d.groups[key]
    if at then
        local v = d.vocabularies[at]
        if v.classes ~= classes then
            fail(format("%s: %s: expected %d classes, as '%s' has (they share a vocabulary), found %d", d.what, name,
                v.classes, v.name, classes))
        end
        return at
    end
    local _, own = core.leaf(port)
    local least = o.names and 1 or 2
    if classes < least then
        fail(format("%s: %s: expected at least %d classes (pad, unknown), found %d", d.what, name, least, classes))
    end
    at = #d.vocabularies + 1
    d.vocabularies[at] = { name = own, names = o.names or false, unknown = o.unknown ~= false, least = o.least or 1,
        classes = classes }
    d.groups[key] = at
    return at
end

local function pair_of(what, columns, n)
    if columns and #columns ~= n then
        fail(format("%s: columns: expected %d names, found %d", what, n, #columns))
    end
    return function(i) return columns and { columns[i] } or nil end
end

local function finish(d) return a("data", d) end

-- ---- label<TAB>text --------------------------------------------------------------------------------------------

def("labelled", 1, function(t)
    local what = "nn.labelled"
    local o = options(what, t, spec { { "text", "ids" }, { "label", "value" }, unit, { "least", "count", 1 },
        { "unknown", "flag", true }, { "reverse", "flag", false }, { "columns", "texts", { "label", "text" } } })
    local d, column = new(what, "tabs", o), pair_of(what, o.columns, 2)
    d.header = t.columns and "first" or "named"
    ids_of(d, "text", o.text, true)
    feed(d, "text", { port = o.text, as = "symbols", unit = o.unit, reverse = o.reverse, columns = column(2), at = 1,
        vocabulary = group(d, "text", "text", o.text, o) })
    local axis, _, shape, classes = core.type(o.label)
    if classes > 0 then
        ids_of(d, "label", o.label, false)
        feed(d, "label", { port = o.label, as = "name", columns = column(1), at = 0,
            vocabulary = group(d, "label", "label", o.label, { names = true }) })
    else
        if axis or #shape > 1 or (shape[1] or 1) ~= 1 then
            fail(format("%s: label: expected class ids or one number, without axis, found %s", what, found(o.label)))
        end
        feed(d, "label", { port = o.label, as = "numbers", columns = column(1), at = 0, scale = 1 })
    end
    return finish(d)
end)

-- ---- word<TAB>tag, an empty line between sentences -------------------------------------------------------------

local function slots(d, list, o)
    for i, v in ipairs(list) do
        local name = format("words[%d]", i)
        ids_of(d, name, v, true)
        feed(d, name, { port = v, as = "slot", slot = i - 1, slots = #list, columns = o.column(1), at = 0,
            vocabulary = group(d, "words", name, v, o) })
    end
end

def("tagged", 1, function(t)
    local what = "nn.tagged"
    local o = options(what, t, spec { { "words", "any", false }, { "text", "ids", false }, { "tags", "ids" },
        unit, { "least", "count", 1 }, { "unknown", "flag", true }, { "columns", "texts", false } })
    local d = new(what, "groups", o)
    o.column = pair_of(what, o.columns, 2)
    if (o.words == nil) == (o.text == nil) then
        fail(what .. ": expected words = (an id a word, or a list of ids) or text = (an id a code point), found " ..
            (o.text and "both" or "neither"))
    end
    if o.text and o.unit ~= "char" then
        fail(what .. ': unit: a text is read by code points here; expected unit = "char" or none')
    end
    local list = type(o.words) == "table" and #o.words > 0 and o.words
    if list then
        slots(d, list, o)
    else
        local name, port = o.text and "text" or "words", o.text or o.words
        ids_of(d, name, port, true)
        feed(d, name, { port = port, as = "symbols", unit = o.text and "char" or "cell", columns = o.column(1), at = 0,
            vocabulary = group(d, "words", name, port, o) })
    end
    ids_of(d, "tags", o.tags, true)
    feed(d, "tags", { port = o.tags, as = "name", letters = o.text ~= nil, columns = o.column(2), at = 1, of = 0,
        vocabulary = group(d, "tags", "tags", o.tags, { names = true }) })
    local axis = core.type(d.feeds[1].port)
    for _, f in ipairs(d.feeds) do
        if core.type(f.port) ~= axis then
            fail(format("%s: expected words and tags on one axis, '%s', found %s", what, axis.name, found(f.port)))
        end
    end
    return finish(d)
end)

-- ---- source<TAB>target -----------------------------------------------------------------------------------------

def("pairs", 1, function(t)
    local what = "nn.pairs"
    local o = options(what, t, spec { { "source", "ids" }, { "target", "ids" }, { "input", "ids", false }, unit,
        { "least", "count", 1 }, { "source_least", "count", 1 }, { "reverse_source_as_target", "flag", false },
        { "columns", "texts", false } })
    local d, column = new(what, "tabs", o), pair_of(what, o.columns, 2)
    local back = o.reverse_source_as_target
    local goal, at = column(back and 1 or 2), back and 0 or 1
    ids_of(d, "source", o.source, true)
    ids_of(d, "target", o.target, true)
    feed(d, "source", { port = o.source, as = "symbols", unit = o.unit, columns = column(1), at = 0,
        vocabulary = group(d, "source", "source", o.source, { least = o.source_least }) }, "input")
    feed(d, "target", { port = o.target, as = "symbols", unit = o.unit, stop = true, reverse = back, columns = goal,
        at = at, vocabulary = group(d, "target", "target", o.target, { least = o.least }) }, "target")
    if o.input then
        if core.type(o.input) ~= core.type(o.target) then
            fail(format("%s: input: expected a sequence on the axis of target, found %s", what, found(o.input)))
        end
        feed(d, "input", { port = o.input, as = "symbols", unit = o.unit, start = true, reverse = back, columns = goal,
            at = at, vocabulary = group(d, "target", "input", o.input, {}) }, "input")
    end
    return finish(d)
end)

-- ---- a row of a CSV file is an example ---------------------------------------------------------------------------

local function row_feed(d, i, t)
    local name = format("feeds[%d]", i)
    if type(t) ~= "table" or H.made[t] or not core.leaf(t[1]) then
        fail(format("%s: %s: expected { port, columns = ... }, found %s", d.what, name, found(t)))
    end
    local rest, port = {}, t[1]
    for k, v in pairs(t) do if k ~= 1 then rest[k] = v end end
    if type(rest.columns) == "string" then rest.columns = { rest.columns } end
    local o = options(d.what .. ": " .. name, rest, { { "columns", "texts" }, { "scale", "number", 1 },
        { "spelled", { "byte", "char", "word" }, false }, { "start", "flag", false }, { "stop", "flag", false },
        { "reverse", "flag", false }, { "ids", "flag", false }, { "least", "count", 1 }, { "unknown", "flag", true } })
    local axis, _, shape, classes = core.type(port)
    local f = { port = port, columns = o.columns, scale = o.scale, as = "numbers" }
    if classes == 0 then
        if o.spelled or o.ids then
            fail(format("%s: %s: %s needs a port of class ids, found %s", d.what, name,
                o.spelled and "spelled" or "ids", found(port)))
        end
        if #shape > 1 then
            fail(format("%s: %s: expected a number or a vector, found the shape %s", d.what, name, shape_text(shape)))
        end
    elseif o.spelled then
        ids_of(d, name, port, true)
        f.as, f.unit, f.start, f.stop, f.reverse = "symbols", o.spelled, o.start, o.stop, o.reverse
        f.vocabulary = group(d, "symbols of " .. concat(o.columns, ","), name, port, o)
    elseif not o.ids then
        ids_of(d, name, port, false)
        f.as = "name"
        f.vocabulary = group(d, "names of " .. concat(o.columns, ","), name, port, { names = true })
    end
    if f.as ~= "numbers" and #o.columns > 1 then
        fail(format("%s: %s: expected one column, found %d", d.what, name, #o.columns))
    end
    if f.as ~= "symbols" and (o.start or o.stop or o.reverse) then
        fail(format('%s: %s: start, stop and reverse are for what is spelled = "char"', d.what, name))
    end
    feed(d, name, f)
end

H.csv_rows = function(t)                          -- nn.csv { each = "row", ... }
    local what = "nn.csv"
    local o = options(what, t, spec { { "each", { "row", "window" } }, { "feeds", "table" } })
    local d = new(what, "csv", o)
    if #o.feeds == 0 then fail(what .. ": feeds: expected a list of { port, columns = ... }, found none") end
    for i, f in ipairs(o.feeds) do row_feed(d, i, f) end
    return finish(d)
end

-- ---- arrays of a folder ------------------------------------------------------------------------------------------

def("npy", 1, function(t)
    local what = "nn.npy"
    local o = options(what, t, { { "into", "table" }, { "target", "table" }, { "length", "text", false } })
    local d = new(what, "arrays", { longer = "refuse" })
    d.length = o.length
    for _, role in ipairs { "input", "target" } do
        for file, port in pairs(role == "input" and o.into or o.target) do
            if type(file) ~= "string" then
                fail(format("%s: %s: expected a table { file = port }, found a field without a name", what,
                    role == "input" and "into" or "target"))
            end
            feed(d, file, { port = port, as = "numbers", columns = { file }, scale = 1 }, role)
        end
    end
    return finish(d)
end)
