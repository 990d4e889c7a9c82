-- torch_stack_13.lua: from torch_stack_13.onnx (pytorch); weights in torch_stack_13.safetensors
--   input x: [time, batch, 3 features]
--   input h0: [2 features, batch, 4 features]
--   input c0: [2 features, batch, 4 features]
--   output y: [time, batch, 2 features]
--   output hn: [2 features, batch, 4 features]
--   output cn: [2 features, batch, 4 features]
local nn = require "nn"

local seq = nn.axis("seq", nn.define("steps", 20))
local x = nn.input("x", nn.real(3), seq)
local h0 = nn.input("h0", nn.real(2, 4))
local c0 = nn.input("c0", nn.real(2, 4))

local lstm, h, c = nn.lstm("rnn", { size = 4, layers = 2, final = true,
    start = { h = { nn.reshape(nn.rows(h0, 1, 1), 4), nn.reshape(nn.rows(h0, 2, 2), 4) },
        c = { nn.reshape(nn.rows(c0, 1, 1), 4), nn.reshape(nn.rows(c0, 2, 2), 4) } } })(x)
local y = nn.tanh(nn.linear("out", 2)(lstm))
local target = nn.target("target", nn.real(2), seq)

return nn.model {
  name = "torch_stack_13", batch = 1,
  output = { y = y, hn = nn.reshape(h[1] .. h[2], 2, 4), cn = nn.reshape(c[1] .. c[2], 2, 4) },
  loss = nn.mse(y, target),           -- the file has none: put yours here
}
