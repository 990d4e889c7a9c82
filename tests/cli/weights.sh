# What is wrong with a weights file: the tensor, what was expected and found, the nearest name; no predictor is written.
# expect: small.safetensors: tensor 'rnn.weight_ih_l0': expected shape [5, 4], found [3, 4]
# expect: other.safetensors: no tensor 'rnn.weight_hh_l0', which the model needs
# expect: cut.safetensors: 
# expect: text.safetensors: 
# expect: none.safetensors: 
# expect: done
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
