# Weights held to a description: everything that does not fit, with the nearest name.
# expect: missing  rnn.weight_hh_l0 [3, 3]; the nearest that is left is net.weight_hh_l0
# expect: unknown  net.weight_hh_l0 [3, 3]; the nearest that is missing is rnn.weight_hh_l0
# expect: weights.safetensors: 5 tensors fit hello, 2 do not
# expect: shape    rnn.weight_ih_l0: expected [5, 4], found [3, 4]
# expect: run/best.safetensors: 6 tensors fit hello, 0 do not
# expect: is not finite
# expect: the weights come first: rnnc import run/best.safetensors
# expect: -o has no effect: nothing is written where weights are held to a description
# expect: -D has no effect: 'net.onnx' has no parameters of a description's own
# expect: rnnc: which description? rnnc import run/best.safetensors MODEL.lua
# expect: rnnc: net/gru_after.lua was another one, kept as net/gru_after.previous.lua
# expect: rnnc: net/gru_after.safetensors was another one, kept as net/gru_after.previous.safetensors
# expect: imported again: nothing lost
m=$ROOT/models/hello.lua
"$RNNC" train "$m" --steps 3 --quiet --out run
"$RNNC" import run/best.safetensors "$m"
if "$RNNC" import run/best.safetensors "$m" -D hidden=5; then exit 1; fi
if "$RNNC" import run/best.safetensors; then exit 1; fi
sed 's/rnn.weight_hh_l0/net.weight_hh_l0/' run/best.safetensors >weights.safetensors
if "$RNNC" import weights.safetensors "$m"; then exit 1; fi
if "$RNNC" import run/best.safetensors "$m" -o out; then exit 1; fi
if "$RNNC" import net.onnx -D hidden=5; then exit 1; fi
cp run/best.safetensors nan.safetensors
printf '\0\0\300\177' | dd of=nan.safetensors bs=1 seek=$(($(stat -c %s nan.safetensors) - 4)) conv=notrunc 2>dd.txt
if "$RNNC" import nan.safetensors "$m" | grep '^number'; then :; else exit 1; fi
if "$RNNC" import "$m" run/best.safetensors; then exit 1; fi
"$RNNC" import "$TESTS/import/gru_after.onnx" -o net -q
"$RNNC" import "$TESTS/import/gru_after.onnx" -o net -q
if ls net/*previous* 2>/dev/null; then exit 1; fi
echo "-- my own" >>net/gru_after.lua && cp net/gru_after.lua mine.lua
cp run/best.safetensors net/gru_after.safetensors
"$RNNC" import "$TESTS/import/gru_after.onnx" -o net -q
cmp mine.lua net/gru_after.previous.lua && cmp run/best.safetensors net/gru_after.previous.safetensors &&
    "$RNNC" verify net/gru_after.lua --weights net/gru_after.safetensors >/dev/null && echo "imported again: nothing lost"
