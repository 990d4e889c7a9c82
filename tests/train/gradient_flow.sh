# How far back the loss reaches: a linear recurrence whose matrix has the one eigenvalue 0.9 (1.2) passes 0.9 (1.2) of the
# gradient on at each step; clipping leaves the same share at every distance.
# expect: shrinks by 0.9: 12 distances
# expect: grows by 1.2: 12 distances
# expect: line: flow.csv: 20 batches
# expect: line: flow.csv: 1 batch;
# refuse: clipping h
# refuse: row h
# refuse: ratio
# expect: ahead: 1 of 12 not zero
# expect: line: --steps has no effect with --gradient-flow
# expect: line.lua: --gradient-flow: the network has no recurrent state
# expect: line: --gradient-flow needs a program of its own
cat >line.lua <<'L'
local nn = require "nn"
local time = nn.axis("time", 12)
local ids, next = nn.input("ids", nn.class(4), time), nn.target("next", nn.class(4), time)
local x, k = nn.embedding("embed", 4, 3)(ids), nn.define("delay", 1)
if k ~= 0 then
    local h = nn.state(3, { name = "h", delay = k })
    h.next = nn.matmul(nn.param("U", { 3, 3 }, nn.constant(nn.define("of", 0.3))), h) + x
    x = h.next
end
local logits = nn.dense("out", 4)(x)
return nn.model { name = "line", batch = 2, output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
    train = { optimizer = nn.sgd { lr = 0.1 }, steps = 5 }, data = nn.text { into = ids, shifted = next, unit = "char" } }
L
awk 'BEGIN { s = 7; for (i = 0; i < 900; i++) { s = (s * 1103515245 + 12345) % 2147483648
    printf "%s", substr("abc ", int(s / 65536) % 4 + 1, 1) } }' >abc.txt
flow() { "$RNNC" train line.lua --data abc.txt --gradient-flow flow.csv "$@" 2>&1; }
ratio() { # WANTED: from distance 1 on, the last step's gradient being no eigenvector; relative is to distance 0
    awk -F, -v want="$1" 'NR == 1 { if ($0 != "state,distance,norm,relative,clipped") print "header"; next }
        { if ($1 != "h" || $2 != NR - 2 || !(($3 / first - $4) ^ 2 < 1e-10) && NR > 2) print "row", $0; if (NR == 2) first = $3
          if (NR > 3 && !(($3 / before / want - 1) ^ 2 < 1e-10)) print "ratio", $3 / before; before = $3 }
        END { print NR - 1, "distances" }' flow.csv
}
flow
echo "shrinks by 0.9: $(ratio 0.9)"
flow -D of=0.4 -q
echo "grows by 1.2: $(ratio 1.2)"
head -c 25 abc.txt >short.txt
"$RNNC" train line.lua --data short.txt --gradient-flow flow.csv --clip-norm 0.001 2>out.txt
awk -F, '/all gradients/ { split($0, w, "gradients is "); norm = w[2] + 0; print; next }
    /^h,/ && !(($5 / $3 * norm / 0.001 - 1) ^ 2 < 1e-5) { print "clipping", $0 }' out.txt flow.csv
flow -D delay=-1 -q
echo "ahead: $(awk -F, 'NR > 1 && $3 > 0 { n++ } END { print n, "of", NR - 1, "not zero" }' flow.csv)"
flow --steps 3 || true
flow -D delay=0 || true
"$RNNC" trainer line.lua -o t
(cd t && ${CC:-gcc} -std=gnu11 -O0 ./*.c -lm -o ../line)
./line --data abc.txt --gradient-flow x.csv 2>&1 || true
