# A learned initial state begins a sample: the bias prefers 'l' a little, the initial state 'o' a lot, and is forgotten after one
# step.
# expect: ollll
cat >started.lua <<'L'
local nn = require "nn"
local t = nn.axis("t", 4)
local x, y = nn.input("x", nn.class(4), t), nn.target("y", nn.class(4), t)
local h = nn.state(4, { name = "h", init = 2 * (nn.param("h0", 3, nn.zeros) .. nn.param("h1", 1, nn.constant(4))) })
h.next = nn.linear("in", 4, { bias = false, init = nn.zeros })(nn.onehot(x))
local prefer = nn.param("p0", 2, nn.zeros) .. nn.param("p1", 1, nn.constant(1)) .. nn.param("p2", 1, nn.zeros)
local logits = h + prefer
return nn.model { name = "started", output = { p = nn.softmax(logits) }, loss = nn.cross_entropy(logits, y),
                  train = { optimizer = nn.sgd { lr = 1e-6 }, steps = 1 },
                  data = nn.text { into = x, shifted = y, unit = "char", text = "hello" } }
L
"$RNNC" train started.lua -q
"$RNNC" predict started.lua --weights started.run/best.safetensors --sample 5 --temperature 0
