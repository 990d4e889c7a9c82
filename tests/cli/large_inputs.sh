# Inputs that no memory holds cost nothing where only the network is looked at, and initial weights do not depend on that.
# expect: 300016 parameters
(grep -q __asan_init "$RNNC" || ulimit -v 2000000
cat >n.lua <<'L'
local nn = require "nn"
local time = nn.axis("time", 16384)
local x, y = nn.input("x", nn.real(99999), time), nn.target("y", nn.real(1), time)
local z = nn.dense("o", 1)(nn.rnn("r", { size = 3 })(x))
return nn.model { name = "n", output = { z = z }, loss = nn.mse(z, y) }
L
"$RNNC" inspect n.lua)
