# Cortex-M3 (no floating point in hardware) and Cortex-M4F, on emulated boards, without a C library and without a heap: the
# bits of every other target, and a stack no deeper than the header says.
# expect: cortex-m3 -Os: the same bits
# expect: cortex-m4 -O2: the same bits
# expect: stack within what the headers say
# expect: docs: within its stack
# expect: flash:
# expect: of static memory, all of it the state
# refuse: differ
# refuse: warning
need() { local t; for t in "$@"; do command -v "$t" >/dev/null || { echo "no $t"; exit 77; }; done; }
need arm-none-eabi-gcc qemu-system-arm
. "$TESTS/targets/common.bash"
make_predictors free --freestanding
board="$ROOT/examples/firmware"
run() { # NAME MACHINE CPU OPTIMISATION...
    local name=$1 machine=$2; shift 2
    # shellcheck disable=SC2046
    arm-none-eabi-gcc "$@" -mthumb -std=c99 -ffreestanding -nostdlib -Wall -Wextra -T "$board/board.ld" -I"$board" -I"$TESTS/targets" \
        -Ifree "$board/board.c" "$TESTS/targets/board_main.c" $(parts free) -lgcc -o $name.elf
    timeout 60 qemu-system-arm -machine $machine -nographic -semihosting -kernel $name.elf 2>$name.txt
    sed '/stack/d' $name.txt >numbers.txt
    echo "$name $2: $(./compare numbers.txt scalar.txt)"
    local used said
    used=$((0x$(sed -n 's/^stack //p' $name.txt)))
    said=$(sed -n 's/^#define [A-Z]*_STACK_BYTES \([0-9]*\).*/\1/p' free/*.h | sort -n | tail -n 1)
    [ $used -le $((said + 128)) ] || echo "they differ: the stack went $used bytes deep, said was $said"    # 128: the driver
}
run cortex-m3 mps2-an385 -mcpu=cortex-m3 -Os
run cortex-m4 mps2-an386 -mcpu=cortex-m4 -O2 -mfpu=fpv4-sp-d16 -mfloat-abi=hard
echo "stack within what the headers say"
awk '/^<!-- file: / { name = $3; next } name && /^```/ { if (open) { name = open = ""; next } open = 1; next }
    open { print >name }' "$ROOT/docs/embedding.md"
"$RNNC" predictor "$ROOT/models/mgu.lua" -D vocabulary=40 --freestanding --max-flash 262144 --max-ram 32768 -o mgu -q
arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard -Os -ffreestanding -nostdlib \
    -ffunction-sections -Wl,--gc-sections -T "$board/board.ld" -I"$board" -Imgu \
    firmware.c "$board/board.c" mgu/mgu.c mgu/mgu_weights.c -lgcc -o firmware.elf
echo "docs: $(timeout 60 qemu-system-arm -machine mps2-an386 -nographic -semihosting -kernel firmware.elf 2>&1)"
flash=$(arm-none-eabi-size firmware.elf | awk 'NR == 2 { print $1 + $2 }')
"$RNNC" inspect "$ROOT/models/mgu.lua" -D vocabulary=40 --freestanding --json >said.json
said() { sed -n "s/.*\"predictor\": {.*\"$1\": \([0-9]*\).*/\1/p" said.json; }
awk -v f="$flash" -v s="$(said flash_bytes)" -v w="$(said weight_bytes)" 'BEGIN {
    print "flash: " f " bytes, of which " w " of weights; said " s
    if (f > s * 1.1 + 1000) print "they differ" }'
static=0
for x in $(arm-none-eabi-nm -S firmware.elf | awk 'NF == 4 && $3 ~ /[bBdD]/ { print $2 }'); do static=$((static + 0x$x)); done
echo "$static bytes of static memory$([ "$static" = "$(said state_bytes)" ] && echo ', all of it the state')"
