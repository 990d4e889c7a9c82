-- torch_both_directions.lua: two layers of bidirectional LSTM over lengths from 0, given states (make_goldens_cells.py)
local nn = require "nn"
local time = nn.axis("time", 7, { ragged = true })
local x, y = nn.input("x", nn.real(3), time), nn.target("y", nn.real(2), time)
local z    = nn.target("z", nn.real(68))
local h0, c0 = {}, {}
for k = 0, 3 do h0[k + 1], c0[k + 1] = nn.input("h" .. k, nn.real(17)), nn.input("c" .. k, nn.real(17)) end
local seq, h, c = nn.lstm("rnn", {
  size = 17, layers = 2, bidirectional = true, start = { h = h0, c = c0 }, final = true,
})(x)
local guess, ends = nn.dense("out", 2)(seq), nn.concat(table.unpack(h))
return nn.model {
  name = "torch_both_directions", batch = 9, output = { guess = guess, ends = ends },
  loss = nn.mse(guess, y) + nn.mse(ends, z) + nn.mse(c[4], 0 * c0[1]),
}
