-- expect: start-count.lua:6: nn.gru 'g': start: expected 2 values, one for each layer and direction, found 1
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local h0 = nn.param("h0", 5, nn.zeros)
local y = nn.gru("g", { size = 5, bidirectional = true, start = h0 })(x)
