# A predictor whose products are joined with the kernels that read them, against the oracle; with 64 some units at a time, forth and back.
# refuse: too large
# expect: 4 of 4
n=0
for hidden in 5 17 48 64; do
    "$RNNC" predictor "$TESTS/embed/joined.lua" -D hidden=$hidden -q
    grep -q 'rt_matvec_packed(.*, sums_' joined.c || echo "too large: not joined"
    "$RNNC" golden "$TESTS/embed/joined.lua" -D hidden=$hidden --batch 1 -o golden
    for flags in "-O2 -march=native" "-O1" "-O1 -DRT_SCALAR -fsanitize=address,undefined -fno-sanitize-recover=all"; do
        # shellcheck disable=SC2086
        cc $flags -I. -I"$ROOT/runtime" "$TESTS/embed/joined.c" joined.c joined_weights.c "$ROOT/runtime/rt_tensors.c" "$ROOT/runtime/rt_tensors_write.c" -lm -o try
        ./try golden/joined_golden.safetensors
    done
    n=$((n + 1))
done
echo "$n of 4"
