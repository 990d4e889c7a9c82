-- expect: conv-pad-more.lua:5: nn.conv1d 'c': padding: expected at most 1 for 3 steps of the kernel, found 2
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.conv1d("c", 2, { kernel = 3, padding = 2 })(x)
