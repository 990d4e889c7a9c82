# the predictor of models/hello.lua: header and code, without the runtime that is pasted in
"$RNNC" predictor "$ROOT/models/hello.lua" -q
sed 's/UINT64_C(0x[0-9a-f]*)/HASH/' hello.h                # it changes with every word of the code
sed -n '/^void hello_reset/,$p' hello.c
