-- dropout-cells.lua: the options dropout and recurrent_dropout of every cell, with lengths
local nn = require "nn"
local time = nn.axis("time", 6, { ragged = true })
local x = nn.input("x", nn.real(3), time)
local t = nn.target("t", nn.real(2), time)
local function o(more)
  local all = { size = 4, layers = 2, dropout = 0.3, recurrent_dropout = 0.4 }
  for k, v in pairs(more) do all[k] = v end
  return all
end
local h = nn.rnn("a", o { nonlinearity = "relu" })(x) .. nn.lstm("b", o {})(x) .. nn.gru("c", o {})(x)
  .. nn.gru("d", o { reset = "before" })(x)
local y = nn.linear("out", 2)(h)
return nn.model { name = "dropout_cells", batch = 4, output = { y = y }, loss = nn.mse(y, t) }
