# What is wrong with a weights file: the tensor, what was expected and found, the nearest name; no predictor is written.
# expect: small.safetensors: tensor 'rnn.weight_ih_l0': expected shape [5, 4], found [3, 4]
# expect: other.safetensors: no tensor 'rnn.weight_hh_l0', which the model needs
# expect: cut.safetensors: 
# expect: text.safetensors: 
# expect: none.safetensors: 
# expect: done
# expect: rnnc: --weights has no effect with --golden, which brings its own
m=$ROOT/models/hello.lua
"$RNNC" train "$m" --steps 3 --quiet --out run
w=run/best.safetensors
try() { if "$RNNC" predictor "$m" -o out "$@"; then echo "accepted: $*"; exit 1; fi; [ ! -e out ]; }
sed 's/nn.define("hidden", 3)/5/' "$m" >wide.lua
cp "$w" small.safetensors
if "$RNNC" predictor wide.lua --weights small.safetensors -o out; then exit 1; fi
sed 's/rnn.weight_hh_l0/rnn.weight_xx_l0/' "$w" >other.safetensors
try --weights other.safetensors
head -c 100 "$w" >cut.safetensors
try --weights cut.safetensors
echo "no weights at all, only a text" >text.safetensors
try --weights text.safetensors
try --weights none.safetensors
echo done
# verify and golden use the weights that are named
if "$RNNC" verify wide.lua --weights small.safetensors; then exit 1; fi
"$RNNC" verify "$m" -v >random.txt
"$RNNC" verify "$m" -v --weights "$w" >trained.txt
if cmp -s random.txt trained.txt; then echo "verify did not use the weights"; exit 1; fi
"$RNNC" golden "$m" -o g -q
if "$RNNC" verify "$m" --weights "$w" --golden g/*.safetensors; then exit 1; fi
