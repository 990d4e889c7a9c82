# Each unit's value at each character: h = 0.9 h + 1, and g = 2 h, of which the last two values are kept; of rows of a CSV
# file as well. Symbols are quoted as CSV wants them; what cannot be stepped is refused.
# expect: position,symbol,g.1,g.2,h.1
# expect: 1,"a",0,2,1
# expect: 2,"b",2,3.8,1.9
# expect: 3,"""",3.8,5.42,2.71
# expect: 4,",",5.42,6.878,3.439
# expect: ",6.878,8.1902,4.0951
# expect: 8,"b",10.4341,11.3907,5.69533
# expect: which data? --data FILE (text)
# expect: the network cannot be run step by step
# expect: --evaluate, --sample, --predict, --gradient-flow, --activations, --speed and --probe are different tasks
# expect: 3 rows of CSV: 1,-1 2,-1 3,2
cat >line.lua <<'L'
local nn = require "nn"
local time = nn.axis("time", 6)
local ids, next = nn.input("ids", nn.class(5), time), nn.target("next", nn.class(5), time)
local h = nn.state(1, { name = "h", delay = nn.define("delay", 1) })
h.next = h * nn.param("a", 1, nn.constant(0.9)) + nn.embedding("embed", 5, 1, { init = nn.constant(1) })(ids)
local g = nn.state(1, { name = "g", delay = 2 * nn.define("delay", 1) })
g.next = h.next * 2
local logits = nn.dense("out", 5)(g)
return nn.model { name = "line", output = { next = nn.softmax(logits) }, loss = nn.cross_entropy(logits, next),
    train = { optimizer = nn.sgd { lr = 0.1 }, steps = 1 }, data = nn.text { into = ids, shifted = next, unit = "char" } }
L
printf 'ab",\nab",ab\nbaba' >text.txt
"$RNNC" train line.lua --data text.txt --lr 0 -q
printf 'ab",\n"ab' >few.txt
"$RNNC" predict line.lua --weights line.run/best.safetensors --input few.txt --activations a.csv -q
cat a.csv
"$RNNC" predict line.lua --weights line.run/best.safetensors --activations a.csv || true
"$RNNC" train line.lua --data text.txt --activations a.csv --evaluate || true
"$RNNC" train line.lua -D delay=-1 --data text.txt --lr 0 -q --out ahead
"$RNNC" predict line.lua --weights ahead/best.safetensors --input few.txt --activations a.csv || true
cat >rows.lua <<'L'
local nn = require "nn"
local time = nn.axis("time", 2)
local x, y = nn.input("x", nn.real(1), time), nn.target("y", nn.real(1))
local h = nn.state(1, { name = "sum" })
h.next = h + nn.param("w", 1, nn.constant(1)) * x
return nn.model { name = "rows", output = { all = h.next }, loss = nn.mse(nn.last(h.next), y),
    train = { optimizer = nn.sgd { lr = 0.1 }, steps = 1 }, data = nn.csv { into = x, target = y, normalize = false } }
L
printf 'v\n-1\n0\n3\n' >rows.csv
"$RNNC" train rows.lua --data rows.csv --lr 0 -q
"$RNNC" predict rows.lua --weights rows.run/best.safetensors --input rows.csv --activations r.csv
echo "3 rows of CSV: $(tail -n +2 r.csv | tr '\n' ' ')"
