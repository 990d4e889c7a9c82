# A few seconds of fuzzing of imports, of safetensors, of weights at run time, of command lines and of what trainers read, from the project's own files: no finding.
# expect: onnx done
# expect: tensors done
# expect: image done
# expect: options done
# expect: data done
command -v clang >/dev/null || { echo "no clang"; exit 77; }
echo 'int LLVMFuzzerTestOneInput(const unsigned char *p, unsigned long n) { return (int)(n && !p); }' >empty.c
clang -fsanitize=fuzzer,address empty.c -o empty 2>/dev/null || { echo "clang has no libFuzzer (libclang-rt-dev)"; exit 77; }
for what in onnx tensors image options data; do
    "$TESTS/fuzz/run" $what 5 >log.txt 2>&1 || { tail -n 30 log.txt; exit 1; }
    echo "$what done"
done
