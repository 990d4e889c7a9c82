-- ragged.lua: many to one over examples of any length up to 6: both directions, attention, pooling, a strided convolution
local nn = require "nn"
local t = nn.axis("t", 6, { ragged = true })
local x, y = nn.input("x", nn.real(3), t), nn.target("y", nn.class(4))
local h = nn.lstm("both", { size = 5, layers = 2, bidirectional = true })(nn.gru("g", { size = 5, reset = "before" })(x))
local k = nn.tanh(nn.conv1d("conv", 5, { kernel = 2, stride = 2, padding = "valid" })(h))
local seen = nn.additive_attention("seen", 4)(nn.last(h), h) .. nn.dot_attention(nn.first(h), h)
local o = nn.linear("o", 4)(seen .. nn.last(h) .. nn.max(h, t) .. nn.mean(h, t) .. nn.last(k))
return nn.model { name = "ragged", batch = 3, output = { p = nn.softmax(o) }, loss = nn.cross_entropy(o, y) }
