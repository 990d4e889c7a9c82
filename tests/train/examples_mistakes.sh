# Mistakes in examples: each names the file's line, what was expected and what was found. Also what a run keeps: it goes on with
# the same vocabulary, and other data than it began with are refused.
# expect: text: two.tsv:3: the row has 3 cells; expected 2, as the header has
# expect: text: name.tsv: no column label, did you mean labels?; there are labels, text
# expect: text: cells.tsv:2: expected at least 2 cells between tabs, found 1
# expect: text: three.tsv: 3 different values of y (from -1 to 1); the network has 2 classes
# expect: text: empty.tsv:2: the cell of y is empty; expected a name
# expect: text: latin.tsv:3: byte 0xe9 is not UTF-8
# expect: text: many.tsv: 5 different symbols of c, of which the 2 most frequent are kept; the others (
# expect: text: zero.tsv: holds a byte 0: not a text file
# expect: text: head.tsv: no rows after the header
# expect: text: nothing.tsv: no rows
# expect: text: few.tsv: the training part has 1 example; a batch needs 2
# expect: text: long.tsv:2: c has 7 steps, the axis t at most 5
# expect: text: other.tsv:1: 'x' is no class of y that the training part has, and there is none for the unknown
# expect: text: which data? --data FILE (text between tabs)
# expect: text: --valid and --valid-data both say what validates; give one
# expect: text: last.run/last.safetensors: cannot resume: the content of the data was
# expect: text: the weights' metadata classes.y is not a list of symbols, at "bad48"
# expect: text: the weights do not say what the class ids of c stand for (no metadata vocabulary.c)
# expect: pairs: uneven.tsv:3: b has 1 step, the axis u has 2: expected as many, or an axis of given lengths (ragged = true)
# expect: rows: rows.csv:3: column 2 (b): 'x' is not a number
# expect: rows: ids.csv:2: column 3: k takes class ids 0 to 2, found 1.5
# expect: rows: quote.csv:2: a quoted field does not end
# expect: rows: names.csv: no column b; there are a, k
# expect: rows: back.csv: columns a:b: b stands before a
# expect: tagged: tags.tsv:3: the cell of tag is empty; expected a name
# expect: which --input? text.lua answers each example of a file
# expect: the last step was resumed
# refuse: instead of
must_fail() { # CODE COMMAND...: prints what it says
    local want=$1 code=0; shift
    "$@" >out.txt 2>&1 || code=$?
    [ $code -eq "$want" ] || echo "exit $code instead of $want: $*"
    cat out.txt
}
cat >text.lua <<'L'
local nn = require "nn"
local n = nn.define("n", 20)
local c, y = nn.input("c", nn.class(n), nn.axis("t", 5, { ragged = true })), nn.target("y", nn.class(2))
local z = nn.dense("out", 2)(nn.last(nn.rnn("rnn", { size = 3 })(nn.onehot(c))))
return nn.model { name = "text", batch = 2, output = { y = z }, loss = nn.cross_entropy(z, y), train = { steps = 4 },
  data = nn.labelled { text = c, label = y, longer = nn.define("longer", "cut") } }
