# The table of passes: each compares equal before and after for every model, each can be printed, and what is
# printed is the same twice.
# expect: distribute  all        a product with a concatenation is the sum of the products with its parts
# expect: hello minchar charlm forecast mgu: passes keep their values
# expect: predictors of the golden descriptions: passes keep their values
# expect: gates share one product
# expect: dumps: the same twice
# refuse: nothing printed
# refuse: wrong:
"$RNNC" --passes
small="-D hidden=5"
for m in hello minchar charlm forecast mgu; do
    case $m in charlm | minchar) d="$small -D vocabulary=7 -D steps=4" ;; mgu) d="$small -D vocabulary=7" ;;
        forecast) d="$small -D window=4" ;; *) d=$small ;; esac
    "$RNNC" predictor "$ROOT/models/$m.lua" $d --verify-passes -o $m.out 2> $m.log || cat $m.log
    "$RNNC" trainer "$ROOT/models/$m.lua" $d --batch 2 --verify-passes -o $m.train 2> $m.log || cat $m.log
done
for m in hello minchar charlm forecast mgu; do
    [ -s $m.out/$m.h ] && [ -s $m.train/${m}_train.c ] && printf '%s ' $m
done | sed 's/ $/: passes keep their values\n/'
for file in "$TESTS"/gold/*.lua; do
    "$RNNC" predictor "$file" --verify-passes -q -o gold > gold.log 2>&1 || { echo "wrong: $file"; cat gold.log; }
done
echo "predictors of the golden descriptions: passes keep their values"
for d in read roots distribute derive dead masks pack lower split "dead again"; do
    "$RNNC" trainer "$ROOT/models/forecast.lua" -D hidden=5 -o a -d "$d" > "one.$d"
    "$RNNC" trainer "$ROOT/models/forecast.lua" -D hidden=5 -o a -d "$d" > "two.$d"
    [ -s "one.$d" ] || echo "nothing printed: $d"
    cmp "one.$d" "two.$d" || exit 1
done
echo "dumps: the same twice"
# an LSTM's four gates: one product with the state, and the output layer's; with an input of one feature they are a map
"$RNNC" predictor "$ROOT/models/forecast.lua" -o p -d "dead again" 2> /dev/null > step
n=$(grep -c ' = contract ' step) || true
if [ "$n" -eq 2 ]; then echo "gates share one product"; else echo "expected 2 products, found $n"; cat step; fi
