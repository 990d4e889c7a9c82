# a training step of models/hello.lua: forward, backward, all gradients
"$RNNC" trainer "$ROOT/models/hello.lua"
sed -n '/^\/\* ==== gradient/,/^\/\* ==== loss/p' hello_train.c
