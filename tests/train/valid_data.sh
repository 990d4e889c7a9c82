# A file of its own that validates, for windows of rows and of a text: its rows alone, with what the training file says of symbols and
# normalisation; also where only the weights and that file are there. What draws nothing takes no --seed.
# expect: rows: validation 31.5, best 31.5 at step 4
# expect: rows again: validation loss 31.5 (RMSE 5.61249)
# expect: alone: validation loss 31.5 (RMSE 5.61249)
# expect: filled: validation loss 25.6667 (RMSE 5.06623)
# expect: lanes: validation 26, best 26 at step 4
# expect: few: few.csv: the validation part has 2 rows, 0 windows of 2 steps; a batch needs 1: more of it
# expect: header: other.csv: no column b; there are a, bb
# expect: scaled: mean.into 3.5
# expect: text: validation 0.69315, best
# expect: text alone: validation loss 0.693147
# expect: short: short.txt: the validation part has 3 symbols; 2 examples of 2 steps side by side need at least 5: more of it
# expect: strange: strange.txt: U+0063, symbol 3 of the file, is not in the vocabulary of the training text, which has no class for unknown ones
# expect: resume: r/last.safetensors: cannot resume: the size of the data was
# expect: own: validation 0.69315, best
# expect: seed: --seed has no effect with --evaluate: nothing is drawn
# expect: speed: --seed has no effect with --speed: nothing is drawn
# refuse: wrong exit
cat >rows.lua <<'L'
local nn = require "nn"
local t, w = nn.axis("t", 2), nn.param("w", 1, nn.zeros)
local x, y = nn.input("x", nn.real(1), t), nn.target("y", nn.real(1))
local guess = nn.last(x) + w
return nn.model { name = "rows", batch = nn.define("batch", 2), output = { y = guess }, loss = nn.mse(guess, y),
  train = { steps = 4, carry_state = nn.define("carry", false), optimizer = nn.sgd { lr = 1e-9 } },
  data = nn.csv { into = x, target = y, columns = { "a" }, target_columns = { "b" }, normalize = nn.define("scaled", false), horizon = 1 } }
L
say() { # WORD EXIT COMMAND...: the last line that it says, behind the word
    local word=$1 want=$2 code=0; shift 2
    "$@" >out.txt 2>&1 || code=$?
    [ $code -eq "$want" ] || echo "wrong exit $code: $*"
    echo "$word: $(grep -E '^[a-z]+: step .*validation|^validation|: ' out.txt | grep -v 'weights:' | tail -n 1 | sed 's/^[a-z]*: //')"
}
{ echo a,b; for i in 1 2 3 4 5 6; do echo $i,100; done; } >train.csv
{ echo b,a; for i in 1 2 3 4 5 6; do echo $((i * 2)),$i; done; } >valid.csv
printf 'a,b\n1,1\n2,2\n' >few.csv
printf 'a,bb\n1,1\n2,2\n3,3\n' >other.csv
say rows 0 "$RNNC" train rows.lua --data train.csv --valid-data valid.csv --out r
say "rows again" 0 "$RNNC" train rows.lua --data train.csv --valid-data valid.csv --out r --evaluate
say alone 0 "$RNNC" train rows.lua --valid-data valid.csv --out r --evaluate
head -n 6 valid.csv >odd.csv                              # 3 windows: what fills the second batch weighs nothing
say filled 0 "$RNNC" train rows.lua --valid-data odd.csv --out r --evaluate
say lanes 0 "$RNNC" train rows.lua -D carry=true --data train.csv --valid-data valid.csv --out l
say few 1 "$RNNC" train rows.lua -D batch=1 --data train.csv --valid-data few.csv --out r
say header 1 "$RNNC" train rows.lua --data train.csv --valid-data other.csv --out r
say resume 1 "$RNNC" train rows.lua --data train.csv --out r --resume --steps 8
say seed 2 "$RNNC" train rows.lua --data train.csv --out r --evaluate --seed 2
say speed 2 "$RNNC" train rows.lua --speed --seed 2
"$RNNC" train rows.lua -D scaled=true --data train.csv --valid-data valid.csv --out s --quiet
echo "scaled: mean.into $(grep -ao '"mean.into":"[^"]*' s/best.safetensors | cut -d'"' -f4)"
cat >text.lua <<'L'
local nn = require "nn"
local t = nn.axis("t", 2)
local x, y = nn.input("x", nn.class(2), t), nn.target("y", nn.class(2), t)
local z = nn.dense("out", 2, { init = nn.zeros, bias = false })(nn.onehot(x))
return nn.model { name = "text", batch = 2, output = { y = z }, loss = nn.cross_entropy(z, y),
  train = { steps = 4, optimizer = nn.sgd { lr = 1e-9 } },
  data = nn.text { into = x, shifted = y, unit = "char", text = nn.define("own", false) and "abaababb" or nil } }
L
printf ababababa >train.txt; printf bbbaab >valid.txt; printf bab >short.txt; printf abbcab >strange.txt
say text 0 "$RNNC" train text.lua --data train.txt --valid-data valid.txt --out t
say "text alone" 0 "$RNNC" train text.lua --valid-data valid.txt --out t --evaluate
say short 1 "$RNNC" train text.lua --data train.txt --valid-data short.txt --out t
say strange 1 "$RNNC" train text.lua --data train.txt --valid-data strange.txt --out t
say own 0 "$RNNC" train text.lua -D own=true --valid-data valid.txt --out o