L
bad() { must_fail 1 "$RNNC" train "$model" --data "$@" --out "$model.run"; }
model=text.lua
printf 'label\ttext\n0\tab\n1\tb\tc\n' >two.tsv && bad two.tsv
printf 'labels\ttext\n0\tab\n' >name.tsv && bad name.tsv
printf '0\tab\n1\n' >cells.tsv && bad cells.tsv
printf '0\ta\n1\ta\n-1\tb\n' >three.tsv && bad three.tsv
printf '0\tab\n\tb\n' >empty.tsv && bad empty.tsv
printf '0\tab\n1\ta\n1\tcaf\351\n' >latin.tsv && bad latin.tsv
printf '0\taab\n1\ta\xc3\xa4cbd\n' >many.tsv && "$RNNC" train text.lua -D n=4 --data many.tsv --out m 2>&1
printf '0\tab\n1\ta\0\n' >zero.tsv && bad zero.tsv
printf 'label\ttext\n' >head.tsv && bad head.tsv
: >nothing.tsv && bad nothing.tsv
printf '0\tab\n' >few.tsv && bad few.tsv
printf '0\tab\n1\tabcdefg\n' >long.tsv && bad long.tsv -D longer=refuse
must_fail 1 "$RNNC" train text.lua
must_fail 2 "$RNNC" train text.lua --data two.tsv --valid 0.1 --valid-data two.tsv
printf '0\tab\n1\tb\n1\tbc\n0\tac\n' >good.tsv
"$RNNC" train text.lua --data good.tsv --steps 2 --out last.run --quiet
printf 'x\tab\nx\tb\n' >other.tsv
must_fail 1 "$RNNC" train text.lua --data other.tsv --weights last.run/best.safetensors --out o
printf '0\tab\n1\tb\n1\tbc\n0\tab\n' >changed.tsv
must_fail 1 "$RNNC" train text.lua --data changed.tsv --resume --out last.run --steps 4
"$RNNC" train text.lua --data good.tsv --resume --steps 4 --out last.run --quiet
"$RNNC" train text.lua --data good.tsv --steps 4 --out whole.run --quiet
cmp last.run/best.safetensors whole.run/best.safetensors && echo "the last step was resumed"
sed 's/"classes.y":"48 49"/"classes.y":"bad48"/' last.run/best.safetensors >broken.safetensors
must_fail 1 "$RNNC" predict text.lua --weights broken.safetensors --input good.tsv
sed 's/"vocabulary.c"/"vocabulary.x"/' last.run/best.safetensors >broken.safetensors
must_fail 1 "$RNNC" predict text.lua --weights broken.safetensors --input good.tsv
must_fail 2 "$RNNC" predict text.lua --weights last.run/best.safetensors

cat >pairs.lua <<'L'
local nn = require "nn"
local a, b = nn.input("a", nn.class(9), nn.axis("t", 5, { ragged = true })), nn.target("b", nn.class(9), nn.axis("u", 2))
local z = nn.spread(nn.dense("out", 9)(nn.last(nn.onehot(a))), b.axis)
return nn.model { name = "pairs", batch = 1, output = { b = z }, loss = nn.cross_entropy(z, b), train = { steps = 1 },
  data = nn.pairs { source = a, target = b, longer = "refuse" } }
L
model=pairs.lua
printf 'a\tb\nx\ty\nx\t\n' >uneven.tsv && bad uneven.tsv
cat >rows.lua <<'L'
local nn = require "nn"
local x, k = nn.input("x", nn.real(2)), nn.target("k", nn.class(3))
local z = nn.dense("out", 3)(x)
return nn.model { name = "rows", batch = 1, output = { k = z }, loss = nn.cross_entropy(z, k), train = { steps = 1 },
  data = nn.csv { each = "row", feeds = { { x, columns = "a:b" }, { k, columns = "k", ids = true } } } }
L
model=rows.lua
printf 'a,b,k\n1,2,0\n1,x,1\n' >rows.csv && bad rows.csv
printf 'a,b,k\n1,2,1.5\n' >ids.csv && bad ids.csv
printf 'a,b,k\n1,"2,1\n' >quote.csv && bad quote.csv
printf 'a,k\n1,2\n' >names.csv && bad names.csv
printf 'b,a,k\n1,2,1\n' >back.csv && bad back.csv
cat >tagged.lua <<'L'
local nn = require "nn"
local t = nn.axis("t", 5, { ragged = true })
local w, tag = nn.input("w", nn.class(9), t), nn.target("tag", nn.class(3), t)
local z = nn.dense("out", 3)(nn.onehot(w))
return nn.model { name = "tagged", batch = 1, output = { tag = z }, loss = nn.cross_entropy(z, tag), train = { steps = 1 },
  data = nn.tagged { words = w, tags = tag } }
L
model=tagged.lua
printf 'w\tt\nx\tA\ny\t\n' >tags.tsv && bad tags.tsv
