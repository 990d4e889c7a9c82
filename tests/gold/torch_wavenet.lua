-- torch_wavenet.lua: dilated convolutions with gates, residual and skip connections (make_goldens_nets.py)
local nn = require "nn"
local time = nn.axis("time", 16)
local x, y = nn.input("x", nn.real(1), time), nn.target("y", nn.real(2), time)
local v, total = nn.conv1d("first", 3, { kernel = 1 })(x), 0
for i, d in ipairs { 1, 2, 4 } do
  local p, q = nn.split(nn.conv1d("gate." .. i - 1, 6, { kernel = 2, dilation = d })(v), 2)
  local z = nn.tanh(p) * nn.sigmoid(q)
  total = nn.conv1d("skip." .. i - 1, 3, { kernel = 1 })(z) + total
  if i < 3 then v = v + nn.conv1d("res." .. i - 1, 3, { kernel = 1 })(z) end
end
local guess = nn.conv1d("out", 2, { kernel = 1 })(nn.relu(total))
return nn.model { name = "torch_wavenet", batch = 3, output = { guess = guess }, loss = nn.mse(guess, y) }
