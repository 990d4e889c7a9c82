-- expect: dropout-once.lua:4: nn.dropout: once: without steps a mask is drawn once anyway; expected a sequence, found a value (batch, [5])
local nn = require "nn"
local x = nn.input("x", nn.real(5))
local y = nn.dropout(x, 0.5, { once = true })
