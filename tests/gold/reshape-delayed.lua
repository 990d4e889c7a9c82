-- reshape-delayed.lua: found by review; verify holds it
local nn = require "nn"
local time = nn.axis("time", 6)
local x = nn.input("x", nn.real(6), time)
local W = nn.param("W", {6,6}, nn.normal(0.5))
local m = nn.reshape(nn.tanh(nn.matmul(W, x)), 2, 3)
local d = nn.delay(nn.slice(m, 1, 2), 1)
local y = nn.reshape(d, 4)
local z = nn.linear("o", 2)(y)
local t = nn.target("t", nn.real(2), time)
return nn.model{ name = "reshape_delayed", batch=2, output={ y = z }, loss = nn.mse(z, t) }
