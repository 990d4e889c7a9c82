-- torch_one_to_many_own.lua: a vector starts the state, then the network reads its own last output (make_goldens_nets.py)
local nn = require "nn"
local time = nn.axis("time", 5)
local v, y = nn.input("v", nn.real(4)), nn.target("y", nn.real(2), time)
local h = nn.state(17, { name = "h", init = nn.dense("start", 17, { activation = nn.tanh })(v) })
local own = nn.state(2, { name = "own" })
local function param(kind, ...) return nn.param("cell." .. kind, { ... }, nn.uniform(0.2)) end
local W, U = param("weight_ih", 17, 2), param("weight_hh", 17, 17)
h.next = nn.tanh(nn.matmul(W, own) + param("bias_ih", 17) + nn.matmul(U, h) + param("bias_hh", 17))
local o = nn.dense("out", 2)(h.next)
own.next = nn.tanh(o)
return nn.model { name = "torch_one_to_many_own", batch = 3, output = { o = o }, loss = nn.mse(o, y) }
