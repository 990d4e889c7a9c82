# the predictor of models/hello.lua: header and code, without the runtime that is pasted in and the choice of its width
"$RNNC" predictor "$ROOT/models/hello.lua" --no-dispatch -q
sed 's/UINT64_C(0x[0-9a-f]*)/HASH/' hello.h                # it changes with every word of the code
sed -n -e '/^\(\/\* c\[\|RT_WHOLE\)/,/^\/\* ---- /{/---- /!p}' -e '/^void hello_reset/,$p' hello.c
