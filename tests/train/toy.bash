# toy.bash -- for the scripts beside it: `build NAME [flags]` makes a trainer of tests/runtime/toy.c, `text N` and `series N`
# make data that is the same everywhere. Sourced, not run.
build() {
    local name=$1 f; shift
    if [ ! -d objects ]; then
        mkdir objects
        for f in "$ROOT"/runtime/rt_*.c; do echo "$f"; done |
            xargs -P 2 -I{} sh -c "${CC:-gcc} -std=gnu11 -O1 -g -Wall -Wextra -Wshadow ${TOY_FLAGS:-} -c {} -o objects/\$(basename {}).o"
    fi
    # shellcheck disable=SC2086
    ${CC:-gcc} -std=gnu11 -O1 -g -Wall -Wextra -Wno-missing-field-initializers ${TOY_FLAGS:-} "$@" "$TESTS/runtime/toy.c" objects/*.o -lm -o "$name"
}
text() { awk -v n="$1" 'BEGIN { s = 7; split("abc ,bca\n,hi ä,cab", w, ","); for (i = 0; i < n; i++) {
    s = (s * 1103515245 + 12345) % 2147483648; printf "%s", w[int(s / 65536) % 4 + 1] } }'; }
series() { awk -v n="$1" 'BEGIN { print "day,a,\"b \"\"x\"\"\",b"; for (i = 0; i < n; i++)
    printf "\"1981-%d\",%.6f,%d,%.6f\n", i, 30 + 5 * sin(i / 3) + cos(i), i, 2 * sin(i / 3 + 1) }'; }
weights() { tail -c "$2" "$1"; }                            # the data of a safetensors file, without its header
must_fail() { # CODE COMMAND...: prints what it says
    local want=$1 code=0; shift
    "$@" >out.txt 2>&1 || code=$?
    [ $code -eq "$want" ] || echo "exit $code instead of $want: $*"
    cat out.txt
}
