-- random.lua -- a random network for each `-D seed=N`: steps that grow pools of values on several axes, then a loss and outputs
-- that use all of it. `-D skip=3,5` leaves steps out, `-D small=true` keeps sizes below 4, `-D only=N` takes one kind of step
-- alone: what a failing seed is shrunk with. Uses only what docs/language.md lists.
local nn = require "nn"
local D = require "draw"
local within = require "within"
local cells = require "cells"
local draw, one, chance, fraction, size, fresh = D.draw, D.one, D.chance, D.fraction, D.size, D.fresh
local weight, put, take, fit, used = D.weight, D.put, D.take, D.fit, D.used
local sign, initial = cells.sign, cells.initial

local seed, skip, only = nn.define("seed", 1), "," .. nn.define("skip", "") .. ",", nn.define("only", 0)
local last = nn.define("steps", 0)                       -- > 0: so many steps

D.start(seed, 0)
local batch = one { 1, 2, 3, 9 }
D.carry = chance(20)
local function steps() return chance(15) and 1 or draw(7) end
local function axis(name) return D.on(nn.axis(name, steps(), { ragged = chance(55) })) end

local function given(on)                                 -- an input, as vectors
    local kind = draw(5)
    if kind == 1 then return nn.embedding(fresh("embed"), 7, size())(nn.input(fresh("ids"), nn.class(7), on))
    elseif kind == 2 then
        local ids = nn.input(fresh("ids"), nn.class(5), on)
        if chance(50) then put(nn.dense(fresh("dense"), size())(nn.onehot(ids)) * nn.equal(ids, 2)) end
        return nn.onehot(ids)
    elseif kind == 3 then return nn.input(fresh("x"), nn.real(), on)
    elseif kind == 4 then return D.vector(nn.input(fresh("x"), nn.real(draw(3), draw(4)), on)) end
    return nn.input(fresh("x"), nn.real(size()), on)
end

D.here = axis("time")
put(given(D.here.axis))
if chance(35) then put(given(axis("other").axis)) end

local function untied(x) return x + nn.index(x.axis) * 0.037 end   -- where ids are equal steps are, and maxima bend there

local function attend(x)
    local more = {}
    put(cells.attend(x, one(D.pools).list, more))
    for _, a in ipairs(more) do put(a) end
end

local function constant() return #D.constants > 0 end

