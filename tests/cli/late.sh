# In a predictor, terms are taken as they become known, weights into one constant, and the squares of a line need no sweep.
# expect: one constant for both biases
# expect: no sweep for the squares of one number's row
# expect: the product's statistic last, one multiplication
# expect: x + c - c still rounds
cat >late.lua <<'END_OF_LUA'
local nn = require "nn"
local time = nn.axis("time", 4)
local x, y = nn.input("x", nn.real(1), time), nn.target("y", nn.real(20), time)
local plain = nn.rnn("rnn", { size = 20 })(x)
local line = nn.layer_norm("line")(nn.dense("wide", 20)(x))
local product = nn.layer_norm("product")(nn.dense("square", 20)(plain))
local rounded = (nn.sigmoid(x) * 255 + 12582912) - 12582912
return nn.model { name = "late", output = { plain = plain, line = line, product = product, rounded = rounded }, loss = nn.mse(plain + line + product, y) }
END_OF_LUA
"$RNNC" predictor late.lua -q
step() { sed -n '/^RT_WHOLE void late_step/,/^}/p' late.c; }
step | grep -q 'bias_[ih]h_l0' || echo "one constant for both biases"
[ "$(step | grep -c 'rtv_sum(')" = 1 ] && echo "no sweep for the squares of one number's row"
step | grep -q 'const rtv mul_[0-9]* = mul_[0-9]* \* rtv_set(div_[0-9]*);' && ! step | grep -q 'mul_[0-9]* \* product_weight' &&
    echo "the product's statistic last, one multiplication"
[ "$(step | grep -c '12582912')" = 2 ] && echo "x + c - c still rounds"
