-- expect: schedule-both.lua:3: nn.step_lr: every and epochs both say how long; expected one of them
local nn = require "nn"
local s = nn.step_lr { every = 100, epochs = 2 }
