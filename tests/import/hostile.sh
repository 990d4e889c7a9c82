# Cut off, overwritten, and not at all ONNX: a sentence and exit 1 (or a description, where the bytes did not matter), nothing else.
# expect: empty.onnx: not an ONNX file: there is no graph in it
# expect: text.onnx: not an ONNX file
# expect: claims.onnx: the initializer 'w': its dimensions say 1099511627776.0 elements, there are 0.25
# expect: none.onnx: 
# expect: done
# refuse: gen/import
# refuse: strange
run() { local code=0; "$RNNC" import "$1" -o out -q 2>&1 || code=$?; [ $code -le 1 ] || echo "strange: exit $code for $1"; }
: >empty.onnx; run empty.onnx
echo "no network at all, only a text" >text.onnx; run text.onnx
run none.onnx
n=0
for f in lstm_both gru_before torch_language_13 torch_stack_9 no_part; do
    size=$(stat -c %s "$TESTS/import/$f.onnx")
    for at in 7 $((size / 5)) $((size / 2)) $((size - 9)) $((size - 1)); do
        head -c "$at" "$TESTS/import/$f.onnx" >cut.onnx; run cut.onnx
        cp "$TESTS/import/$f.onnx" over.onnx
        printf '\377\377\377\377\177' | dd of=over.onnx bs=1 seek="$at" conv=notrunc status=none; run over.onnx
    done
done
# an initializer that claims 2^40 elements: dims 1099511627776, type 1, name w
printf '\x3a\x11\x2a\x0f\x08\x80\x80\x80\x80\x80\x20\x10\x01\x42\x01w\x4a\x01\x00' >claims.onnx
run claims.onnx
echo done
