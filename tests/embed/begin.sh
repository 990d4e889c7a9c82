# What begins before the first step: NAME_begin and steps give what the whole sequence at once gives, bit for bit where both
# sum in the same order: of a vector, one number at a time. Chains of vectors add up as many parts as the processor has registers for.
# expect: attention vector: the same
# refuse: BAD
done=
for kind in attention vector; do
    up=$(echo $kind | tr a-z A-Z)
    "$RNNC" verify "$TESTS/embed/begin.lua" -D kind=$kind
    "$RNNC" predictor "$TESTS/embed/begin.lua" -D kind=$kind -o $kind -q
    "$RNNC" predictor "$TESTS/embed/begin.lua" -D kind=$kind -o $kind.whole --whole -q
    for how in "-O2 -march=native" "-O1 -DRT_SCALAR" "-O1 -g -march=native -fsanitize=address,undefined -fno-sanitize-recover=all"; do
        flags="-std=c99 $how -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -D$up"
        cc $flags -I$kind "$TESTS/embed/begin.c" $kind/begun.c $kind/begun_weights.c -lm -o step
        cc $flags -I$kind.whole -DWHOLE "$TESTS/embed/begin.c" $kind.whole/begun.c $kind.whole/begun_weights.c -lm -o whole
        ./step >step.txt
        ./whole >whole.txt
        [ "$(wc -l <step.txt)" -gt 90 ]
        if [ $kind = vector ] && [[ $how = *RT_SCALAR* ]]; then
            cmp step.txt whole.txt
        else
            paste step.txt whole.txt | awk '{ d = $1 - $2; if (!(d * d < 1e-12)) { print "line", NR, $0; bad = 1 } } END { exit bad }'
        fi
    done
    done="$done $kind"
done
echo "${done# }: the same"
