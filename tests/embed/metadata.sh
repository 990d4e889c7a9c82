# What a weights file says beside its tensors is checked before it becomes C: normalisation, vocabulary, step.
# expect: metadata mean.into and std.into: expected 1 numbers each, found 2 and 1
# expect: metadata mean.into and std.into: number 1 is
# expect: metadata step: expected a whole number, found '*0'
# expect: metadata vocabulary: entry 1 is 1.197, expected a code point or -1
# refuse: was accepted
export LC_ALL=C
awk 'BEGIN { print "x"; for (i = 0; i < 300; i++) printf "%.4f\n", 400 + 25 * sin(i / 9) }' >s.csv
"$RNNC" train "$ROOT/models/forecast.lua" -D hidden=4 -D window=8 --data s.csv --steps 10 --out run -q
awk 'BEGIN { for (i = 0; i < 2999; i++) printf "nanana dadada" }' >text.txt
"$RNNC" train "$ROOT/models/mgu.lua" -D hidden=4 --data text.txt --steps 10 --out text -q 2>&1
try() { # MODEL WEIGHTS SED: a change that keeps the length of the file
    sed "$3" "$2" >bad.safetensors
    cmp -s "$2" bad.safetensors && echo "nothing changed: $3"
    if "$RNNC" predictor "$ROOT/models/$1.lua" --weights bad.safetensors -o p -q; then echo "$3 was accepted"; fi
}
try forecast run/best.safetensors 's/\("mean.into": *"[0-9]*\)[.][0-9]/\1 7/'
try forecast run/best.safetensors 's/\("std.into": *"\)[0-9]/\1-/'
try forecast run/best.safetensors 's/\("step": *"\)[0-9]/\1*/'
try mgu text/best.safetensors 's/\("vocabulary": *"\)32 /\11.1/'