local kinds = {
    function() put(within()) end, function() put(within()) end, function() put(within()) end,
    function() put(within()) end,
    cells.cell, cells.cell, cells.layer, cells.layer, cells.layer, cells.memory,
    function() put(given(chance(75) and D.here.axis or nil)) end,
    function()
        local x, k = take(), sign() * draw(3)
        put(nn.delay(x, k, initial(x.size, k)))
        if chance(30) and not D.carry then put(nn.delay(x, -k) - x) end
    end,
    function()                                           -- of single numbers
        local x, k = nn.sum(nn.tanh(take())), sign() * draw(3)
        local n, way = k < 0 and -k or k, draw(4)
        local init = way == 1 and fraction() or way == 2 and nn.input(fresh("start"), nn.real(n))
            or way == 3 and weight(n) or nil
        put(nn.tanh(nn.delay(x, k, init)) * take())
    end,
    function()                                           -- two delays of one operand
        local x, k = take(), sign() * draw(2)
        local further = k > 0 and k + 1 or k - 1
        put(nn.delay(x, k, fraction()) + nn.delay(x, further, initial(x.size, further)))
    end,
    function()                                           -- a convolution, dilated, looking either way
        local x, n, s = take(), size(), sign() * draw(2)
        local y
        for j = 0, draw(3) - 1 do
            local part = nn.linear(fresh("tap"), n, { bias = j == 0 })(j == 0 and x or nn.delay(x, j * s))
            y = y and y + part or part
        end
        put(nn.tanh(y))
    end,
    function()
        local x = take()
        local f = one { nn.last, nn.first }
        put(D.here.axis.ragged and f(x, weight(x.size)) or f(x))
    end,
    function()
        local x, on, way = take(), D.here.axis, draw(3)
        if way == 2 then return put(nn.max(untied(x), on)) end
        put(way == 1 and nn.mean(x, on) or nn.tanh(nn.sum(x * 0.3, on)))
    end,
    function()
        if not constant() then return put(within()) end
        local c = take(D.constants)
        put(chance(50) and nn.spread(c, D.here.axis) or nn.tanh(c + fit(take(), c.size)))
    end,
    function()
        if not constant() then return put(within()) end
        put(within(D.constants))
    end,
    function()                                           -- what is left after the mean over time
        local x = take()
        put(x - nn.mean(x, D.here.axis) * 0.8)
    end,
    function()                                           -- weights over time
        local x, on = take(), D.here.axis
        local e = nn.exp(nn.tanh(nn.linear(fresh("score"), 1)(x)))
        put(nn.sum(e * take(), on) / (nn.sum(e, on) + 0.5))
    end,
    function() local x = untied(take()) put(x * nn.peak(x) + nn.tanh(x) * 0.2) end,
    function()                                           -- the number of the step, and how many there are
        local on = D.here.axis
        if chance(50) then put(take() * (nn.index(on) * 0.1 + 0.2))
        elseif chance(50) then put(take() / (nn.length(on) + 1.0))
        else put(nn.tanh(take()) * nn.less(nn.index(on), nn.length(on) - draw(3))) end
    end,
    function()                                           -- all steps as features, and back
        local x, on = take(), D.here.axis
        if x.size > 8 then x = nn.slice(put(x), 1, 5) end
        local m = nn.matrix(x)
        if chance(50) then m = nn.tanh(m * weight(x.size) + weight(on.steps, 1)) end
        local way = draw(4)
        if way == 1 then put(m)
        elseif way == 2 then put(nn.along(m, on))
        elseif way == 3 then put(nn.along(nn.einsum("ij,jk->ik", weight(on.steps, on.steps), m), on))
        else put(nn.along(nn.softmax(m), on)) end
    end,
    function()                                           -- learned positions; the same for every example
        local on = D.here.axis
        D.shared = true
        if chance(30) then return put(nn.tanh(nn.spread(weight(size()), on) * (nn.index(on) * 0.2 - 0.3))) end
        local x = nn.along(weight(on.steps, size()), on)
        put(chance(70) and x + fit(take(), 1) or nn.tanh(x * weight(x.size)))
    end,
    function() attend(take()) end,
    function()
        if not constant() then return put(within()) end
        attend(take(D.constants))
    end,
    function()                                           -- the language's convolution
        local x, on = take(), D.here.axis
        local o = { kernel = draw(3), dilation = chance(30) and 2 or 1, bias = chance(70),
            padding = one { "causal", "causal", "same", "valid", 1 } }
        if chance(30) and o.padding ~= "same" then o.stride = draw(3) end
        local span = (o.kernel - 1) * o.dilation + 1
        if o.padding == 1 and o.kernel < 3 then o.padding = "same" end
        if span > on.steps or D.carry and o.padding ~= "causal" then o.kernel, o.padding = 1, "causal" end
        put(nn.tanh(nn.conv1d(fresh("conv"), size(), o)(x)))
    end,
    function()                                           -- masks
        local x, on, way = take(), D.here.axis, draw(4)
        if way == 1 then put(nn.dropout(x, one { 0.2, 0.5 }))
        elseif way == 2 then put(nn.dropout(x, 0.3, { once = true }))
        elseif way == 3 then put(x * nn.random(x.size, { share = 0.6, value = 2, otherwise = 0.5, axis = on }))
        else put(nn.select(nn.random(1, { share = 0.5, axis = chance(50) and on or nil }), x, nn.tanh(x) * 0.3)) end
    end,
    function()                                           -- every so many steps
        local on = D.here.axis
        local stride, from = draw(3), draw(2) - 1
        if from >= on.steps or stride == 1 and from == 0 then return put(within()) end
        local y = nn.sample(take(), stride, from)
        put(y)
        if chance(40) then put(nn.unsample(nn.tanh(y) + weight(y.size))) end
    end,
}

