# Windows of a table whose target holds several rows: after each step the next two, and two rows further.
# expect: step 1  validation 0 (RMSE 0)
# expect: far: 0
cat >ahead.lua <<'L'
local nn = require "nn"
local t, w, h = nn.axis("t", 4), nn.param("w", 1, nn.zeros), nn.define("horizon", 1)
local x, y = nn.input("x", nn.real(1), t), nn.target("y", nn.real(2), t)
local guess = (x + h + w) .. (x + h + 1)
return nn.model { name = "ahead", batch = 2, output = { y = guess }, loss = nn.mse(guess, y), train = { steps = 1, valid = 0.5 },
  data = nn.csv { into = x, target = y, normalize = false, horizon = h } }
L
seq 1 30 >s.csv
"$RNNC" train ahead.lua --data s.csv --out a 2>&1
"$RNNC" train ahead.lua --data s.csv -D horizon=3 --out b --quiet
echo "far: $(tail -n 1 b/log.csv | cut -d, -f3)"
# A predictor gets the normalisation of each of the rows that a target holds.
# expect: const float ahead_mean_y[2] = { 8.0f, 8.0f };
sed 's/normalize = false/normalize = true/' ahead.lua >scaled.lua
"$RNNC" train scaled.lua --data s.csv --out d --quiet
"$RNNC" predictor scaled.lua --weights d/best.safetensors -o p
grep ahead_mean_y p/ahead*.c p/ahead.h
