-- expect: long-text.lua:4: the description takes too long: more than 200000000 instructions; expected an end
local nn = require "nn"
local s = string.rep("x", 1000000)
for i = 1, 1e6 do s:upper() end
