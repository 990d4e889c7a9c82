# Compiled for any x86-64, a predictor holds its code for three widths and takes what the processor has: the numbers of a build
# for that width, to the bit. Elsewhere, and where the file has another name, the copies vanish. Steps, begins, whole sequences.
# expect: widths: the same as builds for each
# expect: -march=haswell, -DRT_SCALAR, -DRT_ONE_WIDTH, another name, --no-dispatch: one copy
# expect: is another file
# expect: --dispatch and --freestanding exclude each other
# refuse: differ
# refuse: warning
[ "$(uname -m)" = x86_64 ] || { echo "no x86-64"; exit 77; }
"$RNNC" predictor "$ROOT/models/charlm.lua" -D hidden=19 -D vocabulary=23 -o p -q
"$RNNC" predictor "$TESTS/embed/begin.lua" -D kind=attention -o p -q
"$RNNC" predictor "$TESTS/embed/begin.lua" -D kind=attention --whole -o whole -q
strict="-std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -DATTENTION"
all() { # COMPILER FLAGS...: what all three answer
    local cc=$1; shift
    # shellcheck disable=SC2086
    {
        $cc $strict "$@" -DHEADER='"charlm.h"' -DNAME=charlm -DIN=23 -DOUT=23 -DNUMBER=float -Ip "$TESTS/embed/step_run.c" p/charlm.c p/charlm_weights.c -lm -o a
        $cc $strict "$@" -Ip "$TESTS/embed/begin.c" p/begun.c p/begun_weights.c -lm -o b
        $cc $strict "$@" -Iwhole -DWHOLE "$TESTS/embed/begin.c" whole/begun.c whole/begun_weights.c -lm -o c
    }
    ./a && ./b && ./c
}
has() { local f; for f in "$@"; do grep -qw "$f" /proc/cpuinfo || return 1; done; }
for cc in gcc clang; do
    command -v $cc >/dev/null || continue
    all $cc -DRT_ONE_WIDTH >16.one
    all $cc -DRT_WIDEST=16 >16.txt
    all $cc >64.txt
    if has avx2 fma bmi2; then all $cc -mavx2 -mfma -mbmi2 >32.one && all $cc -DRT_WIDEST=32 >32.txt; fi
    if has avx512f avx512bw avx512dq avx512vl fma bmi2; then all $cc -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mbmi2 >64.one; fi
    for one in ??.one; do cmp "$one" "${one%.one}.txt" || echo "they differ: $cc $one"; done
done
echo "widths: the same as builds for each"
one() { nm "$1" | grep -c "_step_avx" || true; }
cp p/charlm.c p/other.c
"$RNNC" predictor "$ROOT/models/charlm.lua" -D hidden=20 -D vocabulary=23 -o two -q
cp p/charlm.c two/other.c
gcc -O1 -Ip -c two/other.c -o /dev/null 2>&1 | grep -o "is another file" | head -n 1
gcc -O1 -march=haswell -c p/charlm.c -o a.o && gcc -O1 -DRT_SCALAR -c p/charlm.c -o b.o && gcc -O1 -DRT_ONE_WIDTH -c p/charlm.c -o c.o
gcc -O1 -c p/other.c -o d.o
mv p/charlm.c p/saved.c && gcc -O1 -c p/other.c -o e.o && mv p/saved.c p/charlm.c
"$RNNC" predictor "$ROOT/models/charlm.lua" -D hidden=19 -D vocabulary=23 --no-dispatch -o narrow -q
gcc -O1 -c narrow/charlm.c -o f.o
gcc -O1 -c p/charlm.c -o g.o
[ "$(one a.o) $(one b.o) $(one c.o) $(one e.o) $(one f.o) $(one g.o)" = "0 0 0 0 0 2" ] && [ "$(one d.o)" = 2 ] &&
    echo "-march=haswell, -DRT_SCALAR, -DRT_ONE_WIDTH, another name, --no-dispatch: one copy"
"$RNNC" predictor "$ROOT/models/charlm.lua" --dispatch --freestanding || true
