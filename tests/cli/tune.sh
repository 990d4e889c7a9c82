# --tune measures kernels of products that are predicted to be near each other, once; a file keeps the figures, says which kernel is
# taken, is checked line by line, and keeps what other machines wrote. What is generated then still verifies.
# expect: measured
# expect: nothing left to measure
# expect: without --tune: as before
# expect: the runner-up was chosen: dots
# expect: as predicted again: matvec
# expect: another machine's line stays
# expect: gradients against central differences: agree
# expect: it compiles and runs
# expect: the usual place
# expect: whole programs: predictor
# expect: the block was slower:             1 steps that NAME_run takes at once
# expect: empty.tune:1: not a tuning file of this rnnc: it is empty
# expect: foreign.tune:1: not a tuning file of this rnnc: expected 'rnnc-tuning 1', found 'rnnc-tuning 2'
# expect: nowhere.tune:2: expected 'on PROCESSOR; COMPILER; FLAGS' before the first product
# expect: key.tune:3: expected a product, = and its kernels
# expect: kernel.tune:4: expected a kernel and its microseconds, found 'dotz 3'; did you mean 'dots'?
# expect: number.tune:3: expected a number of microseconds, found 'fast'
# expect: twice.tune:4: 'm 1:0:0 n 9:3:1 k 3:1:1 in 64' stands in the file twice for this machine
# expect: rnnc: --tune=: expected a file behind =
# expect: but 'echo_macros' compiles for
# refuse: runtime error
cat > m.lua <<'L'
local nn = require "nn"
local time = nn.axis("time", 12)
local x = nn.input("x", nn.real(48), time)
local y = nn.dense("out", 40)(nn.gru("rnn", { size = 64 })(x))
return nn.model { name = "m", output = { y = y }, loss = nn.mse(y, nn.target("y", nn.real(40), time)), batch = 6 }
L
"$RNNC" inspect m.lua > plain.txt
"$RNNC" inspect m.lua --tune=t.txt > tuned.txt
grep -q "measured" tuned.txt && echo measured
"$RNNC" inspect m.lua --tune=t.txt 2> said.txt > again.txt && [ ! -s said.txt ] && cmp tuned.txt again.txt && echo "nothing left to measure"
"$RNNC" inspect m.lua | cmp - plain.txt && echo "without --tune: as before"
machine=$(grep '^on ' t.txt)
sed '/^m 1:0:0 n 192:/s/dots [0-9.e-]*/dots 0.001/; s/predicted kernels [0-9.]*, measured kernels [0-9.]*/predicted kernels 9, measured kernels 1/' t.txt > dots.txt
step() { "$RNNC" inspect m.lua --tune="$1" --json | tr '{' '\n' | sed -n '/"name": "step"/,$p' | sed -n 's/.*"m": 1, "n": 192, "k": 64,.*"kernel": "\([a-z]*\)".*/\1/p' | head -n 1; }
printf 'rnnc-tuning 1\non another machine; cc; -O9\nm 1:0:0 n 9:3:1 k 3:1:1 in 64 = matvec 0.25, OpenBLAS missing\n%s\n' "$(tail -n +2 dots.txt)" > runner.txt
echo "the runner-up was chosen: $(step runner.txt)"
"$RNNC" verify m.lua --tune=runner.txt
"$RNNC" predictor -q m.lua --tune=runner.txt -o p && ${CC:-cc} -O1 -c p/m.c -o p/m.o && grep -q rt_product_dots p/m.c && echo "it compiles and runs"
sed 's/dots 0.001/dots 7/g' runner.txt | grep -v 'n 40:' > as.txt
echo "whole programs: $(sed -n 's/^\(predictor\) [0-9a-f]* = \(predicted kernels [0-9.]*, measured kernels [0-9.]*, \)*step by step [0-9.]*, blocks of steps [0-9.]*$/\1/p' t.txt)"
sed 's/blocks of steps [0-9.]*/blocks of steps 900/' t.txt > slow.txt
echo "the block was slower:$("$RNNC" inspect m.lua --tune=slow.txt | grep 'at once')"
echo "as predicted again: $(step as.txt)"
grep -q '^m 1:0:0 n 9:3:1 k 3:1:1 in 64 = matvec 0.25, OpenBLAS missing$' as.txt && grep -A1 'another machine' as.txt | grep -q 'OpenBLAS missing' &&
    grep -q 'n 40:' as.txt && echo "another machine's line stays"
mkdir -p cache/rnnc && cp t.txt cache/rnnc/tuning
XDG_CACHE_HOME=$PWD/cache "$RNNC" inspect m.lua --tune 2>&1 | cmp tuned.txt - && echo "the usual place"
: > empty.tune
echo 'rnnc-tuning 2' > foreign.tune
printf 'rnnc-tuning 1\nm 1:0:0\n' > nowhere.tune
printf 'rnnc-tuning 1\non x\nm 1:0 n 9:3:1 k 3:1:1 in 64 = dots 3\n' > key.tune
printf 'rnnc-tuning 1\non x\n\nm 1:0:0 n 9:3:1 k 3:1:1 in 64 = matvec 2 + 1, dotz 3\n' > kernel.tune
printf 'rnnc-tuning 1\non x\nm 1:0:0 n 9:3:1 k 3:1:1 in 64 = dots fast\n' > number.tune
line='m 1:0:0 n 9:3:1 k 3:1:1 in 64 = dots 3'
printf 'rnnc-tuning 1\n%s\n%s\n%s\n' "$machine" "$line" "$line" > twice.tune
for f in empty foreign nowhere key kernel number twice; do "$RNNC" inspect m.lua --tune=$f.tune || true; done
"$RNNC" inspect m.lua --tune= || true
printf '#!/bin/sh\necho "#define __VERSION__ \\"1\\""; echo "#define __%s__ 1"\n' "$([ "$(uname -m)" = aarch64 ] && echo x86_64 || echo aarch64)" > echo_macros
chmod +x echo_macros
PATH=$PWD:$PATH CC=echo_macros "$RNNC" inspect m.lua --tune=t.txt || true
