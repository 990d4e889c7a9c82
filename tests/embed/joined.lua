-- joined.lua: cells whose products are computed in the kernel that reads them: parts of one, three and four
local nn = require "nn"
local H = nn.define("hidden", 17)
local time = nn.axis("time", 5)
local x, y = nn.input("x", nn.real(3), time), nn.target("y", nn.real(2), time)
local a = nn.gru("g", { size = H })(x)
a = nn.lstm("l", { size = H + 3 })(nn.rnn("r", { size = H + 1 })(a))
local out = nn.dense("out", 2)(a)
return nn.model { name = "joined", batch = 2, output = { out = out }, loss = nn.mse(out, y) }
