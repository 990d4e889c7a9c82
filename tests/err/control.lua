-- expect: control.lua:3: clear ?[2J the screen
local nn = require "nn"
error("clear \27[2J the screen")
