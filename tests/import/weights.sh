# Weights held to a description: everything that does not fit, with the nearest name.
# expect: missing  rnn.weight_hh_l0 [3, 3]; the nearest that is left is module.rnn.weight_hh_l0
# expect: unknown  module.rnn.weight_hh_l0 [3, 3]; the nearest that is missing is rnn.weight_hh_l0
# expect: weights.safetensors: 5 tensors fit hello, 2 do not
# expect: shape    rnn.weight_ih_l0: expected [5, 4], found [3, 4]
# expect: run/best.safetensors: 6 tensors fit hello, 0 do not
# expect: rnnc: which description? rnnc import run/best.safetensors MODEL.lua
m=$ROOT/models/hello.lua
"$RNNC" train "$m" --steps 3 --quiet --out run
"$RNNC" import run/best.safetensors "$m"
if "$RNNC" import run/best.safetensors "$m" -D hidden=5; then exit 1; fi
if "$RNNC" import run/best.safetensors; then exit 1; fi
python3 - <<'PY'
import json, struct
b = open("run/best.safetensors", "rb").read()
n, = struct.unpack("<Q", b[:8])
h = json.loads(b[8:8 + n])
h["module.rnn.weight_hh_l0"] = h.pop("rnn.weight_hh_l0")
t = json.dumps(h).encode()
open("weights.safetensors", "wb").write(struct.pack("<Q", len(t)) + t + b[8 + n:])
PY
if "$RNNC" import weights.safetensors "$m"; then exit 1; fi
