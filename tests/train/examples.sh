# Every kind of examples, held to its numbers: the network reads the ids of a sequence as the digits of one number (231 for ids 2,
# 3, 1) and the file says which number that must be, so that the loss is 0 if ids, order, lengths and targets are right.
# expect: labelled: validation 0 (RMSE 0, MSE 0)
# expect: unknown: validation 0 (RMSE 0, MSE 0)
# expect: words: validation 0 (RMSE 0, MSE 0)
# expect: bytes: validation 0 (RMSE 0, MSE 0)
# expect: tagged: validation 0 accuracy 1.0000
# expect: slots: validation 0 accuracy 1.0000
# expect: letters: validation 0.17329 accuracy 0.8000
# expect: pairs: validation 0  best
# expect: copy: validation 0  best
# expect: "vocabulary.c":"-2 -1 97 44032 98"
# expect: labelled: train.tsv: 1 of 9 examples are longer than their axis and are cut
# expect: labelled: train.tsv: 1 of 9 examples are longer than their axis and are left out
cat >ids.lua <<'L'
local nn = require "nn"
local M = {}
function M.id(ids, n)                                      -- of class ids: as a number
  local x = 0
  for k = 0, n - 2 do x = x + nn.less(k, ids) end
  return x
end
function M.digits(ids, n)                                  -- the ids of a sequence as the digits of a number
  local s = nn.state(1, { axis = ids.axis })
  s.next = 10 * s + nn.reshape(M.id(ids, n), 1)
  return nn.last(s.next)
end
function M.zero() return nn.param("w", 1, nn.zeros) end    -- a network has a parameter
function M.axis(n, name) return nn.axis(name or "t", n, { ragged = true }) end
return M
L
cat >labelled.lua <<'L'
local nn, M = require "nn", require "ids"
local n = nn.define("n", 5)
local c, y = nn.input("c", nn.class(n), M.axis(4)), nn.target("y", nn.real(1))
local z = M.digits(c, n) + M.zero()
return nn.model { name = "labelled", batch = 3, output = { y = z }, loss = nn.mse(z, y), data = nn.labelled { text = c, label = y,
  unit = nn.define("unit", "char"), least = nn.define("least", 1), longer = nn.define("longer", "cut") } }
L
run() { # NAME MODEL ARGUMENTS: one step, then what validation says
    local name=$1; shift
    "$RNNC" train "$@" --steps 1 --out "$name" 2>&1 | sed "s/^step 1  /$name: /"
}
# by count 한 of the training file: a 4, U+AC00 3, b 2; the last line has no text, the one before one symbol; 5 on are cut
printf 'label\ttext\n2234\taa\uac00b\n32\t\uac00a\n0\t\n2\ta\n3223\t\uac00aa\uac00b\n' >train.tsv
printf 'text\tlabel\n\t0\nb\t4\nba\t42\nz\t1\n' >valid.tsv
run labelled labelled.lua --data train.tsv --valid-data valid.tsv
head -c 600 labelled/best.safetensors | grep -ao '"vocabulary.c":"[^"]*"'
sed 's/2234/2231/' train.tsv >rare.tsv
printf '12\tba\n0\t\n' >valid2.tsv
run unknown labelled.lua -D least=3 --data rare.tsv --valid-data valid2.tsv
run skip labelled.lua -D longer=skip --data train.tsv --valid-data valid.tsv
printf '323\tdu das  du\n0\t\n2\tdas\n2324\tdas du das ist mehr\n' >words.tsv
printf '1\tnein\n23\tdas du\n' >valid.tsv
run words labelled.lua -D unit=word -D n=6 --data words.tsv --valid-data valid.tsv
printf '2\tx\n22\txx\n3\ty\n' >bytes.tsv
printf '11\t\303\244\n' >valid.tsv
run bytes labelled.lua -D unit=byte -D n=4 --data bytes.tsv --valid-data valid.tsv

