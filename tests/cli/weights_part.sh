# A weights file that is cut anywhere is refused without a step outside of it; a whole one brings the definitions it
# was trained with, unless the command line says otherwise.
# expect: whole: accepted
# expect: remembered: hidden=5
# expect: wide.safetensors: tensor 'rnn.weight_ih_l0': expected shape [3, 4], found [5, 4]
# refuse: was accepted
# refuse: runtime error
# refuse: AddressSanitizer
cp "$ROOT/models/hello.lua" .
"$RNNC" train hello.lua --steps 2 --out whole --quiet
"$RNNC" train hello.lua --steps 2 --out five -D hidden=5 --quiet
size=$(stat -c %s whole/best.safetensors)
for n in 0 1 7 8 9 100 $((size / 2)) $((size - 1)); do
    head -c "$n" whole/best.safetensors > part.safetensors
    if "$RNNC" predictor hello.lua --weights part.safetensors -o part; then echo "cut at $n was accepted"; fi
done
"$RNNC" predictor hello.lua --weights whole/best.safetensors -o out && echo "whole: accepted"
cp five/best.safetensors wide.safetensors
"$RNNC" predictor hello.lua --weights wide.safetensors -o five.out
grep -q 'rnn_h_l0\[5\]' five.out/hello.h && echo "remembered: hidden=5"
if "$RNNC" predictor hello.lua -D hidden=3 --weights wide.safetensors -o other; then echo "wide was accepted"; fi
