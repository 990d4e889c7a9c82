-- A cabinet: dilated causal convolutions, gated as in WaveNet, whose layers all add to the output.
local nn = require "nn"

local channels, layers = nn.define("channels", 8), nn.define("layers", 8)
local time  = nn.axis("time", 2048)
local dry   = nn.input("dry", nn.real(1), time)
local mike  = nn.target("mike", nn.real(1), time)
local x     = nn.linear("in", channels)(dry)
local skips = {}
for i = 1, layers do
  local reach = 1 << (i - 1)
  local both  = nn.linear("conv" .. i, 2 * channels)(nn.delay(x, 2 * reach) .. nn.delay(x, reach) .. x)
  local a, b  = nn.split(both, 2)
  local z     = nn.tanh(a) * nn.sigmoid(b)
  skips[i] = z
  if i < layers then x = x + nn.linear("mix" .. i, channels)(z) end
end
local wet = nn.linear("out", 1)(nn.concat(table.unpack(skips)))

return nn.model {
  name = "cabinet", batch = 16,
  reset = "rest",
  output = { wet = wet },
  loss = nn.mse(wet, mike),
  train = { optimizer = nn.adam { lr = 5e-3 } },
}
