# Cortex-M3 (no floating point in hardware) and Cortex-M4F, on emulated boards, without a C library and without a heap: the
# bits of every other target, and a stack no deeper than the header says.
# expect: cortex-m3 -Os: the same bits
# expect: cortex-m4 -O2: the same bits
# expect: stack within what the headers say
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
