-- torch_convolved.lua: dilated, padded and strided convolutions, two branches that meet, a recurrence (make_goldens_nets.py)
local nn = require "nn"
local time = nn.axis("time", 12, { ragged = true })
local x, y = nn.input("x", nn.real(3), time), nn.target("y", nn.real(2))
local v = nn.tanh(nn.conv1d("a", 5, { kernel = 3, dilation = 2 })(x))
v = nn.tanh(nn.conv1d("b", 4, { kernel = 4, padding = "same" })(v))
v = nn.tanh(nn.conv1d("c", 4, { kernel = 3, padding = 1 })(v))
local d = nn.conv1d("d", 3, { kernel = 4, stride = 2, padding = "valid" })
local e = nn.conv1d("e", 3, { kernel = 4, stride = 2, padding = "valid", bias = false })
local short = nn.tanh(d(v)) * nn.sigmoid(e(v))
local guess = nn.dense("out", 2)(nn.last(nn.gru("rnn", { size = 17 })(short)))
return nn.model {
  name = "torch_convolved", batch = 3, output = { guess = guess, same = v, short = short }, loss = nn.mse(guess, y),
}
