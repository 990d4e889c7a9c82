# What rnnc inspect says of sizes, against the compiler's and the linker's numbers: constants and state exact, the stack a
# bound that is not far off, code within 20 %; --max-ram and --max-flash say what would have to shrink.
# expect: 10 models: data exact, stack within its bound, code within 20 %
# expect: hello.lua: --max-ram 700:
# expect: of state, 448 of work
# expect: narrower layers make the work smaller
# expect: hello.lua: --max-flash 500:
# expect: fewer layers make the code smaller
# refuse: wrong
command -v arm-none-eabi-gcc >/dev/null || { echo "no arm-none-eabi-gcc"; exit 77; }
n=0
for model in models/charlm models/mgu models/forecast models/minchar models/hello bench/rows/T2 bench/rows/T3 bench/rows/I8 \
    tests/gold/torch_gru tests/gold/torch_lstm; do
    file=$ROOT/$model.lua
    "$RNNC" inspect "$file" --json --freestanding >said.json
    said() { sed -n "s/.*\"predictor\": {.*\"$1\": \([0-9]*\).*/\1/p" said.json; }
    rm -rf p && "$RNNC" predictor "$file" --freestanding -o p -q
    name=$(basename p/*.h .h)
    arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=c99 -Os -fstack-usage -c p/$name.c -o code.o
    arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=c99 -Os -c p/${name}_weights.c -o weights.o
    data=$(arm-none-eabi-nm -S weights.o | awk '$3 == "R" && $4 !~ /_(vocabulary|mean|std|descriptor)/ { print $2 }' |
        { sum=0; while read -r x; do sum=$((sum + 0x$x)); done; echo $sum; })
    [ "$data" = "$(said weight_bytes)" ] || echo "wrong: $model: $data bytes of weights, said $(said weight_bytes)"
    if [ "$(said steps)" = 1 ]; then
        echo "#include \"$name.h\"
${name}_state s;" >s.c
        arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Ip -c s.c -o s.o
        state=$((0x$(arm-none-eabi-nm -S s.o | awk '{ print $2 }')))
        [ $state = "$(said state_bytes)" ] || echo "wrong: $model: $state bytes of state, said $(said state_bytes)"
    fi
    # what a program that does not generate is linked with
    code=$(arm-none-eabi-nm -S code.o | awk '$3 ~ /[tTrR]/ && $4 !~ /_(generate|beam)$|^root/ { print $2 }' |
        { sum=0; while read -r x; do sum=$((sum + 0x$x)); done; echo $sum; })
    awk -v c="$code" -v s="$(said code_bytes)" -v m=$model 'BEGIN { if (!(s >= 0.8 * c && s <= 1.2 * c)) print "wrong: " m ": " c " bytes of code, said " s }'
    # frames that may be on the stack at once: the largest, and those that it calls
    used=$(grep -vE '_(generate|beam)' code.su | cut -f2 | sort -nr | awk 'NR <= 3 { u += $1 } END { print u + 48 }')
    [ "$used" -le "$(said stack_bytes)" ] || echo "wrong: $model: $used bytes of stack, said $(said stack_bytes)"
    n=$((n + 1))
done
echo "$n models: data exact, stack within its bound, code within 20 %"
"$RNNC" predictor "$ROOT/models/hello.lua" --max-ram 700 -q || true
"$RNNC" predictor "$ROOT/models/hello.lua" --max-flash 500 -q || true
