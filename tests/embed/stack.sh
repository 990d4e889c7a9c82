# NAME_STACK_BYTES and NAME_STATE_BYTES against what is used: a painted stack, under the compilers and options that keep sums of products in
# memory; without a library the narrow bound, for narrow vectors. Linked with -z now: the dynamic linker looks names up on the caller's stack.
# expect: measured 8 times
# refuse: wrong
head='local nn = require "nn" local t = nn.axis("time", 12) local x, y = nn.input("x", nn.real(5), t), nn.target("y", nn.real(3), t)'
end='return nn.model { name = "net", output = { o = o }, loss = nn.mse(o, y) }'
echo "$head local o = nn.dense('d', 3)(nn.gru('g', { size = 37 })(x)) $end" >gru.lua
echo "$head local o = nn.dense('d', 3)(nn.gru('g', { size = 9, bidirectional = true })(x)) $end" >both.lua
echo "$head local o = nn.dense('d', 3)(nn.lstm('l', { size = 21, layers = 2 })(x)) $end" >blocks.lua
n=0
try() { # MODEL COMPILER OPTIONS: gcc -O1 and clang keep most in memory
    "$RNNC" predictor "$1.lua" $3 -o "$1" -q
    steps=$(grep -q 'net_step(' "$1/net.h" && echo -DSTEPS || :)
    $2 -w $steps -I"$1" "$TESTS/embed/stack.c" "$1"/net.c "$1"/net_weights.c -Wl,-z,now -lm -o try
    ./try | sed "s|^wrong|wrong: $1, $2 $3|" && n=$((n + 1))
}
clang=$(command -v clang || echo gcc)
for m in gru both; do
    try $m "gcc -O1" ""
    try $m "$clang -O1 -march=native" ""
    try $m "$clang -O2" "--freestanding"
done
try blocks "$clang -O1 -march=native" "--precision f64 --run blocks"
try blocks "gcc -O2" "--precision f64 --run blocks --freestanding"
echo "measured $n times"
