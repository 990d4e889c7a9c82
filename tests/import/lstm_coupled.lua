-- lstm_coupled.lua: from lstm_coupled.onnx (make_onnx); weights in lstm_coupled.safetensors
--   input X: [time 5, batch 2, 2 features]
--   input lens: the lengths of time
--   output Y: [time 5, 1, batch 2, 3 features]
--   output Y_h: [1, batch 2, 3 features]
--   output Y_c: [1, batch 2, 3 features]
local nn = require "nn"

local time = nn.axis("time", 5, { ragged = true })
local X = nn.input("X", nn.real(2), time)

local h = nn.state(3, { name = "lstm.h_l0_reverse", axis = time, delay = -1 })
local x = nn.matmul(nn.param("lstm.weight_ih_l0_reverse", { 12, 2 }, nn.uniform(0.577)), X)
local x2 = nn.matmul(nn.param("lstm.weight_hh_l0_reverse", { 12, 3 }, nn.uniform(0.577)), h)
local x3 = x + nn.param("lstm.bias_ih_l0_reverse", 12, nn.uniform(0.577)) + (x2 + nn.param("lstm.bias_hh_l0_reverse", 12, nn.uniform(0.577)))
local i, _, g, o = nn.split(x3, 4)
local c = nn.state(3, { name = "lstm.c_l0_reverse", axis = time, delay = -1 })
local write = nn.sigmoid(i)
c.next = (1 - write) * c + write * nn.tanh(g)
h.next = nn.sigmoid(o) * nn.tanh(c.next)
local target = nn.target("target", nn.real(3), time)

return nn.model {
  name = "lstm_coupled", batch = 2,
  output = { Y = h.next, Y_h = nn.first(h.next), Y_c = nn.first(c.next) },
  loss = nn.mse(h.next, target),           -- the file has none: put yours here
}
