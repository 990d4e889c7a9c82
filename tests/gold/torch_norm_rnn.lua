-- torch_norm_rnn.lua: tanh(LN(W x + U h)), a learned initial state, lengths from 0 (make_goldens_cells.py)
local nn = require "nn"
local time = nn.axis("time", 6, { ragged = true })
local x, y = nn.input("x", nn.real(3), time), nn.target("y", nn.real(2))
local h0   = nn.param("h0", 31, nn.zeros)
local _, h = nn.rnn("rnn", { size = 31, layer_norm = true, start = h0, final = true })(x)
local guess = nn.dense("out", 2)(h[1])
return nn.model { name = "torch_norm_rnn", batch = 9, output = { guess = guess }, loss = nn.mse(guess, y) }
