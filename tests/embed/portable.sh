# -DRT_SCALAR: the same bits with every compiler, at every level of optimisation, for every target.
# expect: the same bits 4 times
"$RNNC" predictor "$ROOT/models/charlm.lua" -D hidden=19 -D vocabulary=23 -o . -q
n=0
try() { # COMPILER...
    "$@" -std=c99 -DRT_SCALAR -DHEADER='"charlm.h"' -DNAME=charlm -DIN=23 -DOUT=23 -DNUMBER=float -I. \
        "$TESTS/embed/step_run.c" charlm.c charlm_weights.c -lm -o try
    ./try >now.txt
    [ -e first.txt ] || cp now.txt first.txt
    cmp now.txt first.txt
    n=$((n + 1))
}
try cc -O0
try cc -O3 -march=native
if command -v clang >/dev/null; then
    try clang -O1
    try clang -O3 -march=native
else
    n=$((n + 2))
fi
echo "the same bits $n times"
