-- torch_one_to_many.lua: a vector starts the state, nothing comes in after it (make_goldens_nets.py)
local nn = require "nn"
local time = nn.axis("time", 5)
local v, y = nn.input("v", nn.real(4)), nn.target("y", nn.real(2), time)
local h = nn.state(17, { name = "h", init = nn.dense("start", 17, { activation = nn.tanh })(v) })
local U, b = nn.param("cell.weight_hh", { 17, 17 }, nn.uniform(0.2)), nn.param("cell.bias_hh", 17, nn.zeros)
h.next = nn.tanh(nn.matmul(U, h) + b)
local o = nn.dense("out", 2)(h.next)
return nn.model { name = "torch_one_to_many", batch = 3, output = { o = o }, loss = nn.mse(o, y) }
