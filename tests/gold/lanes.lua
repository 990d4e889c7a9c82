-- a batch of whole vectors and few features: examples lie side by side; slices, delays of several steps, broadcasts, sums
local nn = require "nn"
local time = nn.axis("time", 5)
local x, z = nn.input("x", nn.real(1), time), nn.input("z", nn.real(), time)
local y = nn.target("y", nn.real(1), time)
local a = nn.lstm("a", { size = 5 })(x)
local b = nn.gru("b", { size = 7 })(a)
local c = nn.rnn("c", { size = 22 })(b * z)
local out = nn.dense("out", 1)(nn.tanh(nn.dense("mix", 3)(c) * nn.delay(x, 2) + nn.delay(nn.dense("back", 3)(b), 1)))
return nn.model { name = "lanes", batch = 32, output = { o = out }, loss = nn.mse(out, y) }
