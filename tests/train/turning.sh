# Recurrent weights that one packing serves both ways and that the nearest cache does not hold are read forth and back from step to
# step, forward and in backpropagation: the same numbers as calls and as a loop; smaller ones are not.
# expect: calls: 2 both ways
# expect: loop: 2 both ways
# expect: small: 0 both ways
# expect: gradients against central differences: agree
# refuse: BAD
cat > m.lua <<'L'
local nn = require "nn"
local time = nn.axis("time", 5)
local x, y = nn.input("x", nn.real(2), time), nn.target("y", nn.real(1), time)
local out = nn.dense("out", 1)(nn.rnn("rnn", { size = nn.define("hidden", 99) })(x))
return nn.model { name = "m", batch = 1, output = { y = out }, loss = nn.mse(out, y) }
L
for unroll in calls loop; do
    "$RNNC" verify m.lua --unroll $unroll
    "$RNNC" trainer m.lua --unroll $unroll -o $unroll -q
    echo "$unroll: $(grep -c '^    rt_squares_[a-z]*_turning(99, 99, a, b, c, t);' $unroll/m_train.c) both ways"
done
"$RNNC" trainer m.lua -D hidden=64 -o small -q
echo "small: $(grep -c '^    rt_squares_[a-z]*_turning' small/m_train.c || true) both ways"
