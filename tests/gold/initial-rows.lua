-- initial-rows.lua: initial values that lie otherwise than the operand: one number for all features, one row for all steps
local nn = require "nn"
local time = nn.axis("time", 6, { ragged = true })
local x = nn.input("x", nn.real(5), time)
local y = nn.target("y", nn.real(2), time)
local one = nn.param("one", { 1 }, nn.uniform(0.5))
local row = nn.param("row", { 5 }, nn.uniform(0.5))
local a = nn.delay(x, -2, one)
local b = nn.delay(nn.tanh(x), -1, row)
local c = nn.delay(x, 3, one) .. nn.delay(x, 2, 0.25)
local guess = nn.dense("out", 2)(a .. b .. c)
return nn.model { name = "initial_rows", batch = 4, output = { guess = guess }, loss = nn.mse(guess, y) }
