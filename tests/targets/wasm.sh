# WebAssembly, with and without its vectors, under node: a module that imports nothing.
# expect: wasm32: the same bits
# expect: wasm32 with vectors: the same numbers
# expect: docs: 5 steps
# refuse: differ
# refuse: warning
need() { local t; for t in "$@"; do command -v "$t" >/dev/null || { echo "no $t"; exit 77; }; done; }
need clang wasm-ld node
. "$TESTS/targets/common.bash"
make_predictors free --freestanding
run() { # FLAGS: what it answers
    # shellcheck disable=SC2046
    clang --target=wasm32 -O2 -std=c99 -ffreestanding -nostdlib -Wl,--no-entry "$@" -I"$TESTS/targets" -Ifree \
        "$TESTS/targets/wasm.c" $(parts free) -o m.wasm && node "$TESTS/targets/wasm.js" m.wasm
}
run -mno-simd128 >plain.txt
echo "wasm32: $(./compare plain.txt scalar.txt)"
run -msimd128 >vectors.txt
echo "wasm32 with vectors: $(./compare vectors.txt near.txt 1e-6)"
awk '/^<!-- file: / { name = $3; next } name && /^```/ { if (open) { name = open = ""; next } open = 1; next }
    open { print >name } ' "$ROOT/docs/embedding.md"
"$RNNC" predictor "$ROOT/models/charlm.lua" -D hidden=24 -D vocabulary=32 --freestanding -o charlm -q
clang --target=wasm32 -O2 -msimd128 -ffreestanding -nostdlib -Wl,--no-entry -Icharlm wasm.c charlm/*.c -o charlm.wasm
echo "docs: $(node wasm.js | awk 'NF == 2 && $2 > 0.03 && $2 < 1' | wc -l) steps"
