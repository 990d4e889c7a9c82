# Recorded numbers that cannot be: what the file claims is held to its size before memory is asked for, and everything in it means
# something. tests/fuzz/run command and golden look deeper.
# expect: examples: tensor 'input.letter': expected shape [4, 1000000000], found [1000000000, 1000000000, 0]
# expect: none: tensor 'input.letter': a batch of no examples
# expect: fractions: tensor 'input.letter': expected class ids, whole numbers (I32), found F32
# expect: class: tensor 'input.letter': element 3 is class 9 of 4
# expect: size: tensor input.letter: I32 of shape [4, 1000000000] takes 16000000000 bytes
# expect: rank: tensor 'input.letter': expected shape [4, 1], found [4]
# expect: alone: no tensor of the file says how many examples the batch has
# expect: results: tensor 'loss': expected 1 number, found 2
# expect: from: tensor 'input.letter': a batch of no examples
# expect: parameter: tensor 'param.rnn.weight_ih_l0': expected shape [3, 4], found [4, 3]
# expect: program: BAD loss 2 numbers are recorded, 1 computed
cp "$ROOT/models/hello.lua" .
"$RNNC" golden hello.lua -o g
head=$(od -An -t u8 -N 8 g/hello_golden.safetensors | tr -d ' ')
tail -c +$((9 + head)) g/hello_golden.safetensors >data
head -c $((8 + head)) g/hello_golden.safetensors | tail -c "$head" >header
write() { # FILE: the header `changed` before the data
    local n b; n=$(stat -c %s changed)
    # shellcheck disable=SC2059
    { for b in 0 8 16 24 32 40 48 56; do printf "\\$(printf %03o $((n >> b & 255)))"; done; cat changed "${2:-data}"; } >"$1"
}
say() { { "$RNNC" "${@:2}" -q 2>&1 || true; } | sed "s/^[^:]*: /$1: /; s/^$1: [a-z.]*safetensors: /$1: /"; }
letter='"input.letter":{"dtype":"I32","shape":\[4,1\],"data_offsets":\[\([0-9]*\),[0-9]*\]}'
grep -q "$letter" header || cat header
try() { # NAME DTYPE SHAPE: the input as that, its data alone in the file
    printf '{"input.letter":{"dtype":"%s","shape":[%s],"data_offsets":[0,%d]}}' "$2" "$3" "$4" >changed
    head -c "$4" /dev/zero >zeros; write f.safetensors zeros
    say "$1" verify hello.lua --golden f.safetensors
}
try examples I32 1000000000,1000000000,0 0
try none I32 4,0 0
try size I32 4,1000000000 16
try rank I32 4 16
printf '{}' >changed; : >zeros; write f.safetensors zeros; say alone verify hello.lua --golden f.safetensors
sed 's/"I32"/"F32"/g' header >changed; write f.safetensors; say fractions verify hello.lua --golden f.safetensors
cp g/hello_golden.safetensors f.safetensors
at=$(sed "s/.*$letter.*/\1/" header); printf '\011' | dd of=f.safetensors bs=1 seek=$((8 + head + at + 12)) conv=notrunc status=none
say class verify hello.lua --golden f.safetensors
sed 's/"rnn.w/&/; s/\("param.rnn.weight_ih_l0":{[^[]*\)\[3,4\]/\1[4,3]/' header >changed; write f.safetensors; say parameter verify hello.lua --golden f.safetensors
sed 's/\("loss":{"dtype":\)"F64","shape":\[\]/\1"F32","shape":[2]/' header >changed; write f.safetensors; say results verify hello.lua --golden f.safetensors
(cd g && ${CC:-cc} -std=gnu11 -O1 ./*.c -lm -o test)
g/test f.safetensors 2>&1 | sed 's/^BAD *loss */program: BAD loss /' || true
try none I32 4,0 0 >/dev/null; say from golden hello.lua --from f.safetensors -o h
