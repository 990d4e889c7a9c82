-- expect: schedule-every.lua:3: nn.step_lr: every is missing; expected the steps from one drop to the next, or epochs
local nn = require "nn"
local s = nn.step_lr { factor = 0.5 }
