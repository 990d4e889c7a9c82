-- delay-of-delay.lua: found by review; verify holds it
local nn = require "nn"
local time = nn.axis("time", 9)
local D = nn.define("d", 1)
local E = nn.define("e", 2)
local order = nn.define("order", 1)
local x = nn.input("x", nn.real(5), time)
local h = nn.state(5, {name="h", delay=D, axis=time})
local g = nn.state(5, {name="g", delay=E, axis=time})
local u = order == 1 and nn.linear("u", 5)(g) + nn.linear("v",5)(h) + x or nn.linear("v",5)(h) + nn.linear("u", 5)(g) + x
h.next = nn.tanh(u)
g.next = h
local t = nn.target("t", nn.real(5), time)
return nn.model{ name = "delay_of_delay", batch=2, output={ y = h.next }, loss = nn.mse(h.next, t) }
