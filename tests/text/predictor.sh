# the predictor of models/hello.lua: header and code, without the runtime that is pasted in
"$RNNC" predictor "$ROOT/models/hello.lua" -q
cat hello.h
sed -n '/^void hello_reset/,$p' hello.c
