-- expect: einsum-letter.lua:6: nn.einsum: 'k' stands in one place only
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local W = nn.param("W", { 3, 2 }, nn.zeros)
local y = nn.einsum("i,ij->jk", x, W)
