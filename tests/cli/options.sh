# Words on rnnc's command line: the nearest correct one, exit 2, nothing written.
# expect: rnnc: unknown command 'predictr', did you mean 'predictor'?; rnnc --help lists them
# expect: rnnc: unknown option '--jsn', did you mean '--json'?; rnnc inspect --help lists them
# expect: rnnc: --json does not apply to 'rnnc predictor'
# expect: rnnc: --precision f16: expected f32 or f64
# expect: rnnc: --rtol small: expected a positive number
# expect: rnnc: --batch 0: expected a positive whole number
# expect: rnnc: --max-ram 99999999999: expected a positive whole number of at most 2000000000
# expect: rnnc: -D hidden: expected NAME=VALUE
# expect: rnnc: -d mask: no such pass, did you mean 'masks'?; rnnc --passes lists them
# expect: rnnc: which model? rnnc inspect MODEL.lua [--json]
# expect: --unroll: expected calls|loop behind it
# refuse: exit 0
# refuse: exit 1
m=$ROOT/models/hello.lua
try() { local code=0; "$RNNC" "$@" || code=$?; echo "exit $code"; }
try predictr "$m"
try inspect "$m" --jsn
try predictor "$m" --json
try inspect "$m" --precision f16
try verify "$m" --rtol small
try inspect "$m" --batch 0
try inspect "$m" --max-ram 99999999999
try inspect "$m" -D hidden
try inspect "$m" -d mask
try inspect
try inspect "$m" --unroll
[ -z "$(ls)" ]
