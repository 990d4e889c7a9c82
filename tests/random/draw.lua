-- draw.lua -- what random.lua draws with: numbers from a seed, and pools of vectors, one for each axis and one of values without
-- axis. Everything that is put into a pool must be used in the end: by an operation, the loss or an output.
local nn = require "nn"
local D = { small = nn.define("small", false) }

local state = 0
function D.draw(n)                                       -- 1 .. n
    state = state * 6364136223846793005 + 1442695040888963407
    return (state >> 33) % n + 1
end
local draw = D.draw
function D.start(seed, step)
    state = seed * 1000003 + step * 7919
    for _ = 1, 5 do draw(2) end
end
function D.one(list) return list[draw(#list)] end
local one = D.one
function D.chance(percent) return draw(100) <= percent end
local chance = D.chance
function D.fraction() return (draw(19) - 10) / 10 + 0.03 end
function D.size()
    if D.small then return draw(3) end
    return chance(85) and draw(6) or one { 1, 16, 17, 31, 33, 65 }
end

local names = {}
function D.fresh(prefix)
    names[prefix] = (names[prefix] or 0) + 1
    return prefix .. names[prefix]
end
local fresh = D.fresh
function D.weight(...) return nn.param(fresh("w"), { ... }, nn.normal(0.5)) end
local weight = D.weight

-- Pools. D.here: that of the axis at hand, { axis =, list = }.
D.pools, D.constants, D.used = {}, {}, {}
local used = D.used
function D.on(axis)
    for _, p in ipairs(D.pools) do
        if p.axis.name == axis.name then return p end
    end
    local p = { axis = axis, list = {} }
    D.pools[#D.pools + 1] = p
    return p
end
local function vector(x)
    if #x.shape == 1 then return x end
    local n = 1
    for _, s in ipairs(x.shape) do n = n * s end
    return nn.reshape(x, n)
end
D.vector = vector
function D.put(x)
    x = vector(x)
    local list = x.axis and D.on(x.axis).list or D.constants
    list[#list + 1] = x
    return x
end
local put = D.put
function D.take(list)
    list = list or D.here.list
    local i = chance(50) and #list or draw(#list)        -- half of the time the newest
    used[list[i]] = true
    return list[i]
end
local take = D.take

function D.fit(x, n)                                     -- a vector of n features from one of any number
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

function D.pair(from)
    local x, y = take(from), take(from)
    if x.size == 1 or y.size == 1 then return x, y end   -- broadcast
    return x, D.fit(y, x.size)
end

function D.divisor(n)
    local d = draw(n)
    while n % d ~= 0 do d = d - 1 end
    return d
end

function D.norm(x)
    if x.size == 1 then return nn.tanh(x * 0.6) end
    if chance(40) then return nn.layer_norm(fresh("norm"), { eps = one { 0.3, 0.1 } })(x) end
    local c = x - nn.mean(x)
    return c / nn.sqrt(nn.mean(c * c) + 0.3)
end

function D.soft(x) return x.size > 1 and nn.softmax(x) or nn.sigmoid(x) end

return D
