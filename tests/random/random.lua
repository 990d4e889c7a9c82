-- random.lua -- a random network for each `-D seed=N`: steps that grow a pool of sequences, then a loss and outputs that use
-- all of it. `-D skip=3,5` leaves steps out, `-D small=true` keeps sizes below 4: what a failing seed is shrunk with. Values
-- are tame, and kinks lie away from 0, where delays and padding put many numbers. Uses only what docs/language.md lists.
local nn = require "nn"

local seed, skip, small = nn.define("seed", 1), "," .. nn.define("skip", "") .. ",", nn.define("small", false)

local state = 0
local function draw(n)                                   -- 1 .. n
    state = state * 6364136223846793005 + 1442695040888963407
    return (state >> 33) % n + 1
end
local function start(step)
    state = seed * 1000003 + step * 7919
    for _ = 1, 5 do draw(2) end
end
local function one(list) return list[draw(#list)] end
local function chance(percent) return draw(100) <= percent end

local names = {}
local function fresh(prefix)
    names[prefix] = (names[prefix] or 0) + 1
    return prefix .. names[prefix]
end
local function size()
    if small then return draw(3) end
    return chance(70) and draw(8) or one { 1, 3, 16, 17, 31, 33, 65 }
end
local function fraction() return (draw(19) - 10) / 10 + 0.03 end

start(0)
local time   = nn.axis("time", draw(9), { ragged = chance(50) })
local batch  = one { 1, 2, 3, 9 }
local carry  = chance(25)
local behind = carry and 100 or 60                       -- share of delays that look back

local pool, used, constants = {}, {}, {}
local function put(x)
    if #x.shape == 0 then x = nn.reshape(x, 1) end
    local list = x.axis and pool or constants
    list[#list + 1] = x
    return x
end
local function take(list)
    list = list or pool
    local i = chance(50) and #list or draw(#list)        -- half of the time the newest
    used[list[i]] = true
    return list[i]
end
local function weight(...) return nn.param(fresh("w"), { ... }, nn.normal(0.5)) end

local function fit(x, n)                                 -- a vector of n features from one of any number
    local m = x.size
    if m == n and chance(80) then return x end
    local way = draw(5)
    if way == 1 and m > n then
        local from = draw(m - n + 1)
        put(x)                                           -- what is cut off must be used as well
        return nn.slice(x, from, from + n - 1)
    elseif way == 2 and m < n then
        return x .. weight(n - m)
    elseif way == 3 then
        return nn.mean(x) * weight(n)
    elseif way == 4 and n > m and n - m <= m then
        return x .. nn.slice(x, 1, n - m)
    elseif m == 1 and chance(50) then
        return x + weight(n)
    end
    return nn.linear(fresh("fit"), n, { bias = chance(50) })(x)
end

local function pair(from)
    local x, y = take(from), take(from)
    if x.size == 1 or y.size == 1 then return x, y end   -- broadcast
    return x, fit(y, x.size)
end

local function divisor(n)
    local d = draw(n)
    while n % d ~= 0 do d = d - 1 end
    return d
end

local function norm(x)
    if x.size == 1 then return nn.tanh(x * 0.6) end
    local c = x - nn.mean(x)
    return c / nn.sqrt(nn.mean(c * c) + 0.3)
end

local function soft(x) return x.size > 1 and nn.softmax(x) or nn.sigmoid(x) end

-- Operations within a step; `from`: what there is.
local ops = {
    function(from) local x, y = pair(from) return nn.tanh(x + y) end,
    function(from) local x, y = pair(from) return nn.tanh(x * y - fraction()) end,
    function(from) local x, y = pair(from) return x * nn.sigmoid(y) end,
    function(from) return soft(take(from)) end,
    function(from)
        local x = take(from)
        return x.size > 1 and nn.tanh(nn.log_softmax(x) * 0.3) or nn.tanh(x)
    end,
    function(from)
        local x = norm(take(from))
        if chance(50) then x = x * weight(x.size) + weight(x.size) end
        return x
    end,
    function(from) local x, y = pair(from) return nn.max(x + 0.37, y - fraction() * 0.5) end,
    function(from) local x, y = pair(from) return nn.min(x * 0.7 + 0.11, nn.abs(y + 0.29)) end,
    function(from) local x, y = pair(from) return nn.relu(x + 0.23) - nn.abs(y * 0.5 - 0.31) * weight(1) end,
    function(from)
        local x, y = pair(from)
        return nn.select(nn.less(x, fraction()), y, x * 0.5)
    end,
    function(from)
        local x, y = pair(from)
        local c = nn.less(nn.sum(take(from)), fraction())
        return nn.select(c, nn.tanh(x), y)
    end,
    function(from)
        local x = take(from) .. take(from)
        if chance(40) then x = x .. weight(draw(3)) end
        return x.size > 80 and nn.slice(put(x), draw(5)) or x
    end,
    function(from)                                       -- parts in another order
        local x = take(from)
        if x.size < 2 then return nn.tanh(x * 2) end
        local k = draw(x.size - 1)
        local a, b = nn.split(x, { k, x.size - k })
        if chance(50) then a = nn.tanh(a * 1.3 + 0.1) end
        return chance(50) and b .. a or b .. a .. b
    end,
    function(from)
        local f = one { nn.tanh, nn.sigmoid, soft, function(x) return nn.relu(x + 0.07) end }
        return nn.dense(fresh("dense"), size(), { activation = f, bias = chance(70) })(take(from))
    end,
    function(from) local x, y = pair(from) return x / (1.5 + y * y) end,
    function(from) return nn.exp(nn.tanh(take(from))) * 0.5 end,
    function(from) return nn.log(nn.abs(take(from) + 0.41) + 0.5) end,
    function(from) return take(from) * nn.tanh(nn.sum(take(from)) * 0.2) + nn.mean(take(from)) end,
    function(from) return -take(from) * fraction() + weight(1) end,
    function(from)                                       -- gates of one product
        local x, n = take(from), size()
        local a, b, c = nn.split(nn.linear(fresh("gates"), 3 * n)(x), 3)
        local f = nn.sigmoid(a)
        return f * nn.tanh(b) + (1 - f) * nn.tanh(c)
    end,
    function(from)                                       -- a table of features
        local x = take(from)
        local a = divisor(x.size)
        local b = x.size // a
        local m, kind = nn.reshape(x, a, b), draw(8)
        if kind == 1 then m = m * weight(b) + weight(a, 1)
        elseif kind == 2 and b > 1 then m = nn.softmax(m)
        elseif kind == 3 then m = nn.tanh(nn.matmul(weight(draw(4), b), m))
        elseif kind == 4 and a > 1 then m = nn.rows(m, 2, a) put(x)
        elseif kind == 5 and b > 1 then m = nn.slice(m, 2, b) * nn.slice(m, 1, b - 1)
        elseif kind == 6 then m = m .. nn.tanh(m * weight(a, 1) - 0.2)
        elseif kind == 7 and b > 1 then m = nn.log_softmax(m) * 0.2 + nn.mean(m)
        else m = nn.tanh(m - nn.max(nn.slice(m, 1, 1) + 0.4, nn.slice(m, b, b) - 0.35)) end
        return nn.reshape(m, m.shape[1] * m.shape[2])
    end,
    function(from)                                       -- an outer product, and a matrix of the example's own
        local x, y = fit(take(from), draw(4)), fit(take(from), draw(5))
        local m = nn.reshape(x, x.size, 1) * nn.reshape(y, 1, y.size)
        if chance(50) then return nn.tanh(nn.matmul(m, fit(take(from), y.size))) end
        return nn.reshape(m, x.size * y.size)
    end,
}

local function within(from)
    local x = one(ops)(from)
    if #x.shape == 0 then x = nn.reshape(x, 1) end
    return x
end

local function sign() return chance(behind) and 1 or -1 end

local function initial(n, k)                             -- for a delay of k of n features
    local way, far = draw(7), k < 0 and -k or k
    if carry and way > 5 then way = 1 end
    if way == 1 then return fraction()
    elseif way == 2 then return weight(n)
    elseif way == 3 then return weight(far, n)
    elseif way == 4 then return nn.input(fresh("start"), nn.real(n))
    elseif way == 5 then return nn.input(fresh("start"), nn.real(far, n)) end
end

local function cell()                                    -- states that read each other, of several sizes and delays
    local s, h, from = sign(), {}, {}
    for i = 1, draw(3) do
        local n, k = size(), s * (chance(60) and 1 or draw(3))
        h[i] = nn.state(n, { name = fresh("state"), delay = k, init = initial(n, k), axis = time })
    end
    local x = nn.linear(fresh("in"), size())(take())
    from[1] = x
    for i = 1, #h do
        from[#from + 1], used[h[i]] = h[i], true
    end
    if chance(30) then from[#from + 1] = take() end
    for _ = 1, draw(5) do from[#from + 1] = within(from) end
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

local function memory()                                  -- a matrix that is written to and read from
    local s, a, b = sign(), draw(4), draw(5)
    local m = nn.state({ a, b }, { name = fresh("state"), delay = s * draw(2), axis = time })
    local k, v = nn.tanh(fit(take(), a)), nn.tanh(fit(take(), b))
    m.next = m * nn.reshape(nn.sigmoid(fit(take(), a)), a, 1) + nn.reshape(k, a, 1) * nn.reshape(v, 1, b)
    put(nn.tanh(nn.matmul(m.next, nn.tanh(fit(take(), b)))))
    if chance(30) then put(nn.tanh(nn.reshape(m, a * b))) end
end

local function layer()
    local n, x = size(), take()
    local o = { size = n, layers = chance(30) and 2 or 1 }
    local kind = draw(4)
    if kind == 1 then
        o.nonlinearity = "tanh"
        put(nn.rnn(fresh("rnn"), o)(x))
    elseif kind == 2 then put(nn.lstm(fresh("lstm"), o)(x))
    else
        o.reset = one { "after", "before" }
        o.bias_hh = chance(70)
        put(nn.gru(fresh("gru"), o)(x))
    end
end

local function given()                                   -- another input
    local kind, on = draw(6), time
    if kind == 1 then put(nn.embedding(fresh("embed"), 7, size())(nn.input(fresh("ids"), nn.class(7), on)))
    elseif kind == 2 then
        local ids = nn.input(fresh("ids"), nn.class(5), on)
        put(nn.onehot(ids))
        if chance(50) then put(nn.dense(fresh("dense"), size())(nn.onehot(ids)) * nn.equal(ids, 2)) end
    elseif kind == 3 then put(nn.input(fresh("x"), nn.real(), on))
    elseif kind == 4 then put(nn.input(fresh("x"), nn.real(size()), on))
    elseif kind == 5 then
        local n = size()
        constants[#constants + 1] = nn.input(fresh("c"), nn.real(n))
    else
        constants[#constants + 1] = nn.embedding(fresh("embed"), 4, size())(nn.input(fresh("ids"), nn.class(4)))
    end
end

local far = { 1, 2, 3, 1, 2 }
local steps = {
    function() put(within()) end, function() put(within()) end, function() put(within()) end,
    function() put(within()) end,
    cell, cell, layer, layer, memory, given,
    function()
        local x, k = take(), sign() * one(far)
        put(nn.delay(x, k, initial(x.size, k)))
        if chance(30) and not carry then put(nn.delay(x, -k) - x) end
    end,
    function()                                           -- two delays of one operand
        local x, k = take(), sign() * one(far)
        put(nn.delay(x, k, fraction()) + nn.delay(x, k > 0 and k + 1 or k - 1, initial(x.size, k > 0 and k + 1 or k - 1)))
    end,
    function()
        local x = take()
        local f = one { nn.last, nn.first }
        constants[#constants + 1] = time.ragged and f(x, weight(x.size)) or f(x)
    end,
    function()
        local x = take()
        constants[#constants + 1] = chance(50) and nn.mean(x, time) or nn.tanh(nn.sum(x * 0.3, time))
    end,
    function()
        if #constants == 0 then return put(within()) end
        local c = take(constants)
        put(chance(50) and nn.spread(c, time) or nn.tanh(c + fit(take(), c.size)))
    end,
    function()
        if #constants == 0 then return put(within()) end
        constants[#constants + 1] = within(constants)
    end,
    function()                                           -- what is left after the mean over time
        local x = take()
        put(x - nn.mean(x, time) * 0.8)
    end,
    function()                                           -- weights over time
        local x = take()
        local e = nn.exp(nn.tanh(nn.linear(fresh("score"), 1)(x)))
        constants[#constants + 1] = nn.sum(e * take(), time) / (nn.sum(e, time) + 0.5)
    end,
}

local n = 2 + draw(9)
put(chance(50) and nn.input("x", nn.real(size()), time)
    or nn.embedding("embed", 6, size())(nn.input("ids", nn.class(6), time)))
local what = nn.define("only", 0)                        -- one kind of step alone
for i = 1, n do
    start(i)
    if not string.find(skip, "," .. i .. ",", 1, true) then
        if what > 0 then steps[what]() else one(steps)() end
    end
end

-- What nothing has used goes into the loss or is an output; some of it both.
start(1000)
local outputs, loss = {}, nil
local function add(l) loss = loss and loss + l or l end
local function learn(x, on)
    local o, kind = { reduction = one { "mean", "sum" } }, draw(4)
    if chance(20) then o.weight = nn.sigmoid(nn.input(fresh("weight"), nn.real(), on)) end
    if kind == 1 and x.size > 1 then
        add(nn.cross_entropy(x, nn.target(fresh("y"), nn.class(x.size), on), o))
    elseif kind == 2 then
        add(nn.cross_entropy(nn.dense(fresh("head"), 5)(x), nn.target(fresh("y"), nn.class(5), on), o) * 0.5)
    elseif kind == 3 and x.size > 1 then
        add(nn.cross_entropy(x, nn.softmax(nn.target(fresh("y"), nn.real(x.size), on)), o))
    else
        add(nn.mse(x, nn.target(fresh("y"), nn.real(table.unpack(x.shape)), on), o))
    end
end
for k, list in ipairs { pool, constants } do
    local on = k == 1 and time or nil
    for i, x in ipairs(list) do
        if not used[x] or chance(15) then
            local way = draw(4)
            if way > 1 or not loss then learn(x, on) end
            if way <= 2 then outputs[fresh("out")] = chance(70) and x or soft(x) end
        end
    end
end
if not loss then learn(pool[#pool], time) end
if chance(20) then add(nn.tanh(loss) * loss * 0.1) end
outputs.final = pool[#pool]

return nn.model { name = "random", batch = batch, output = outputs, loss = loss,
    train = { optimizer = nn.adam { lr = 1e-3 }, carry_state = carry } }
