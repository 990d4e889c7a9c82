-- expect: format-value.lua:3: bad argument #3 to 'format' (no value)
local nn = require "nn"
local s = string.format("%d %d", 1)
