# Dropout: a run is a function of its seed, also when it is resumed; the masks are off in validation and in what is generated.
# expect: resumed: the same
# expect: another seed: another run
# expect: validation: as without masks
# expect: predictor: as without masks
# expect: step 20
cat >m.lua <<'END'
local nn = require "nn"
local p = nn.define("p", 0.5)
local time = nn.axis("time", 6)
local x, y = nn.input("x", nn.class(256), time), nn.target("y", nn.class(256), time)
local h = nn.state(8, { name = "h" })
local W, U = nn.embedding("W", 256, 8), nn.linear("U", 8)
h.next = nn.tanh(nn.dropout(W(x), p) + U(nn.dropout(h, p, { once = true })))
local z = nn.linear("out", 256)(h.next) + (1 - nn.random({}, { share = 1 - p, otherwise = 1, axis = time }))
return nn.model { name = "m", batch = 3, output = { y = nn.softmax(z) }, loss = nn.cross_entropy(z, y),
  train = { optimizer = nn.adam { lr = 0.01 }, carry_state = true, valid = 0.2, steps = 40 }, data = nn.text { into = x, shifted = y } }
END
seq 100 300 | tr -d '\n' >t.txt
run() { "$RNNC" train m.lua --data t.txt --quiet "$@"; }
run --out a --every 20
run --out b --every 20 --steps 20
run --out b --resume --steps 40
cmp a/best.safetensors b/best.safetensors
cmp <(cut -d, -f1-3 a/log.csv) <(cut -d, -f1-3 b/log.csv) && echo "resumed: the same"
run --out c --every 20 --seed 2
cmp -s a/best.safetensors c/best.safetensors || echo "another seed: another run"
evaluate() { "$RNNC" train m.lua --data t.txt --evaluate --weights a/best.safetensors -D p=$1; }
[ "$(evaluate 0.5)" = "$(evaluate 0.0)" ] && echo "validation: as without masks"
for p in 0.5 0.0; do "$RNNC" predictor m.lua --weights a/best.safetensors -D p=$p -o p$p; done
cmp <(grep -v '^ \*' p0.5/m.c | sed 's/m.lua:[0-9]*//') <(grep -v '^ \*' p0.0/m.c | sed 's/m.lua:[0-9]*//') && echo "predictor: as without masks"
"$RNNC" train m.lua --data t.txt --steps 20 --every 20 --out d 2>&1 | grep "step 20"
