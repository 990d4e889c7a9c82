-- torch_scheduled.lua: coins that are given say whether the decoder reads the true symbol or its own best (make_goldens_nets.py)
local nn = require "nn"
local time = nn.axis("time", 6)
local coin, h0 = nn.input("coin", nn.real(), time), nn.input("h0", nn.real(17))
local w, y = nn.input("w", nn.class(5), time), nn.target("y", nn.class(5), time)
local own = nn.state(5, { name = "own" })
local read = nn.select(coin, nn.delay(nn.onehot(w), 1), own)
local logits = nn.dense("out", 5)(nn.gru("dec", { size = 17, start = h0 })(read))
own.next = nn.best(logits)
return nn.model {
  name = "torch_scheduled", batch = 3, output = { p = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y),
}
