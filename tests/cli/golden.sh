# A golden test notices: numbers as recorded pass, one that is off, not a number, or missing fails and is named.
# expect: as recorded: exit 0
# expect: off: exit 1
# expect: not a number: exit 1
# expect: BAD   grad.out.bias
# expect: the program: exit 0
# expect: the program, off: exit 1
# expect: tensor 'output.nxt' is nothing that the model computes
# refuse: runtime error
cp "$ROOT/models/hello.lua" .
"$RNNC" golden hello.lua -o g
code() { local c=0; "${@:2}" || c=$?; echo "$1: exit $c"; }
# the last 8 bytes of a tensor, in place: its place is in the header
patch() { # FROM TO TENSOR BYTES
    local head end
    cp "$1" "$2"
    head=$(od -An -t u8 -N 8 "$1" | tr -d ' ')
    end=$(head -c $((head + 8)) "$1" | tail -c "$head" | grep -o "\"$3\":{[^}]*}" | sed 's/.*,\([0-9]*\)\].*/\1/')
    [ -n "$end" ] || { echo "no tensor $3"; exit 1; }
    printf "$4" | dd of="$2" bs=1 seek=$((8 + head + end - 8)) conv=notrunc status=none
}
code "as recorded" "$RNNC" verify hello.lua --golden g/hello_golden.safetensors
patch g/hello_golden.safetensors off.safetensors grad.out.bias '\0\0\0\0\0\0\020\100'
code "off" "$RNNC" verify hello.lua --golden off.safetensors
patch g/hello_golden.safetensors nan.safetensors loss '\0\0\0\0\0\0\370\177'
code "not a number" "$RNNC" verify hello.lua --golden nan.safetensors
sed 's/output\.next/output.nxt_/; s/output.nxt_"/output.nxt" /' g/hello_golden.safetensors > name.safetensors
code "another name" "$RNNC" verify hello.lua --golden name.safetensors
(cd g && ${CC:-cc} -std=gnu11 -O1 ./*.c -lm -o test)
code "the program" g/test g/hello_golden.safetensors
code "the program, off" g/test off.safetensors
