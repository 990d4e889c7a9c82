-- Steps at the end of each example, and their gradients, of values that could be computed again: they must be in memory.
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x = nn.input("x", nn.real(3), time)
local h = nn.gru("g", { size = 3 })(x)
local c = nn.last(nn.select(nn.less(h, 0.1), x, h * 0.5), nn.param("w", 3, nn.normal(1)))
local y = nn.tanh(h * c)
return nn.model { name = "last_cut", batch = 3, output = { y = y }, loss = nn.mse(y, nn.target("y", nn.real(3), time)) }
