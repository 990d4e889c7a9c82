# What rnnc inspect says of sizes, against the compiler's and the linker's numbers: constants and state exact, the stack a
# bound that is not far off, code within 20 %; --max-ram and --max-flash say what would have to shrink.
# expect: 21 models: data exact, stack within its bound, code within 20 %
# expect: hello.lua: --max-ram 700:
# expect: of state, 0 of work
# expect: 192 of work
# expect: narrower layers make the work smaller; --freestanding, for vectors of 16 bytes or none, takes 3840 less of the stack
# expect: hello.lua: --max-flash 500:
# expect: fewer layers make the code smaller
# refuse: wrong
command -v arm-none-eabi-gcc >/dev/null || { echo "no arm-none-eabi-gcc"; exit 77; }
n=0
arm="-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -std=c99"
sum() { local x s=0; while read -r x; do s=$((s + 0x$x)); done; echo $s; }
for file in "$ROOT"/models/*.lua "$ROOT"/examples/audio/*.lua "$ROOT"/bench/rows/I8.lua "$TESTS"/gold/torch_gru.lua "$TESTS"/gold/torch_lstm.lua; do
    model=$(basename "$file" .lua)
    case $model in cells | layers) continue ;; esac
    "$RNNC" inspect "$file" --json --freestanding >said.json
    said() { sed -n "s/.*\"predictor\": {.*\"$1\": \([0-9]*\).*/\1/p" said.json; }
    rm -rf p && "$RNNC" predictor "$file" --freestanding -o p -q
    name=$(basename p/*.h .h)
    # shellcheck disable=SC2086
    {
        arm-none-eabi-gcc $arm -Os -ffunction-sections -fstack-usage -c p/$name.c -o code.o
        arm-none-eabi-gcc $arm -c p/${name}_weights.c -o weights.o
        # a program that runs it and does not generate, but for the processor's own library
        starts=$(sed -n "s/^.*void \(${name}_[a-z]*\)(.*;.*/-Wl,-u,\1/p" p/$name.h)
        arm-none-eabi-gcc $arm -nostdlib -Wl,--gc-sections,--defsym=memcpy=0,-e,0 $starts code.o weights.o -lgcc -o linked.elf
    }
    data=$(arm-none-eabi-nm -S linked.elf | awk '$3 == "R" && $4 !~ /_(vocabulary|mean|std|descriptor|symbols)/ { print $2 }' | sum)
    [ "$data" = "$(said weight_bytes)" ] || echo "wrong: $model: $data bytes of weights, said $(said weight_bytes)"
    [ "$(arm-none-eabi-nm -S linked.elf | awk 'NF == 4 && $3 ~ /[bBdD]/' | wc -l)" = 0 ] || echo "wrong: $model: memory of its own"
    if [ "$(said steps)" = 1 ]; then
        echo "#include \"$name.h\"
${name}_state s;" >s.c
        arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -Ip -c s.c -o s.o
        state=$((0x$(arm-none-eabi-nm -S s.o | awk '{ print $2 }')))
        [ $state = "$(said state_bytes)" ] || echo "wrong: $model: $state bytes of state, said $(said state_bytes)"
    fi
    code=$(arm-none-eabi-size -A linked.elf | awk '$1 == ".text" { print $2 }')
    awk -v c="$code" -v s="$(said code_bytes)" -v m=$model 'BEGIN { if (!(s >= 0.8 * c && s <= 1.2 * c)) print "wrong: " m ": " c " bytes of code, said " s }'
    # frames that may be on the stack at once: the largest, and those that it calls
    for other in begin step; do                         # neither calls the other
        used=$(grep -vE "_(generate|beam|$other)[[:space:]]" code.su | cut -f2 | sort -nr | awk 'NR <= 3 { u += $1 } END { print u + 48 }')
        [ "$used" -le "$(said stack_bytes)" ] || echo "wrong: $model: $used bytes of stack, said $(said stack_bytes)"
    done
    n=$((n + 1))
done
echo "$n models: data exact, stack within its bound, code within 20 %"
"$RNNC" predictor "$ROOT/models/hello.lua" --max-ram 700 -q || true
"$RNNC" predictor "$ROOT/models/mgu.lua" -D hidden=8 --max-ram 700 -q || true
"$RNNC" predictor "$ROOT/models/hello.lua" --max-flash 500 -q || true
