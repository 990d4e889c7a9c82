# Weights are PyTorch's: a checkpoint of rnnc train loads into torch.nn.LSTM and torch.nn.Linear by name, a
# state_dict saved as safetensors loads into a predictor, and the outputs are the same.
# expect: best.safetensors: 1507 outputs
# expect: last.safetensors: 1507 outputs
# expect: state_dict.safetensors: 8905 outputs
# refuse: differ by
python=
for p in python3 /usr/bin/python3; do "$p" -c 'import torch' 2>/dev/null && { python=$p; break; }; done
[ -n "$python" ] || { echo "no python3 with torch"; exit 77; }
model="$ROOT/models/charlm.lua" size="-D hidden=16 -D layers=2"
predict() { # WEIGHTS: what the predictor with these weights answers
    # shellcheck disable=SC2086
    "$RNNC" predictor "$model" $size --weights "$1" -o p -q
    n=$(sed -n 's/^#define CHARLM_CHARS_CLASSES \([0-9]*\).*/\1/p' p/charlm.h)
    cc -std=c99 -O1 -DHEADER='"charlm.h"' -DNAME=charlm -DIN=$n -DOUT=$n -DNUMBER=float -Ip \
        "$TESTS/embed/step_run.c" p/charlm.c p/charlm_weights.c -lm -o program
    ./program >outputs.txt
    "$python" "$TESTS/embed/torch_check.py" check $n 16 2 "$1" outputs.txt
}
awk 'BEGIN { for (i = 0; i < 3000; i++)
    printf "%s%s", substr("the cat sat on a mat", i * 7 % 20 + 1, 3), i % 9 ? " " : "\n" }' >text.txt
# shellcheck disable=SC2086
"$RNNC" train "$model" $size -D batch=8 -D steps=20 --data text.txt --steps 60 --lr 0.02 --valid 0.2 --out run -q
predict run/best.safetensors
predict run/last.safetensors
"$python" "$TESTS/embed/torch_check.py" new 65 16 2 state_dict.safetensors
predict state_dict.safetensors
