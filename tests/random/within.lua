-- within.lua -- random operations within a step, on values of one axis and of none; values stay tame, and kinks lie away from
-- 0, where delays and padding put many numbers.
local nn = require "nn"
local D = require "draw"
local draw, one, chance, fraction, size, fresh = D.draw, D.one, D.chance, D.fraction, D.size, D.fresh
local weight, put, take, fit, pair, soft = D.weight, D.put, D.take, D.fit, D.pair, D.soft

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
        local x = D.norm(take(from))
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
    function(from)                                       -- the largest, and what lies there
        local x, y = pair(from)
        if x.size ~= y.size then return nn.tanh(x - y) end
        return nn.best(x * 0.9 + weight(x.size)) * nn.tanh(y) + x * 0.3
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
        local a = D.divisor(x.size)
        local b = x.size // a
        local m, kind = nn.reshape(x, a, b), draw(10)
        if kind == 1 then m = m * weight(b) + weight(a, 1)
        elseif kind == 2 and b > 1 then m = nn.softmax(m)
        elseif kind == 3 then m = nn.tanh(nn.matmul(weight(draw(4), b), m))
        elseif kind == 4 and a > 1 then m = nn.rows(m, 2, a) put(x)
        elseif kind == 5 and b > 1 then m = nn.slice(m, 2, b) * nn.slice(m, 1, b - 1)
        elseif kind == 6 then m = m .. nn.tanh(m * weight(a, 1) - 0.2)
        elseif kind == 7 and b > 1 then m = nn.log_softmax(m) * 0.2 + nn.mean(m)
        elseif kind == 8 then m = nn.tanh(nn.einsum("ij,jk->ki", m, weight(b, draw(4))))
        elseif kind == 9 then m = nn.einsum("ij,ij->i", m, nn.tanh(m * weight(b)))
        else m = nn.tanh(m - nn.max(nn.slice(m, 1, 1) + 0.4, nn.slice(m, b, b) - 0.35)) end
        return D.vector(m)
    end,
    function(from)                                       -- three dimensions
        local x, a, b = take(from), draw(3), draw(3)
        local m = nn.reshape(fit(x, a * b * 2), a, 2, b)
        if chance(50) then m = nn.tanh(m * weight(2, 1) - weight(b)) end
        if chance(40) then return nn.einsum("ijk,kj->i", m, weight(b, 2)) end
        if chance(40) and b > 1 then m = nn.softmax(m) end
        return D.vector(nn.matmul(weight(draw(3), b), m))
    end,
    function(from)                                       -- an outer product, and a matrix of the example's own
        local x, y = fit(take(from), draw(4)), fit(take(from), draw(5))
        local m = nn.reshape(x, x.size, 1) * nn.reshape(y, 1, y.size)
        if chance(50) then return nn.tanh(nn.matmul(m, fit(take(from), y.size))) end
        if chance(40) then
            return nn.tanh(D.vector(nn.einsum("ij,kj->ik", m, nn.reshape(fit(take(from), 2 * y.size), 2, y.size))))
        end
        return nn.reshape(m, x.size * y.size)
    end,
}

return function(from) return D.vector(one(ops)(from)) end
