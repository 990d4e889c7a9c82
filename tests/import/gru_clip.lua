-- gru_clip.lua: from gru_clip.onnx (make_onnx); weights in gru_clip.safetensors
--   input X: [time 5, batch 2, 2 features]
--   output Y: [time 5, 1, batch 2, 3 features]
--   output Y_h: [1, batch 2, 3 features]
local nn = require "nn"

local time = nn.axis("time", 5)
local X = nn.input("X", nn.real(2), time)

local function clip(x, most) return nn.max(nn.min(x, most), -most) end

local gru_h0_l0 = nn.param("gru.h0_l0", 3, nn.zeros)
local h = nn.state(3, { name = "gru.h_l0", axis = time, init = gru_h0_l0 })
local x = nn.matmul(nn.param("gru.weight_ih_l0", { 9, 2 }, nn.uniform(0.577)), X)
local r, z, n = nn.split(x + nn.param("gru.bias_ih_l0", 9, nn.uniform(0.577)), 3)
local gru_weight_hh_l0 = nn.param("gru.weight_hh_l0", { 9, 3 }, nn.uniform(0.577))
local gru_bias_hh_l0 = nn.param("gru.bias_hh_l0", 9, nn.uniform(0.577))
local x2 = nn.matmul(nn.rows(gru_weight_hh_l0, 4, 6), h) + nn.slice(gru_bias_hh_l0, 4, 6)
local update = nn.sigmoid(clip(z + x2, 0.5))
local x3 = nn.matmul(nn.rows(gru_weight_hh_l0, 1, 3), h) + nn.slice(gru_bias_hh_l0, 1, 3)
local x4 = nn.matmul(nn.rows(gru_weight_hh_l0, 7, 9), nn.sigmoid(clip(r + x3, 0.5)) * h)
local x5 = (1 - update) * nn.tanh(clip(n + (x4 + nn.slice(gru_bias_hh_l0, 7, 9)), 0.5))
h.next = x5 + update * h
local target = nn.target("target", nn.real(3), time)

return nn.model {
  name = "gru_clip", batch = 2,
  output = { Y = h.next, Y_h = nn.last(h.next, gru_h0_l0) },
  loss = nn.mse(h.next, target),           -- the file has none: put yours here
}
