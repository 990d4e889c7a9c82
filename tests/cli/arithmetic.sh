# Multiply-adds, trained numbers, receptive field and look-ahead, against sums by hand; a layer of one input counts though it is no product.
# The memory of a network that begins before its first step.
# expect: lstm of one input: 1720 multiply-adds, 1901 numbers, sees 0 and 0
# expect: convolutions: 924 multiply-adds, 1021 numbers, sees 34 and 0
# expect: both sides: 5200 multiply-adds, 141 numbers, sees 11 and 4
# expect: memory holds the workspace before the first step; 0 steps of look-ahead
# expect: of workspace before the first step,
head='local nn = require "nn" local t = nn.axis("time", 40)'
end='return nn.model { name = "net", output = { o = o }, loss = nn.mse(o, nn.target("y", nn.real(1), t)) }'
said() { # WHAT DESCRIPTION
    echo "$head $2 $end" >net.lua
    "$RNNC" inspect net.lua --json >said.json
    n() { sed -n "s/.*\"predictor\": {.*\"$1\": \([0-9]*\).*/\1/p" said.json; }
    echo "$1: $(n multiply_adds) multiply-adds, $(n parameters) numbers, sees $(n receptive_field) and $(n look_ahead)"
}
# 80 (1 + 20) + 20 of the norm + 20
said "lstm of one input" 'local x = nn.input("x", nn.real(1), t)
    local o = nn.dense("out", 1)(nn.layer_norm("n")(nn.lstm("rnn", { size = 20 })(x)))'
# 18 + 5 (2 (6 6 2) + 6 6) + 6; 2 + 1 + 2 + 4 + 8 + 16 before
said "convolutions" 'local h = nn.conv1d("in", 6, { kernel = 3 })(nn.input("x", nn.real(1), t))
    for i = 0, 4 do
        local a = { kernel = 2, dilation = 1 << i }
        h = h + nn.dense("r" .. i, 6)(nn.tanh(nn.conv1d("f" .. i, 6, a)(h)) * nn.sigmoid(nn.conv1d("g" .. i, 6, a)(h)))
    end
    local o = nn.dense("out", 1)(h)'
# 40 (5 2 5 + 5 5 3 + 5); 4 + 6 before, 4 after
said "both sides" 'local h = nn.conv1d("a", 5, { kernel = 5, padding = "same", dilation = 2 })(nn.input("x", nn.real(2), t))
    local o = nn.dense("out", 1)(nn.conv1d("b", 5, { kernel = 3, dilation = 3 })(nn.relu(h)))'
begun="$TESTS/embed/begin.lua"
"$RNNC" predictor "$begun" -D kind=attention -o begun -q
"$RNNC" inspect "$begun" -D kind=attention --json >said.json
[ "$(n begin_bytes)" = "$(sed -n 's/^#define BEGUN_BEGIN_BYTES \([0-9]*\).*/\1/p' begun/begun.h)" ]
[ "$(n ram_bytes)" = $(($(n begin_bytes) + $(n state_bytes) + $(n stack_bytes))) ] &&
    echo "memory holds the workspace before the first step; $(n look_ahead) steps of look-ahead"
if "$RNNC" inspect "$begun" -D kind=attention --max-ram $(($(n ram_bytes) - 1)) >no.txt; then exit 1; fi
"$RNNC" inspect "$begun" -D kind=attention --max-ram "$(n ram_bytes)" >yes.txt
