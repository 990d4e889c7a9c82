# What a trainer says when rnnc runs it: options as rnnc has them, precision, too little data with advice; a run that is complete.
# expect: rnnc: unknown option '--stpes', did you mean '--steps'?; rnnc train --help and --trainer-help list them
# expect: rnnc: unknown option '--tun', did you mean '--tune'?
# expect: rnnc: unknown option '--thread', did you mean '--threads'?
# expect: rnnc: --json does not apply to 'rnnc train'
# expect: cannot resume: --precision was f32 and is f64 now
# expect: t.txt: the validation part has 11 symbols; 4 examples of 5 steps side by side need at least 21: a larger --valid, none (--valid 0)
# expect: t.txt: the training part has 891 symbols; 500 examples of 5 steps side by side need at least 2501: a smaller batch
# expect: the run is complete at step 25
# expect: the log stays as it is
# refuse: smoothed
cat >s.lua <<'END'
local nn = require "nn"
local time = nn.axis("time", 5)
local x, y = nn.input("x", nn.class(256), time), nn.target("y", nn.class(256), time)
local z = nn.linear("out", 256)(nn.embedding("W", 256, 4)(x))
return nn.model { name = "s", batch = 4, output = { y = nn.softmax(z) }, loss = nn.cross_entropy(z, y),
  data = nn.text { into = x, shifted = y } }
END
seq 100 399 | tr -d '\n' | head -c 1100 >t.txt
truncate -s 900 t.txt; printf '%0200d' 7 >>t.txt
run() { "$RNNC" train s.lua --data t.txt "$@" 2>&1 || :; }
run --stpes 9
run --prime --stpes --sample 9 --tun
run --thread=2
run --json
run --steps 9 --valid 0.01
run --steps 9 --valid 0.19 --batch 500
run --steps 25 --every 10 --valid 0.19
cp s.run/log.csv before.csv
run --steps 25 --resume
cmp before.csv s.run/log.csv && echo "the log stays as it is"
run --steps 40 --resume --precision f64
