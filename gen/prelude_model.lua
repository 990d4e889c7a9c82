-- The language of descriptions, last part: optimizers, the model, what cells need. Takes what prelude.lua gives and
-- the other parts have added to; gives `nn` and a function that adds the cells to it and closes the global names.
local core, api, H = ...
local type, ipairs, pairs, setmetatable = type, ipairs, pairs, setmetatable
local format = string.format
local need, options, def, a, found, hint = H.need, H.options, H.def, H.a, H.found, H.hint
local sorted_keys, fail, waiting = H.sorted_keys, core.fail, H.waiting

-- ---- optimizers ------------------------------------------------------------------------------------------------

local lr, decay = { "lr", "positive" }, { "weight_decay", "not_negative", 0 }
local optimizers = {                     -- the defaults are PyTorch's; SGD's rate must be said
    sgd = { lr, { "momentum", "share", 0 }, { "dampening", "not_negative", 0 }, { "nesterov", "flag", false },
        decay },
    adam = { { "lr", "positive", 1e-3 }, { "beta1", "share", 0.9 }, { "beta2", "share", 0.999 },
        { "eps", "positive", 1e-8 }, decay },
    adamw = { { "lr", "positive", 1e-3 }, { "beta1", "share", 0.9 }, { "beta2", "share", 0.999 },
        { "eps", "positive", 1e-8 }, { "weight_decay", "not_negative", 0.01 } },
    adagrad = { { "lr", "positive", 1e-2 }, { "eps", "positive", 1e-10 },
        { "lr_decay", "not_negative", 0 }, { "initial_accumulator_value", "not_negative", 0 }, decay },
    rmsprop = { { "lr", "positive", 1e-2 }, { "alpha", "share", 0.99 }, { "eps", "positive", 1e-8 },
        { "momentum", "share", 0 }, decay },
}

for kind, spec in pairs(optimizers) do
    def(kind, 1, function(t)
        local o = options("nn." .. kind, t, spec)
        if o.nesterov and (o.momentum == 0 or o.dampening ~= 0) then
            fail("nn.sgd: nesterov: expected a momentum above 0 and no dampening")
        end
        o.kind = kind
        return a("an optimizer", o)
    end)
end

-- ---- schedules of the learning rate ----------------------------------------------------------------------------

local least, warm_up = { "least", "not_negative", 0 }, { "warm_up", "length", 0 }
local schedules = {
    constant_lr = { warm_up },
    step_lr = { { "every", "count", false }, { "epochs", "positive", false }, { "factor", "ratio", 0.1 }, least, warm_up },
    cosine = { { "steps", "count", false }, { "epochs", "positive", false }, least, warm_up },
    plateau = { { "factor", "ratio", 0.1 }, { "patience", "length", 10 }, { "threshold", "share", 1e-4 }, least, warm_up },
}

for kind, spec in pairs(schedules) do
    def(kind, 1, function(t)
        local what = "nn." .. kind
        local o = options(what, t, spec)
        local steps = o.every or o.steps
        if steps and o.epochs then
            fail(format("%s: %s and epochs both say how long; expected one of them", what, o.every and "every" or "steps"))
        end
        if kind == "step_lr" and not steps and not o.epochs then
            fail(what .. ": every is missing; expected the steps from one drop to the next, or epochs")
        end
        if kind == "cosine" and steps and o.warm_up >= steps then
            fail(format("%s: warm_up: expected fewer than the %d steps of the schedule, found %d", what, steps, o.warm_up))
        end
        o.kind, o.steps, o.every = kind, steps, nil
        return a("a schedule", o)
    end)
end

-- ---- the model -------------------------------------------------------------------------------------------------

local train_options = { { "optimizer", "optimizer", false }, { "clip_norm", "positive", false },
    { "clip_value", "positive", false }, { "carry_state", "flag", false }, { "steps", "length", 0 },
    { "epochs", "not_negative", 0 }, { "valid", "share", 0 }, { "schedule", "schedule", false },
    { "patience", "length", 0 } }

