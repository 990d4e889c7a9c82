-- expect: conv-long.lua:5: nn.conv1d 'c': the kernel covers 5 steps, 'time' has 4
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local y = nn.conv1d("c", 2, { kernel = 3, dilation = 2, padding = "valid" })(x)
