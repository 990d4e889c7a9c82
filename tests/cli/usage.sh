# Mistakes on the command line: exit 2 (usage) or 1 (failed), what is wrong, and the nearest correct name.
# expect: 2 rnnc: unknown command 'trian', did you mean 'train'?; rnnc --help lists them
# expect: 2 rnnc: which model? rnnc inspect MODEL.lua [--json]
# expect: 2 rnnc: unknown option '--jsn', did you mean '--json'?; rnnc inspect --help lists them
# expect: 2 rnnc: --golden does not apply to 'rnnc inspect'
# expect: 2 rnnc: 'more': the model is hello.lua already
# expect: 2 rnnc: -o: expected DIR behind it
# expect: 2 rnnc: --rtol nan: expected a positive number
# expect: 2 rnnc: --batch 1.5: expected a positive whole number
# expect: 2 rnnc: --batch 4000000000: expected a positive whole number
# expect: 2 rnnc: -d derve: no such pass, did you mean 'derive'?; rnnc --passes lists them
# expect: 2 rnnc: -D hidden: expected NAME=VALUE
# expect: 2 rnnc: --precision f16: expected f32 or f64
# expect: 2 rnnc: --json takes no value
# expect: 2 rnnc: --dispatch and --no-dispatch exclude each other
# expect: 2 rnnc: which --weights?
# expect: 2 rnnc: unknown option '--stesp', did you mean '--steps'?
# expect: 1 nosuch.lua: cannot open the description
# expect: 1 hello.lua: -D hiden: the description has no such parameter; it has hidden; did you mean 'hidden'?
# refuse: not refused
cp "$ROOT/models/hello.lua" .
refused() {
    local code=0 out
    out=$("$RNNC" "$@" 2>&1 > stdout) || code=$?
    echo "$code ${out%%$'\n'*}"
    [ $code -ne 0 ] || echo "not refused: $*"
    [ ! -s stdout ] || echo "not refused: $* printed results"
}
refused trian hello.lua
refused inspect
refused inspect hello.lua --jsn
refused inspect hello.lua --golden x
refused inspect hello.lua more
refused predictor hello.lua -o
refused verify hello.lua --rtol nan
refused inspect hello.lua --batch 1.5
refused inspect hello.lua --batch 4000000000
refused inspect hello.lua -d derve
refused inspect hello.lua -D hidden
refused inspect hello.lua --precision f16
refused inspect hello.lua --json=3
refused predictor hello.lua --dispatch --no-dispatch
refused predict hello.lua
refused train hello.lua --stesp 4
refused inspect nosuch.lua
refused inspect hello.lua -D hiden=4
