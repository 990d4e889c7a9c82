-- Import, the text: expressions of a description as a graph of nodes, printed so that a person would have written it.
-- Takes nothing of ONNX. A node has `form`, text in which $1, $2, ... are its operands `args`; `level`, how tightly its
-- operator binds (default: not an operator); `bind`, what its operands need; `local_as`, a name it would like. What is
-- used twice, or has `first` (several results), becomes a local variable; the rest stands where it is used.
local I = ...
local T = {}
I.text = T

T.OR, T.CONCAT, T.ADD, T.MUL, T.UNARY, T.ATOM = 1, 5, 6, 7, 8, 10

local words = {}
for w in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until "
    .. "while nn math string table require print type pairs ipairs error"):gmatch "%S+" do words[w] = true end

function T.node(form, args, more)
    local n = { form = form, args = args or {}, level = T.ATOM }
    for k, v in pairs(more or {}) do n[k] = v end
    return n
end

function T.number(x)
    if math.type(x) == "integer" then return tostring(x) end
    if x - x ~= 0 then error("the number " .. tostring(x) .. " as a constant", 0) end
    if x == math.floor(x) and math.abs(x) < 1e15 then return ("%d"):format(x) end
    for digits = 6, 17 do
        local s = ("%." .. digits .. "g"):format(x)
        if tonumber(s) == x or I.float(x) == x and I.float(tonumber(s)) == x then return s end
    end
    return ("%.17g"):format(x)
end

function T.literal(x)
    return T.node(T.number(x), {}, { value = x, level = x < 0 and T.UNARY or T.ATOM })
end

local levels = { ["+"] = { 6, 6, 7 }, ["-"] = { 6, 6, 7 }, ["*"] = { 7, 7, 8 }, ["/"] = { 7, 7, 8 }, [".."] = { 5, 6, 5 } }

function T.binary(op, a, b)
    local l = levels[op]
    return T.node("$1 " .. op .. " $2", { a, b }, { op = op, level = l[1], bind = { l[2], l[3] } })
end

function T.call(name, ...)               -- operands are nodes; numbers and texts stand as they are
    local args, parts = {}, {}
    for i, a in ipairs { ... } do
        if type(a) == "table" then
            args[#args + 1] = a
            parts[i] = "$" .. #args
        else
            parts[i] = type(a) == "number" and T.number(a) or a
        end
    end
    return T.node(name .. "(" .. table.concat(parts, ", ") .. ")", args, { op = name })
end

function T.quoted(s) return '"' .. s:gsub('[%c\\"]', "_") .. '"' end

function T.identifier(s)                 -- a name of Lua from any name
    s = s:gsub("^.*[/:]", ""):gsub("[^%w_]", "_"):gsub("^_+", ""):gsub("_+$", "")
    if s == "" or s:find "^%d" then s = "v" .. s end
    if words[s] then s = s .. "_" end
    return s:sub(1, 40)
end

-- ---- printing --------------------------------------------------------------------------------------------------

-- The lines that make `roots` (nodes), with the names taken before; and the expression for each root.
function T.print(roots, taken)
    local uses, order, lines = {}, {}, {}
    local function visit(start)          -- operands first, without recursion: files may be deep
        local stack = { { start, 1 } }
        while #stack > 0 do
            local top = stack[#stack]
            local n, i = top[1], top[2]
            local a = n.args[i]
            if a then
                top[2] = i + 1
                uses[a] = (uses[a] or 0) + 1
                if uses[a] == 1 then stack[#stack + 1] = { a, 1 } end
            else
                order[#order + 1] = n
                stack[#stack] = nil
            end
        end
    end
    for _, r in ipairs(roots) do
        uses[r] = (uses[r] or 0) + 1
        if uses[r] == 1 then visit(r) end
    end

    for _, n in ipairs(order) do         -- who asks for which of several results
        if n.pick then
            local from = n.args[1]
            from.asked = from.asked or {}
            from.asked[n.pick] = true
        end
    end

    local count, spilled = 0, false
    local function fresh(want)
        local name, k = want, 1
        while taken[name] do
            k = k + 1
            name = want .. k
        end
        taken[name] = true
        count = count + 1
        if count > 150 then              -- Lua has 200 local variables
            if not spilled then lines[#lines + 1] = "local more = {}" end
            spilled = true
            return "more." .. name, ""
        end
        return name, "local "
    end

    local expr = {}
    local function operand(n, i)
        local a = n.args[i]
        local need = n.bind and n.bind[i] or 0
        local e = expr[a]
        return e.level < need and "(" .. e.text .. ")" or e.text
    end
    local function spell(n, form) return (form:gsub("%$(%d+)", function(i) return operand(n, tonumber(i)) end)) end

    for _, n in ipairs(order) do
        if n.lines then n.lines(n) end   -- a layer that is complete only now
        local text = spell(n, n.form)
        if n.first then                  -- several results: n.results = the names they would like
            local names, how = {}, "local "
            local last = 1
            for i in ipairs(n.results) do if n.asked and n.asked[i] then last = i end end
            for i = 1, last do
                if n.asked and n.asked[i] then names[i], how = fresh(n.results[i]) else names[i] = "_" end
            end
            if how == "" then for i = 1, last do if names[i] == "_" then names[i] = "more._" end end end
            lines[#lines + 1] = how .. table.concat(names, ", ") .. " = " .. text
            n.names = names
            expr[n] = { text = names[1], level = T.ATOM }
        elseif n.pick then               -- one of these results
            local stem = n.args[1].names[n.pick]
            expr[n] = { text = stem .. (n.at and "[" .. n.at .. "]" or ""), level = T.ATOM }
        elseif n.close then              -- h.next = value
            lines[#lines + 1] = text
            expr[n] = { text = operand(n, 1) .. ".next", level = T.ATOM }
        elseif n.value == nil and not n.plain and (n.keep or (uses[n] or 0) > 1 or #text > 70) then
            local name, how = fresh(n.local_as or "x")
            lines[#lines + 1] = how .. name .. " = " .. text
            expr[n] = { text = name, level = T.ATOM }
        else
            expr[n] = { text = text, level = n.level }
        end
    end
    local out = {}
    for i, r in ipairs(roots) do out[i] = expr[r].text end
    return lines, out, uses
end
