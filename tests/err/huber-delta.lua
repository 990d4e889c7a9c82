-- expect: huber-delta.lua:7: nn.huber: delta: expected a number above 0, found the number 0
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.target("y", nn.class(3), time)
local z = nn.target("z", nn.real(2), time)
local l = nn.huber(x, x, { delta = 0 })
