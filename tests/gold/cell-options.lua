-- both directions with given, learned and constant initial states, peepholes, norms, residuals, final states; lengths from 0
local nn = require "nn"
local time = nn.axis("time", 5, { ragged = true })
local x, h0 = nn.input("x", nn.real(4), time), nn.input("h0", nn.real(5))
local y = nn.target("y", nn.real(2))
local c0 = nn.param("c0", 5, nn.normal(0.4))
local a, h, c = nn.lstm("lstm", { size = 5, layers = 2, bidirectional = true, peephole = true, layer_norm = true,
  residual = true, final = true, start = { h = { h0, h0, c0, 0.3 }, c = { c0, 0, h0, h0 } } })(x)
local b, g = nn.gru("gru", { size = 4, reverse = true, final = true })(a)
local d, e = nn.rnn("rnn", { size = 3, joined = true, bidirectional = true, merge = "sum", layer_norm = true, final = true })(b)
local all = h[1] .. h[2] .. h[3] .. h[4] .. c[4] .. g[1] .. e[1] .. e[2] .. nn.max(d, time)
local out = nn.linear("out", 2)(all)
return nn.model { name = "cell_options", batch = 3, output = { guess = out, d = d }, loss = nn.mse(out, y) }
