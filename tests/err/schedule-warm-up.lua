-- expect: schedule-warm-up.lua:3: nn.cosine: warm_up: expected fewer than the 100 steps of the schedule, found 100
local nn = require "nn"
local s = nn.cosine { steps = 100, warm_up = 100 }
