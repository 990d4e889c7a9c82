-- dilated, strided, padded convolutions and one that shortens the input of a recurrence
local nn = require "nn"
local time = nn.axis("time", 12, { ragged = true })
local x = nn.input("x", nn.real(4), time)
local y = nn.target("y", nn.real(5))
local a = nn.conv1d("a", 7, { kernel = 3, dilation = 2 })(x)
local b = nn.conv1d("b", 6, { kernel = 4, padding = "same"})(nn.tanh(a))
local c = nn.conv1d("c", 5, { kernel = 4, stride = 2, padding = "valid"})(nn.tanh(b))
local d = nn.conv1d("d", 5, { kernel = 2, stride = 2, padding = "valid"})(nn.tanh(b))
local e = nn.conv1d("e", 5, { kernel = 4, stride = 2, padding = 1})(nn.tanh(b))
local r = nn.rnn("r", {size = 5})(c)
return nn.model { name = "convolution", batch = 3, output = { o = e, p = d }, loss = nn.mse(nn.last(r), y) + nn.mse(nn.mean(d,d.axis), y)  + nn.mse(nn.mean(e,e.axis), y)}
