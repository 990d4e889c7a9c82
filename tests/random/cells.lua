-- cells.lua -- random recurrences: cells of several states of several sizes and delays, in both directions, with every kind of
-- initial value, matrices that are written to and read from, and the layers of the language with their options.
local nn = require "nn"
local D = require "draw"
local within = require "within"
local draw, one, chance, fraction, size, fresh = D.draw, D.one, D.chance, D.fraction, D.size, D.fresh
local weight, put, take, fit, used = D.weight, D.put, D.take, D.fit, D.used
local M = {}

function M.sign() return (D.carry or chance(60)) and 1 or -1 end

function M.initial(n, k)                                 -- for a delay of k of n features
    local way, far = draw(9), k < 0 and -k or k
    if D.carry and way > 5 then way = 1 end
    if way == 1 then return fraction()
    elseif way == 2 then return weight(n)
    elseif way == 3 then return weight(far, n)
    elseif way == 4 then return nn.input(fresh("start"), nn.real(n))
    elseif way == 5 then return nn.input(fresh("start"), nn.real(far, n))
    elseif way == 6 and #D.constants > 0 then return nn.tanh(fit(take(D.constants), n))   -- what another part computed
    end
end

-- What the steps of `list` hold, weighed by how they fit a vector: x may lie in a loop, the list's values not.
function M.attend(x, list, extra)
    local keys, n = take(list), draw(5)
    local axis, way = keys.axis, draw(3)
    if way == 1 then                                     -- the language's own
        local o = { weights = chance(30), values = chance(30) and take(list) or nil }
        local y, a
        if chance(50) then
            o.scale = chance(50) and 0.4 or nil
            y, a = nn.dot_attention(nn.tanh(fit(x, keys.size)), keys, o)
        else
            o.bias = chance(50)
            y, a = nn.additive_attention(fresh("attend"), n, o)(x, keys)
        end
        if a then extra[#extra + 1] = a end
        return y
    end
    local there = nn.matrix(nn.index(axis) * 0 + 1)
    local table = nn.matrix(chance(50) and fit(keys, n) or nn.tanh(nn.linear(fresh("keys"), n)(keys)))
    local q, scores = nn.tanh(nn.linear(fresh("query"), n)(x)), nil
    if chance(50) then                                   -- a product, or a small network
        scores = nn.einsum("i,ti->t", q, table)
    else
        scores = nn.reshape(nn.matmul(weight(1, n), nn.tanh(table + q)), axis.steps)
    end
    if axis.ragged or chance(30) then scores = nn.select(nn.less(0.5, there), scores, -1e4) end
    local a = nn.softmax(scores)
    return nn.einsum("t,ti->i", a, chance(60) and table or nn.matrix(keys))
end

function M.cell()                                        -- states that read each other
    local s, h, from, before = M.sign(), {}, {}, {}
    for _, p in ipairs(D.pools) do before[#before + 1] = table.pack(table.unpack(p.list)) end
    for i = 1, draw(3) do
        local n, k = size(), s * (chance(60) and 1 or draw(3))
        h[i] = nn.state(n, { name = fresh("state"), delay = k, init = M.initial(n, k), axis = D.here.axis })
    end
    local x = nn.linear(fresh("in"), size())(take())
    from[1] = x
    for i = 1, #h do
        from[#from + 1], used[h[i]] = h[i], true
    end
    if chance(30) then from[#from + 1] = take() end
    for _ = 1, draw(4) do
        if chance(12) then from[#from + 1] = M.attend(take(from), one(before), from)
        else from[#from + 1] = within(from) end
    end
    for i = 1, #h do
        local n = h[i].size
        local y = fit(take(from), n)
        y = y + nn.linear(fresh("back"), n, { bias = false })(h[i % #h + 1])
        if chance(30) then y = y + fit(take(from), n) end
        if chance(40) then
            local g = nn.sigmoid(fit(x, n))
            h[i].next = g * h[i] + (1 - g) * nn.tanh(y)
        else
            h[i].next = nn.tanh(y * 0.7)
        end
        if chance(50) or i == #h then put(h[i].next) end
        if i < #h and chance(50) then from[#from + 1] = h[i].next end
    end
    for _, y in ipairs(from) do if not used[y] or chance(10) then put(y) end end
end

function M.memory()                                      -- a matrix that is written to and read from
    local s, a, b = M.sign(), draw(4), draw(5)
    local m = nn.state({ a, b }, { name = fresh("state"), delay = s * draw(2), axis = D.here.axis,
        init = chance(30) and weight(a, b) or nil })
    local k, v = nn.tanh(fit(take(), a)), nn.tanh(fit(take(), b))
    m.next = m * nn.reshape(nn.sigmoid(fit(take(), a)), a, 1) + nn.reshape(k, a, 1) * nn.reshape(v, 1, b)
    put(nn.tanh(nn.matmul(m.next, nn.tanh(fit(take(), b)))))
    if chance(30) then put(nn.tanh(nn.reshape(m, a * b))) end
end

local function start(n)
    local way = draw(4)
    if way == 1 then return nn.input(fresh("start"), nn.real(n))
    elseif way == 2 then return weight(n)
    elseif way == 3 and #D.constants > 0 then return nn.tanh(fit(take(D.constants), n)) end
    return fraction()
end

function M.layer()
    local n, x = size(), take()
    if n > 20 then n = 17 end
    local o = { size = n, layers = chance(30) and 2 or 1 }
    local kind, way = draw(4), draw(6)
    if way == 1 and not D.carry then o.reverse = true
    elseif way == 2 and not D.carry then
        o.bidirectional = true
        if chance(40) then o.merge = "sum" end
    end
    local each = o.layers * (o.bidirectional and 2 or 1)
    local name = kind == 1 and "rnn" or kind == 2 and "lstm" or "gru"
    if chance(25) then
        local function all()
            if each == 1 and chance(30) then return fraction() end
            local list = {}
            for i = 1, each do list[i] = start(n) end
            return list
        end
        o.start = name == "lstm" and { h = all(), c = all() } or all()
    end
    o.final = chance(25)
    o.residual = o.layers == 2 and (not o.bidirectional or o.merge ~= nil) and chance(40)
    if name == "gru" then
        o.reset = one { "after", "before" }
        o.bias_hh = chance(70)
    else
        if chance(20) then o.joined = true
        elseif chance(25) then o.layer_norm = true end
        if name == "lstm" then o.peephole = chance(25) end
    end
    if o.layers == 2 and chance(30) then o.dropout = one { 0.2, 0.5 } end
    if chance(20) then o.recurrent_dropout = one { 0.1, 0.4 } end
    local y, h, c = nn[name](fresh(name), o)(x)
    put(y)
    for _, list in ipairs { h or {}, c or {} } do
        for _, v in ipairs(list) do put(v) end
    end
end

return M
