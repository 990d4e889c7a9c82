# What is made of weights alone a predictor holds ready, unless it is larger than they are: no step computes it again.
# expect: held: b + c
# expect: computed: rows and columns
cat >net.lua <<'END'
local nn = require "nn"
local time = nn.axis("time", 4)
local x, y = nn.input("x", nn.real(20), time), nn.target("y", nn.real(20), time)
local b, c = nn.param("b", 20, nn.uniform(-1, 1)), nn.param("c", 20, nn.uniform(-1, 1))
local r, s = nn.param("r", { 20, 1 }, nn.uniform(-1, 1)), nn.param("s", { 1, 20 }, nn.uniform(-1, 1))
local out = nn.tanh(x + (b + c))
out = out + nn.sum(nn.reshape(out, 20, 1) * (r + s), 1)
return nn.model { name = "net", output = { y = out }, loss = nn.mse(out, y) }
END
"$RNNC" predictor net.lua -q
grep -q '^const float net_constant_[0-9]*\[20\]' net_weights.c && ! grep -q 'net_[bc]\[' net.c && echo "held: b + c"
grep -q 'net_r\[20\]' net_weights.c && ! grep -q 'net_constant_[0-9]*\[400\]' net_weights.c && echo "computed: rows and columns"
