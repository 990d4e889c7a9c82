-- expect: dropout-share.lua:4: nn.dropout: p: expected a number of at least 0 and below 1, found the number 1
local nn = require "nn"
local x = nn.input("x", nn.real(5))
local y = nn.dropout(x, 1)
