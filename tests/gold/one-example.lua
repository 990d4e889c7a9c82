-- Kernels of one step and one example follow each other in one function; an output twice, a part twice.
local nn = require "nn"
local time = nn.axis("time", 4)
local x = nn.input("x", nn.real(3), time)
local h, c = nn.state(3), nn.state(5)
local a = nn.tanh(nn.linear("a", 3)(h .. x) + nn.sum(c))
h.next = nn.softmax(a)
c.next = nn.tanh(nn.linear("b", 5)(h.next) * 0.5 + c)
local y = nn.tanh(c.next)
return nn.model { name = "one", output = { first = y, second = y }, loss = nn.mse(y .. x .. y, nn.target("y", nn.real(13), time)) }
