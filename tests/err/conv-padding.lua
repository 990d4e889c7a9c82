-- expect: conv-padding.lua:5: nn.conv1d 'c': padding: expected "causal" or "valid" or "same", found the string 'casual'; did you mean 'causal'?
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local f = nn.conv1d("c", 2, { kernel = 3, padding = "casual" })
