# Descriptions cut off in the middle, with lines gone or twice, and with numbers and names that are wrong: a sentence at a line and
# exit 1, or a network; no signal, no defect of the compiler's. tests/fuzz looks deeper.
# expect: done
# refuse: strange
# refuse: a defect of the compiler
n=0
try() { # FILE
    local code=0
    "$RNNC" inspect "$1" --json >out.txt 2>said.txt || code=$?
    [ $code -le 1 ] || { echo "strange: exit $code: $(tail -n 1 said.txt)"; cat "$1"; }
    [ $code -eq 0 ] || grep -q . said.txt || echo "strange: nothing is said"
    n=$((n + 1))
}
for f in minchar sentiment tagger wavenet peephole forecast digit_to_word mgu; do
    lines=$(wc -l <"$ROOT/models/$f.lua")
    for k in 1 2 3 4; do
        at=$((lines * k / 5 + 1))
        head -c $(($(stat -c %s "$ROOT/models/$f.lua") * k / 5)) "$ROOT/models/$f.lua" >cut.lua; try cut.lua
        sed "${at}d" "$ROOT/models/$f.lua" >gone.lua; try gone.lua
        sed "${at}p" "$ROOT/models/$f.lua" >twice.lua; try twice.lua
    done
    for value in 0 -1 1e308 '(0\/0)' 2^53 '"x"' '{}' nil nn.tanh; do
        sed "s/[0-9][0-9]*/$value/" "$ROOT/models/$f.lua" | sed '/^local/s/\([^a-z"0-9]\)[1-9][0-9]*/\1'"$value/" >value.lua; try value.lua
    done
done
echo done
