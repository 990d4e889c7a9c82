-- Truncated backpropagation where a new text may begin in the middle of a window, in each example on its own: at such a step the
-- state that is carried, from the step before or from the window before, counts as 0, and no gradient passes.
local nn = require "nn"
local time  = nn.axis("time", 6)
local x     = nn.input("x", nn.real(3), time)
local begin = nn.input("begin", nn.class(2), time)               -- 1: a text begins here
local W, U, h = nn.dense("W", 5), nn.dense("U", 5), nn.state(5, { name = "h" })
h.next = nn.tanh(W(x) + U(nn.select(nn.equal(begin, 1), 0, h)))
local y = nn.dense("out", 2)(h.next)
return nn.model { name = "reset", batch = 4, output = { y = y }, loss = nn.mse(y, nn.target("z", nn.real(2), time)), train = { carry_state = true } }
