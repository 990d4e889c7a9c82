-- expect: joined-bias.lua:5: nn.rnn 'g': joined: there is one bias; bias = false leaves it out
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.rnn("g", { size = 5, joined = true, bias_hh = false })(x)
