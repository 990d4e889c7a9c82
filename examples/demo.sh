#!/usr/bin/env bash
# demo.sh [FILE] [--seconds S]: the main job on real input, from a description to a program that writes. Trains
# models/charlm.lua on FILE (default: the licence texts of this machine), writes the standalone predictor, compiles
# it with nothing but the C compiler, samples from it, holds it to the oracle. Called by ./bootstrap demo; RNNC is
# the compiler. Writes to build/demo.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
rnnc=$(realpath "${RNNC:-$root/build/release/rnnc}")
cc=${CC:-cc}
seconds=60 file=

fail() { echo "demo: $*" >&2; exit 1; }
while [ $# -gt 0 ]; do
    case $1 in
        --seconds) [ $# -gt 1 ] || fail "--seconds: how many?"; seconds=$2; shift ;;
        --seconds=*) seconds=${1#*=} ;;
        -*) echo "demo: unknown option '$1'; usage: demo [FILE] [--seconds S]" >&2; exit 2 ;;
        *) [ -z "$file" ] || { echo "demo: one file, please; found '$file' and '$1'" >&2; exit 2; }; file=$1 ;;
    esac
    shift
done
if [ -n "$file" ]; then
    [ -r "$file" ] || fail "$file cannot be read"
    file=$(realpath "$file")
fi
mkdir -p "$root/build/demo"
cd "$root/build/demo"
rm -rf charlm.run predictor golden

title() { printf '\n== %s\n' "$*"; }
run() { printf '$ %s\n' "${*//$root\//}"; "$@"; }
bytes() { stat -c %s "$1"; }
macro() { sed -n "s/^#define CHARLM_$1 \([0-9]*\).*/\1/p" predictor/charlm.h; }

if [ -z "$file" ]; then
    # each text once, though some go by several names
    find /usr/share/common-licenses -type f -print0 2>/dev/null | sort -z | xargs -0 -r sha256sum |
        sort -u -k1,1 | sort -k2 | cut -c67- | while IFS= read -r f; do cat "$f"; done > licences.txt
    [ -s licences.txt ] ||
        fail "/usr/share/common-licenses holds no texts on this machine; name one: ./bootstrap demo FILE"
    file=$PWD/licences.txt
fi
model=$root/models/charlm.lua

title "train: a network of two LSTM layers, $(bytes "$file") bytes of text, $seconds seconds"
run "$rnnc" train "$model" --data "$file" --seconds "$seconds" --out charlm.run
weights=charlm.run/best.safetensors
[ -s "$weights" ] || fail "training left no weights"

title "predictor: three files, no library but libm"
run "$rnnc" predictor "$model" --weights $weights -o predictor
sources=(-Ipredictor predictor/charlm.c predictor/charlm_weights.c "$root/examples/sample.c" -lm)
run "$cc" -std=c99 -O2 -Wall -Wextra -Wpedantic "${sources[@]}" -o sample

title "it writes"
# a beginning that the network knows: the text's own first word, or first character where there are other letters
start=$(awk 'match($0, /[A-Za-z]+/) { print substr($0, RSTART, RLENGTH); exit }' "$file")
[ -n "$start" ] || start=$(LC_ALL=C.UTF-8 awk 'NF { print substr($1, 1, 1); exit }' "$file")
run ./sample "$start" 500 0.7 2> step.log

title "verify: the generated code against double precision, gradients against central differences, a golden test"
run "$rnnc" verify "$model" --weights $weights --batch 2
run "$rnnc" golden "$model" --weights $weights --batch 2 -o golden
echo "\$ $cc -std=gnu11 -O2 -march=native golden/*.c -lm -o golden/test && ./golden/test"
"$cc" -std=gnu11 -O2 -march=native golden/*.c -lm -o golden/test
(cd golden && ./test)

title "in numbers"
"$cc" -std=gnu11 -O2 -march=native -funroll-loops "$root/examples/peak.c" -o peak
"$cc" -std=gnu11 -O2 -march=native "${sources[@]}" -o sample.native
./sample.native "$start" 1 > /dev/null 2> native.log
flops=$("$rnnc" inspect "$model" --json -D vocabulary="$(macro CHARS_CLASSES)" |
    grep -o '"name": "gradient", "flops": [0-9.e+]*' | grep -o '[0-9.e+]*$')
awk -v flops="$flops" -v peak="$(./peak)" -v step="$(cut -d' ' -f1 step.log)" \
    -v native="$(cut -d' ' -f1 native.log)" -v steps=50 -v batch=50 -v macs="$(macro MULTIPLY_ADDS)" \
    -v state="$(macro STATE_BYTES)" -v code="$(bytes predictor/charlm.c)" -v weights="$(macro WEIGHT_BYTES)" \
    -v program="$(bytes sample)" '
    BEGIN { FS = "," }
    NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
    { last = $column["step"]; spent = $column["seconds"]; valid = $column["valid"] }
    valid != "" && (best == "" || valid + 0 < best) { best = valid + 0; at = last }
    END {
        a_second = last / spent
        printf "training         %9.0f characters/s, %.1f GFLOP/s: %.0f %% of the %.0f that this core can do\n",
               a_second * steps * batch, a_second * flops * 1e-9, 100 * a_second * flops * 1e-9 / peak, peak
        printf "validation       %9.3f bits a character at best, after %d of %d steps\n", best / log(2), at, last
        printf "predictor        %9.0f ns a step (for this processor alone: %.0f ns, %.0f %% of its arithmetic)\n",
               step, native, 100 * 2 * macs / native / peak
        printf "its code         %9d bytes of C, %d of weights, %d of state, no allocation\n", code, weights, state
        printf "the program      %9d bytes, weights and all\n", program
    }' charlm.run/log.csv
