# The learning rate of each step is PyTorch's schedulers', survives interruptions and hears of validations; patience ends a run.
# expect: step: as StepLR
# expect: cosine: as CosineAnnealingLR
# expect: over the run: as CosineAnnealingLR
# expect: plateau: as ReduceLROnPlateau
# expect: warm-up
# expect: learning rate 0.05 from here
# expect: no better validation for 3 times: the run ends
# expect: resumed: the same
# expect: best.safetensors is the best
# expect: the run is complete at step
# expect: s: patience waits for validation losses, but nothing validates; expected --valid SHARE
# expect: s: nn.plateau waits for validation losses, but nothing validates; expected --valid SHARE
# expect: s: the learning rate 0.001 is below the schedule's least, 0.01
# expect: s: how long is the schedule? A run that ends by time alone does not say
# expect: s: --patience has no effect with --evaluate
# refuse: differ
cat >s.lua <<'END'
local nn = require "nn"
local which = nn.define("which", "step")
local all = {
  step = nn.step_lr { every = 15, factor = 0.5, least = 0.01 }, cosine = nn.cosine { steps = 40, least = 0.01 },
  run = nn.cosine { warm_up = 20 }, plateau = nn.plateau { factor = 0.5, patience = 1 },
  warm = nn.constant_lr { warm_up = 40 },
}
local time = nn.axis("time", 5)
local x, y = nn.input("x", nn.class(256), time), nn.target("y", nn.class(256), time)
local z = nn.linear("out", 256)(nn.embedding("W", 256, 4)(x))
return nn.model { name = "s", batch = 4, output = { y = nn.softmax(z) }, loss = nn.cross_entropy(z, y),
  train = { optimizer = nn.adam { lr = 0.1 }, valid = 0.2, schedule = all[which] },
  data = nn.text { into = x, shifted = y } }
END
seq 1000 1300 | tr -d '\n' >t.txt
run() { local which=$1; shift; "$RNNC" train s.lua -D "which=$which" --data t.txt "$@"; }
rates() { awk -F, -v every="$2" 'NR > 1 && $1 % every == 0 && !seen[$1]++ { printf "%s ", $4 }' "$1/log.csv"; }
is() { if [ "$2" = "$3" ]; then echo "$1"; else echo "$1 differ: $2"; fi; }

run step --steps 60 --out a --quiet
is "step: as StepLR" "$(rates a 10)" "0.1 0.05 0.05 0.025 0.0125 0.0125 "
run cosine --steps 50 --out b --quiet
is "cosine: as CosineAnnealingLR" "$(rates b 10)" "0.0892183 0.0585307 0.0257748 0.0101387 0.01 "
run run --steps 60 --out c --quiet
is "over the run: as CosineAnnealingLR" "$(rates c 10)" "0.05 0.1 0.0880203 0.053923 0.0175276 0.000154133 "
run warm --steps 50 --out d --quiet
is "warm-up" "$(rates d 10)" "0.025 0.05 0.075 0.1 0.1 "

run plateau --steps 200 --every 10 --out e 2>e.txt
grep "learning rate 0.05" e.txt
awk -F, 'BEGIN { best = 1e30; lr = 0.1 } NR > 1 && $3 != "" {      # the scheduler, from the logged losses
    if (sprintf("%.6g", lr) != $4) { print "plateau differ at", $1; exit }
    if ($3 < best * (1 - 1e-4)) { best = $3; bad = 0 } else if (++bad > 1) { lr /= 2; bad = 0 } }
    END { if (lr < 0.05) print "plateau: as ReduceLROnPlateau" }' e/log.csv
run plateau --steps 200 --every 10 --out f --quiet --seconds 0.0008
run plateau --steps 200 --every 10 --out f --quiet --seconds 1000 --resume
heard() { awk -F, 'NR > 1 && $1 % 10 == 0 && $3 != "" && !seen[$1]++ { print $1, $3, $4 }' "$1/log.csv"; }    # not where time ended it
[ "$(heard e)" = "$(heard f)" ] || echo "resumed plateau differ"

run warm --steps 5000 --every 10 --patience 3 --out g 2>g.txt
grep "the run ends" g.txt
last=$(tail -n 1 g/log.csv | cut -d, -f1)
run warm --steps $((last - 15)) --every 10 --patience 3 --out h --quiet
run warm --steps 5000 --every 10 --out h --resume --quiet
cmp g/best.safetensors h/best.safetensors && [ "$(tail -n 1 h/log.csv | cut -d, -f1)" = "$last" ] && echo "resumed: the same"
best=$(awk -F, 'NR > 1 && $3 != "" && (least == "" || $3 < least) { least = $3 } END { printf "%.4f", least }' g/log.csv)
run warm --evaluate --weights g/best.safetensors >ev.txt; read -r _ _ value _ <ev.txt
[ "$(printf %.4f "$value")" = "$best" ] && echo "best.safetensors is the best"
run warm --steps 5000 --every 10 --out g --resume 2>&1 | head -n 1
run warm --steps 5 --valid 0 --patience 2 --out i 2>&1 || :
run plateau --steps 5 --valid 0 --out i 2>&1 || :
run step --steps 5 --lr 0.001 --out i 2>&1 || :
run cosine --steps 5 --lr 0.02 --out i --quiet
run run --seconds 1 --out i 2>&1 || :
run run --evaluate --patience 2 2>&1 || :
