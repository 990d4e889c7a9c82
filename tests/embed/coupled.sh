# A predictor's steps against the oracle, for states that read each other.
# expect: worst below 1e-6
"$RNNC" predictor "$TESTS/embed/coupled.lua" -q
"$RNNC" golden "$TESTS/embed/coupled.lua" --batch 1 -o golden
cc -O2 -I. -I"$ROOT/runtime" "$TESTS/embed/coupled.c" coupled.c coupled_weights.c "$ROOT/runtime/rt_tensors.c" "$ROOT/runtime/rt_tensors_write.c" -lm -o try
./try golden/coupled_golden.safetensors
