# every block of docs/examples.md verifies, and every entry that docs/language.md names has one
doc=$ROOT/docs/language.md
awk '/^```lua/ { n++; name = $2 == "head" ? "head" : sprintf("e%02d", n); next }
    /^```/ { name = "" } name { print > (name ".lua") }' "$ROOT/docs/examples.md"
cat >tail.lua <<'END'
local output, total = { x = nn.sum(x), y = nn.sum(y), ids = nn.onehot(ids), q = q, v = v }, loss or 0
for i, r in ipairs(result or {}) do
  output["result" .. i] = r
  total = total + nn.mse(r, 0.3 * r * r + 0.1)
end
if not loss then total = total + nn.cross_entropy(nn.dense("tail", 5)(x), next) end
return nn.model { name = "example", batch = 3, output = output, loss = total }
END
for f in e*.lua; do
    if grep -q 'nn.model' "$f"; then cp "$f" run.lua
    else { cat head.lua; echo 'local result, loss'; cat "$f" tail.lua; } >run.lua; fi
    "$RNNC" verify -q run.lua || { echo "the example in $f:"; cat "$f"; exit 1; }
done
# what the page names, and what is defined one by one in the prelude and beside it
{ grep -oE 'nn\.[a-z_0-9]+' "$doc" | sed 's/nn\.//'
  grep -ohE '(^|[^a-z.])def\("[a-z_0-9]+"' "$ROOT"/gen/prelude*.lua | sed 's/.*"\(.*\)"/\1/'
  grep -ohE '^(cells|layers)\.[a-z_0-9]+' "$ROOT"/models/cells.lua "$ROOT"/models/layers.lua | sed 's/.*\.//'; } | sort -u >all
cat head.lua e*.lua | sed 's/--.*//' >code
for e in $(cat all); do
    grep -qE "nn\.$e([^a-z_0-9]|\$)" code || echo "docs/examples.md has no example of nn.$e"
done >missing
[ ! -s missing ] || { cat missing; exit 1; }
