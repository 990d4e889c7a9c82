# Other processors under Linux, emulated: AArch64, 32-bit Arm, RISC-V; and other compilers here. Vectors: the numbers of this
# machine to 1e-6. One number at a time (RT_SCALAR, and where there are no vectors): the same bits everywhere.
# expect: here: the same numbers
# expect: aarch64: the same numbers, the same bits
# expect: arm: the same bits, the same bits
# expect: arm NEON: the same numbers, the same bits
# expect: riscv64: the same bits, the same bits
# expect: clang: the same numbers, the same bits
# expect: gcc -march=native: the same numbers, the same bits
# expect: tcc: the same bits
# refuse: differ
need() { local t; for t in "$@"; do command -v "$t" >/dev/null || { echo "no $t"; exit 77; }; done; }
need aarch64-linux-gnu-gcc arm-linux-gnueabihf-gcc riscv64-linux-gnu-gcc qemu-aarch64 qemu-arm qemu-riscv64 tcc clang
. "$TESTS/targets/common.bash"
both() { # NAME EMULATOR BITS COMPILER...: the ordinary build, and the scalar one
    local name=$1 emulator=$2 bits=$3; shift 3
    # shellcheck disable=SC2046,SC2086
    "$@" -O2 -Ip $host $(parts p) -lm -o a
    $emulator ./a >a.txt
    # shellcheck disable=SC2046,SC2086
    "$@" -O2 -DRT_SCALAR -Ip $host $(parts p) -lm -o b
    $emulator ./b >b.txt
    if [ "$bits" = bits ]; then echo "$name: $(./compare a.txt scalar.txt), $(./compare b.txt scalar.txt)"
    else echo "$name: $(./compare a.txt near.txt 1e-6), $(./compare b.txt scalar.txt)"; fi
}
both aarch64 qemu-aarch64 near aarch64-linux-gnu-gcc -static
both arm qemu-arm bits arm-linux-gnueabihf-gcc -static
both "arm NEON" qemu-arm near arm-linux-gnueabihf-gcc -static -mfpu=neon
both riscv64 qemu-riscv64 bits riscv64-linux-gnu-gcc -static
both clang "" near clang -march=native
both "gcc -march=native" "" near gcc -march=native
# shellcheck disable=SC2046,SC2086
tcc -Ip $host $(parts p) -lm -o t && ./t >t.txt && echo "tcc: $(./compare t.txt scalar.txt)"