cat >tagged.lua <<'L'
local nn, M = require "nn", require "ids"
local t, w = M.axis(4), M.zero()
local c, tag = nn.input("c", nn.class(6), t), nn.target("tag", nn.class(3), t)
local x = nn.slice(nn.onehot(c), 3, 5) + w                  -- ids 2, 3, 4 are the classes 0, 1, 2
return nn.model { name = "tagged", batch = 2, output = { tag = x }, loss = nn.mse(M.id(c, 6) - 2 + nn.sum(w), M.id(tag, 3)),
  data = nn.tagged { words = c, tags = tag } }
L
printf 'word\ttag\nx\tA\ny\tB\nx\tA\n\n\nx\tA\nz\tC\ny\tB\ny\tB\nx\tA\n\nx\tA\n' >tagged.tsv
printf 'word\ttag\r\ny\tB\r\n\r\nz\tC\r\nx\tA\r\n' >valid.tsv
run tagged tagged.lua --data tagged.tsv --valid-data valid.tsv

cat >slots.lua <<'L'
local nn, M = require "nn", require "ids"
local t, s, w, x = M.axis(3), {}, M.zero(), 0
local tag = nn.target("tag", nn.class(4), t)
for k = 1, 3 do
  s[k] = nn.input("s" .. k, nn.class(4), t)
  x = 10 * x + M.id(s[k], 4)
end
local id = nn.less(2, x) + nn.less(22, x) + nn.less(31, x)   -- a: 2, class 0; aa: 22, 1; b?: 31, 2; the end of bbaba: 232, 3
local guess = nn.equal(id, 0) .. nn.equal(id, 1) .. nn.equal(id, 2) .. nn.equal(id, 3)
return nn.model { name = "slots", batch = 1, output = { tag = guess + w }, loss = nn.mse(id + nn.sum(w), M.id(tag, 4)),
  data = nn.tagged { words = s, tags = tag, least = 2 } }
L
printf 'w\tt\na\tA\naa\tB\nb?\tC\n\nbbaba\tD\na\tA\naa\tB\n' >slots.tsv
sed 's/?/!/' slots.tsv >valid.tsv
run slots slots.lua --data slots.tsv --valid-data valid.tsv

cat >letters.lua <<'L'
local nn, M = require "nn", require "ids"
local t, w = M.axis(6), M.zero()
local c, tag = nn.input("c", nn.class(8), t), nn.target("tag", nn.class(2), t)
local x = nn.slice(nn.onehot(c), 3, 4) + w                  -- a, b: the classes 0, 1; what is neither is taken for 0
return nn.model { name = "letters", batch = 2, output = { tag = x },
  loss = nn.cross_entropy(1000 * x, tag, { ignore_missing = true }), data = nn.tagged { text = c, tags = tag } }
L
# a space has no tag; the unknown one costs ln 2 of four and is right by luck; a tag that was never seen is always wrong
printf 'word\ttag\naaa\tA\nbb\tB\n\nab\tA\n' >letters.tsv
printf 'word\ttag\na\tA\nb\tB\n\n\303\244a\tA\n\nb\tC\n' >valid.tsv
run letters letters.lua --data letters.tsv --valid-data valid.tsv

cat >pairs.lua <<'L'
local nn, M = require "nn", require "ids"
local a, b, w = M.axis(5, "a"), M.axis(4, "b"), M.zero()
local src, inp, out = nn.input("src", nn.class(4), a), nn.input("inp", nn.class(4), b), nn.target("out", nn.class(4), b)
local x = M.digits(inp, 4)                                  -- with the stop behind it the target is ten times as much
return nn.model { name = "pairs", batch = 2, output = { x = x },
  loss = nn.mse(10 * x + w, M.digits(out, 4)) + nn.mse(M.digits(src, 4) + nn.define("more", 0), x),
  data = nn.pairs { source = src, target = out, input = inp, longer = "skip",
    reverse_source_as_target = nn.define("copy", false) } }
L
printf 'en\tko\tfrom\nxx\tyy\tme\nxz\tyv\tme\nxxxxxx\tyy\tme\nx\tyyyy\tme\n\t\tme\nz\tv\tyou\nx\ty\t\n' >pairs.tsv
run pairs pairs.lua --data pairs.tsv --valid 0.3
printf 'en\nxz\nxz\n' >copy.tsv
run copy pairs.lua -D copy=true -D more=9 --data copy.tsv --valid-data copy.tsv
