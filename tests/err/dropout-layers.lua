-- expect: dropout-layers.lua:4: nn.lstm 'rnn': dropout acts between layers; expected at least 2, found 1
local nn = require "nn"
local x = nn.input("x", nn.real(5), nn.axis("time", 8))
local h = nn.lstm("rnn", { size = 4, dropout = 0.5 })
