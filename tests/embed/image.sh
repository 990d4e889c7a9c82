# Weights given at run time: the file that rnnc writes is safetensors that rnnc itself can read; outputs are those of embedded
# weights, bit for bit; new weights of the same network load without compiling again; anything else is refused. Weights
# in a section of their own.
# expect: the same outputs
# expect: bytes changed: all refused
# expect: cut short: all refused
# expect: not there: 1, not aligned: 2, as it was: 0
# expect: other weights: other outputs
# expect: another network: refused
# expect: safetensors: charlm_packed_0
# expect: nothing undefined
# expect: section .model:
# refuse: NOT all
# refuse: warning
model="$ROOT/models/charlm.lua" size="-D hidden=6 -D layers=2 -D vocabulary=11"
strict="-std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow"
# shellcheck disable=SC2086
{
    "$RNNC" predictor "$model" $size -o in -q
    "$RNNC" predictor "$model" $size --image -o out -q
    "$RNNC" predictor "$model" $size --image --seed 2 -o other -q
    "$RNNC" predictor "$model" -D hidden=7 -D layers=2 -D vocabulary=11 --image -o wide -q
    cc $strict -Iin "$TESTS/embed/image.c" in/*.c -lm -o embedded
    cc $strict -Iout -fsanitize=address,undefined -fno-sanitize-recover=all "$TESTS/embed/image.c" out/*.c -lm -o given
    cc $strict -Iin -DRNNC_WEIGHTS_SECTION='".model"' -c in/charlm_weights.c -o s.o
}
./embedded >a.txt
./given out/charlm.safetensors >b.txt
cmp a.txt b.txt && echo "the same outputs"
./given out/charlm.safetensors all
./given other/charlm.safetensors >c.txt
cmp -s a.txt c.txt || grep -q refused c.txt || echo "other weights: other outputs"
echo "another network: $(./given wide/charlm.safetensors | sed 's/: .*//')"
"$RNNC" predictor "$model" $size --weights out/charlm.safetensors -o no 2>&1 | grep -q "no tensor 'rnn.weight_ih_l0'" &&
    echo "safetensors: $(head -c 2000 out/charlm.safetensors | grep -ao 'charlm_packed_0')"
cc -c out/charlm.c -o o.o
[ -z "$(nm -u o.o | grep -vE 'memcpy|memset|expf|GLOBAL_OFFSET|stack_chk')" ] && echo "nothing undefined"
size -A s.o | sed -n 's/^\.model.*/section .model:/p'