local n = last > 0 and last or 1 + draw(6)
for i = 1, n do
    D.start(seed, i)
    D.here = chance(50) and D.pools[1] or one(D.pools)
    if not string.find(skip, "," .. i .. ",", 1, true) then
        if only > 0 then kinds[only]() else one(kinds)() end
    end
end

-- What nothing has used goes into the loss or is an output; some of it both.
D.start(seed, 1000)
local outputs, loss = {}, nil
local function add(l) loss = loss and loss + l or l end
local function learn(x, on)
    local o, kind = { reduction = one { "mean", "sum" } }, draw(8)
    if chance(20) then o.weight = nn.sigmoid(nn.input(fresh("weight"), nn.real(), on))
    elseif chance(15) and on then o.weight = nn.less(nn.length(on) - draw(3) - 0.5, nn.index(on)) end
    if on and not o.weight and chance(10) then o.last = draw(3) end
    local function real() return nn.target(fresh("y"), nn.real(x.size), on) end
    if (kind == 2 or kind == 1 and x.size > 1) and chance(30) then o.label_smoothing = 0.2 end
    if kind == 1 and x.size > 1 and x.size < 5 and chance(40) then o.class_weight = ({ 0, { 1, 2 }, { 1, 0.5, 2 }, { 0, 1, 2, 1 } })[x.size] end
    if kind == 5 then
        add(nn.binary_cross_entropy(x, nn.sigmoid(real()), o))
    elseif kind == 6 then
        if chance(40) then o.pos_weight = 1.7 end
        add(nn.binary_cross_entropy(nn.dense(fresh("head"), 1)(x), nn.target(fresh("y"), nn.class(2), on), o))
    elseif kind == 7 then
        add(nn.mae(nn.tanh(x), real() + 3, o))
    elseif kind == 8 then
        o.delta = chance(50) and 2.5 or nil
        add(nn.huber(x, real(), o))
    elseif kind == 1 and x.size > 1 then
        add(nn.cross_entropy(x, nn.target(fresh("y"), nn.class(x.size), on), o))
    elseif kind == 2 then
        add(nn.cross_entropy(nn.dense(fresh("head"), 5)(x), nn.target(fresh("y"), nn.class(5), on), o) * 0.5)
    elseif kind == 3 and x.size > 1 then
        add(nn.cross_entropy(x, nn.softmax(nn.target(fresh("y"), nn.real(x.size), on)), o))
    else
        add(nn.mse(x, nn.target(fresh("y"), nn.real(x.size), on), o))
    end
end
local function output(x, on)                             -- something of each example
    if D.shared then
        local own = on and not on.parent and D.on(on).list[1]
        if not own then return learn(x, on) end
        x = x + nn.mean(own) * 0.1
    end
    outputs[fresh("out")] = chance(70) and x or D.soft(x)
end
local function finish(list, on)
    for _, x in ipairs(list) do
        if not used[x] or chance(10) then
            local way = draw(4)
            if way > 1 or not loss then learn(x, on) end
            if way <= 2 then output(x, on) end
        end
    end
end
for _, p in ipairs(D.pools) do finish(p.list, p.axis) end
finish(D.constants)
local first = D.pools[1]
if not loss then learn(first.list[#first.list], first.axis) end
if chance(20) then add(nn.tanh(loss) * loss * 0.1) end
outputs.final = first.list[1] + nn.mean(first.list[#first.list])

return nn.model { name = "random", batch = batch, output = outputs, loss = loss,
    train = { optimizer = nn.adam { lr = 1e-3 }, carry_state = D.carry } }
