-- expect: attention-size.lua:5: nn.dot_attention: expected as many features as the states have (3), found 6
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.dot_attention(x .. x, x)
