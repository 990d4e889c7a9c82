-- Values of several steps ago: a predictor keeps them in rings. Some begin with rows that are learned, some with 0.
local nn = require "nn"
local time = nn.axis("time", 23)
local x = nn.input("x", nn.real(3), time)
local conv = nn.conv1d("conv", 5, { kernel = 3, dilation = 4 })(x)
local h = nn.state(5, { name = "ring_4", delay = 4, init = nn.param("before", { 4, 5 }, nn.uniform(1)) })
h.next = nn.tanh(nn.linear("in", 5)(conv) + nn.linear("back", 5)(h) + nn.delay(conv, 2, 0.5))
local y = h.next .. nn.delay(x, 7) .. nn.delay(h.next, 1)
return nn.model { name = "rings", output = { y = y }, loss = nn.mse(y, 0.5 * y * y) }
