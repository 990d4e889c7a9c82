# --freestanding: nothing is called but memcpy, in both precisions, with every function that there is; what comes out is
# what comes out with libm (single precision: bit for bit).
# expect: links without a library
# expect: single precision: the same bits
# expect: double precision: 1e-13
# refuse: undefined
# refuse: differ
# refuse: warning
cat >own.c <<'END'
typedef __SIZE_TYPE__ size;
void *memcpy(void *to, const void *from, size n);
void *memcpy(void *to, const void *from, size n)
{
    volatile unsigned char *t = to;
    const unsigned char *f = from;
    while (n--)
        *t++ = *f++;
    return to;
}
END
strict="-Wall -Wextra -Wpedantic -Wconversion -Wshadow"
free="-ffreestanding -nostdlib -fPIC -shared -Wl,--no-undefined"
for precision in f32 f64; do
    for model in "$ROOT/models/charlm.lua" "$ROOT/models/forecast.lua" "$TESTS/embed/maths.lua" "$TESTS/embed/ragged.lua" "$ROOT/models/translate.lua"; do
        name=$(sed -n 's/.* name *= *"\([a-z]*\)", *batch.*/\1/p' "$model")
        "$RNNC" predictor "$model" --freestanding --precision $precision -o $precision -q
        for cc in "gcc -std=c99 -O2" "gcc -std=c99 -O2 -DRT_SCALAR" "clang -std=c99 -O2" "g++ -x c++ -O2"; do
            command -v ${cc%% *} >/dev/null || continue
            [ $name = maths ] || [ "$cc" = "gcc -std=c99 -O2" ] || continue
            $cc $strict $free -I$precision $precision/$name.c $precision/${name}_weights.c -x c own.c -o $name.so 2>&1 |
                sed "s/^/$cc $name: /"
        done
    done
done
echo "links without a library"
"$RNNC" predictor "$TESTS/embed/maths.lua" -o with -q
"$RNNC" predictor "$TESTS/embed/maths.lua" -o with64 --precision f64 -q
run() { # FOLDER NUMBER FLAGS: what it answers
    local d=$1 n=$2; shift 2
    cc -std=c99 -O2 "$@" -DHEADER='"maths.h"' -DNAME=maths -DIN=9 -DOUT=9 -DNUMBER=$n -I$d \
        "$TESTS/embed/step_run.c" $d/maths.c $d/maths_weights.c -lm -o run && ./run
}
for flags in -march=native -DRT_SCALAR; do
    run with float $flags >a.txt
    run f32 float $flags >b.txt
    cmp a.txt b.txt
done
echo "single precision: the same bits"
run with64 double >a.txt
run f64 double >b.txt
paste a.txt b.txt | awk '{ d = $1 - $2; e += d * d; n += $1 * $1 }
    END { if (NR > 100 && e <= 1e-26 * n) print "double precision: 1e-13"; else print "they differ: " sqrt(e / n) }'
