# A decoder writes texts: the likeliest, by beam, drawn; compared with those of the file; what has no effect is refused.
# expect: hear is heard: exact 1.0000 (2), similarity 1.0000
# expect: beam of 1: the same
# expect: one seed, one text
# expect: drawn among 1: the likeliest
# expect: error: pairs.lua writes no texts
# expect: error: --beam follows the likeliest; --temperature draws
# expect: error: --top-k needs --temperature X above 0
# expect: error: --score needs --predict FILE
# expect: error: --seed has no effect with --predict
cat >pairs.lua <<'END'
local nn = require "nn"
local there, here = nn.axis("there", 8, { ragged = true }), nn.axis("here", 9, { ragged = true })
local source = nn.input("source", nn.class(12), there)
local input, target = nn.input("input", nn.class(12), here), nn.target("target", nn.class(12), here)
local _, h = nn.gru("encoder", { size = 12, final = true })(nn.onehot(source))
local logits = nn.dense("out", 12)(nn.gru("decoder", { size = 12, start = h })(nn.onehot(input)))
local output = nn.define("alone", false) and nn.sum(logits, here) or nn.define("raw", false) and logits or nn.softmax(logits)
return nn.model { name = "pairs", batch = 2, output = { target = output }, loss = nn.cross_entropy(logits, target),
  train = { optimizer = nn.adam { lr = 0.03 }, steps = 300 },
  data = nn.pairs { source = source, target = target, input = input, inline = "source\ttarget\nsee\tseen\nhear\theard\n" } }
END
printf 'source\ttarget\nsee\tseen\nhear\theard\nabcdefghijk\tleft out\n' >all.tsv
"$RNNC" train pairs.lua --quiet --out run
predict() { "$RNNC" predict pairs.lua --weights run/last.safetensors --input all.tsv "$@"; }
sed -i 's/inline =/longer = "skip", inline =/' pairs.lua
predict >likeliest.txt 2>/dev/null
[ "$(sed -n 2p likeliest.txt)" = heard ]
echo "hear is heard: $(predict --score 2>&1 >/dev/null | sed -n 's/.*exact/exact/p')"
predict --beam 1 2>/dev/null | cmp - likeliest.txt && echo "beam of 1: the same"
predict --beam 3 -D raw=true 2>/dev/null | cmp - likeliest.txt
predict --temperature 5 --seed 3 >one.txt 2>/dev/null
predict --temperature 5 --seed 3 2>/dev/null | cmp - one.txt && ! cmp -s one.txt likeliest.txt && echo "one seed, one text"
predict --temperature 5 --top-k 1 --seed 3 2>/dev/null | cmp - likeliest.txt && echo "drawn among 1: the likeliest"
must_fail() { if "$@" >out.txt 2>&1; then echo "accepted: $*"; fi; sed -n 's/^[a-z]*: /error: /p' out.txt | tail -n 1; }
must_fail predict -D alone=true --score
must_fail predict --beam 2 --temperature 1
must_fail predict --top-k 3
must_fail "$RNNC" train pairs.lua --score
must_fail predict --seed 3
