-- I8: eight causal convolutions 16 -> 16 channels, kernel 3, dilations 1 .. 128, tanh after each. One step, batch 1.
local nn = require "nn"
local time = nn.axis("time", nn.define("steps", 256))
local x, y = nn.input("x", nn.real(16), time), nn.target("y", nn.real(16), time)
local out = x
for layer = 0, 7 do
  local d = 1 << layer
  local taps = nn.delay(out, 2 * d) .. nn.delay(out, d) .. out
  out = nn.tanh(nn.dense("conv" .. layer, 16)(taps))
end
return nn.model { name = "I8", output = { y = out }, loss = nn.mse(out, y) }