def("model", 1, function(t)
    local what = "nn.model"
    local o = options(what, t, { { "name", "identifier" }, { "output", "table" }, { "loss", "value" },
        { "batch", "lanes", 1 }, { "train", "table", false }, { "data", "data", false }, { "generate", "table", false },
        { "reset", { "start", "rest" }, "start" } })
    local outputs = {}
    for name, v in pairs(o.output) do
        name = need(what, "name of an output", name, "identifier")
        local _, batch = core.type(need(what, "output '" .. name .. "'", v, "operand"))
        local _, _, _, classes = core.type(v)
        if not batch or classes > 0 then
            fail(format("%s: output '%s': expected real numbers of each example, found %s", what, name, found(v)))
        end
        outputs[#outputs + 1] = { name = name, value = v }
        outputs[name] = v
    end
    if #outputs == 0 then
        fail(what .. ": output: expected at least one, as output = { next = ... }, found none")
    end
    local axis, batch, shape, classes = core.type(o.loss)
    if axis or batch or #shape > 0 or classes > 0 then
        fail(format("%s: loss: expected one number, found %s; nn.cross_entropy and nn.mse give one", what,
            found(o.loss)))
    end
    for _, l in ipairs(waiting) do
        if not l.used then
            core.fail_at(l.file, l.line, format("the layer %s '%s' is not used: it is never given a value", l.what,
                l.name))
        end
    end
    local train = options(what .. ": train", o.train, train_options)
    local file, line = core.line()
    local all = { file = file, line = line }
    for k, v in pairs(train.optimizer or api.adam {}) do all[k] = v end
    for k, v in pairs(train) do if k ~= "optimizer" and k ~= "schedule" then all[k] = v end end
    for k, v in pairs(train.schedule or {}) do all["schedule_" .. k] = v end
    if train.schedule and train.schedule.least and train.schedule.least > all.lr then
        fail(format("%s: train: schedule: least: expected at most the optimizer's lr, %g, found %g", what, all.lr,
            train.schedule.least))
    end
    local data
    if o.data then
        data = { file = file, line = line }
        for k, v in pairs(o.data) do data[k] = v end
    end
    local generate
    if o.generate then
        generate = options(what .. ": generate", o.generate, { { "from", "text" }, { "into", "ids" } })
        generate = { from = generate.from, into = generate.into, file = file, line = line }
        if not outputs[generate.from] then
            fail(format("%s: generate: from: expected the name of an output, found '%s'%s", what, generate.from,
                hint(generate.from, sorted_keys(o.output))))
        end
    end
    core.model { name = o.name, batch = o.batch, outputs = outputs, loss = o.loss, train = all, data = data,
        generate = generate, rest = o.reset == "rest" and { file = file, line = line } or nil }
    return true
end)

-- ---- for cells: their own arguments, checked as ours are -------------------------------------------------------

api.options = function(what, t, spec)
    need("nn.options", "name", what, "text")
    if type(spec) ~= "table" then
        fail("nn.options: expected a list of { name, kind [, default] }, found " .. found(spec))
    end
    for _, s in ipairs(spec) do
        if type(s) ~= "table" or type(s[1]) ~= "string" or (type(s[2]) ~= "string" and type(s[2]) ~= "table") then
            fail("nn.options: expected a list of { name, kind [, default] }")
        end
    end
    return options(what, t, spec)
end

def("expect", 4, function(what, name, v, kind)
    return need(need("nn.expect", "what", what, "text"), need("nn.expect", "name", name, "text"), v, kind)
end)

-- ---- nn --------------------------------------------------------------------------------------------------------

local entries = {}
local nn = setmetatable({}, {
    __index = entries,
    __newindex = function() fail("nn: expected only reading; keep what is your own in a local variable") end,
    __metatable = false,
})

local function add(list)
    for name, v in pairs(list) do
        if type(v) == "function" then entries[name] = core.wrap(v) else entries[name] = v end
    end
end

add(api)
setmetatable(entries, { __index = core.absent(function(key)
    fail(format("nn has no '%s'%s", type(key) == "string" and key or found(key), hint(key, sorted_keys(entries))))
end) })

return nn, function(globals, cells, layers)
    add(cells)
    add(layers)
    setmetatable(globals, { __metatable = false, __index = core.absent(function(key, names)
        for _, k in ipairs(sorted_keys(globals)) do names[#names + 1] = k end
        fail(format("the variable '%s' is not defined%s", type(key) == "string" and key or found(key),
            hint(key, names)))
    end) })
end
