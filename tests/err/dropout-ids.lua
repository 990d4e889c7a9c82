-- expect: dropout-ids.lua:4: nn.dropout: x: expected real numbers, found 'x' (class ids)
local nn = require "nn"
local x = nn.input("x", nn.class(5))
local y = nn.dropout(x, 0.5)
