#!/usr/bin/env bash
# tests/run.sh FAMILY [NAME...]: runs the tests of one family, each a file with its command and its expectation, and closes with
# "N passed, N failed[, N skipped]". RNNC is the compiler (default build/release/rnnc). --accept writes missing expectations;
# TIMES=FILE appends a line for each test: its processor seconds, family and name.
#   err      tests/err/*.lua      one mistake, one message: `-- expect:`, and `-- run:` where it is not `rnnc inspect FILE`
#   cli      tests/cli/*.sh       a command and the lines that it must print (`# expect:`), or must not (`# refuse:`)
#   runtime  tests/runtime/*.c    C programs, with gcc, clang where there is one, and the sanitizers
#   verify   models/*.lua         generated code against the oracle, gradients against central differences
#   text     tests/text/*.sh      a script and what it prints, whole (NAME.txt): generated C is reviewed as text
#   gold     tests/gold/*.lua     verify, and a golden file of PyTorch beside it
#   embed    tests/embed/*.sh     predictors in other people's builds
#   targets  tests/targets/*.sh other processors and compilers, emulated; ./bootstrap test installs them
#   train    tests/train/*.sh     runs, resumes, interruptions
#   import   tests/import/*.onnx  imported, generated code held to the numbers beside it, the description to NAME.lua if that is there; or
#            refused with the message in NAME.txt; NAME.args: further options of verify; and *.sh as cli
#   random   tests/random         random networks by seed (tests/random/run takes any seeds)
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
export RNNC=${RNNC:-$root/build/release/rnnc}
export ROOT=$root TESTS=$here
family=${1:-}
[ $# -gt 0 ] && shift
accept=
[ "${1:-}" = --accept ] && { accept=1; shift; }
passed=0 failed=0 skipped=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

pass() { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); printf 'FAIL %s\n' "$1"; [ $# -gt 1 ] && printf '%s\n' "$2" | head -n 40 | sed 's/^/    /'; }
skip() { skipped=$((skipped + 1)); printf 'skip %s: %s\n' "$1" "$2"; }
wanted() { # is this test among the names given?
    local name; name=$(basename "$1"); name=${name%.*}
    [ ${#only[@]} -eq 0 ] && return 0
    local o; for o in "${only[@]}"; do [ "$o" = "$name" ] && return 0; done
    return 1
}
only=("$@")
timed() { # FUNCTION FILE
    "$@"
    [ -z "${TIMES:-}" ] && return
    times >"$scratch/times"                             # second line: of all children so far
    awk 'NR == 2 { split($0, p, /[ms ]+/); printf "%.2f\n", 60 * p[1] + p[2] + 60 * p[3] + p[4] }' "$scratch/times" >"$scratch/now"
    read -r now <"$scratch/now"
    awk -v now="$now" -v before="${spent:-0}" -v name="$family $(basename "$2")" 'BEGIN { printf "%.2f %s\n", now - before, name }' >>"$TIMES"
    spent=$now
}
each() { local f; while IFS= read -r f; do timed "$1" "$f"; done; }

run_err() {
    local file=$1 name command expect got
    name=$(basename "$file")
    expect=$(sed -n 's/^-- expect: //p' "$file" | head -n 1)
    command=$(sed -n 's/^-- run: //p' "$file" | head -n 1)
    [ -n "$command" ] || command="rnnc inspect $name"
    got=$(cd "$here/err" && eval "${command/#rnnc/\"\$RNNC\"}" 2>&1 >/dev/null | head -n 1 | sed 's/^rnnc: //')
    if [ -z "$expect" ]; then
        echo "MISSING $name: $got"
        [ -n "$accept" ] && sed -i "1i -- expect: ${got//\\/\\\\}" "$file"
        fail "$name"
    elif [ "$got" = "$expect" ]; then pass
    else fail "$name" "expected: $expect
found:    $got"; fi
}

run_script() { # a bash script: exit 77 skips; `# expect:` and `# refuse:` are fixed strings in what it prints
    local file=$1 name out code line ok=1 why=
    name=$(basename "$file")
    mkdir -p "$scratch/$name"
    out=$(cd "$scratch/$name" && bash -eu "$file" 2>&1 </dev/null); code=$?
    if [ $code -eq 77 ]; then skip "$name" "${out##*$'\n'}"; return; fi
    if [ $code -ne "$(sed -n 's/^# exit: //p' "$file" | grep . || echo 0)" ]; then ok=; why="exit $code"; fi
    while IFS= read -r line; do
        case $out in *"$line"*) ;; *) ok=; why="$why
not printed: $line" ;; esac
    done < <(sed -n 's/^# expect: //p' "$file")
    while IFS= read -r line; do
        case $out in *"$line"*) ok=; why="$why
printed: $line" ;; esac
    done < <(sed -n 's/^# refuse: //p' "$file")
    if [ -n "$ok" ]; then pass; else fail "$name" "$why
$out"; fi
    rm -rf "${scratch:?}/$name"
}

run_text() { # what the script prints is NAME.txt, to the letter
    local file=$1 name want=${1%.sh}.txt out
    name=$(basename "$file" .sh)
    mkdir -p "$scratch/$name"
    out=$(cd "$scratch/$name" && bash -eu "$file" 2>&1 </dev/null) || { fail "$name" "$out"; return; }
    if [ -n "$accept" ]; then printf '%s\n' "$out" >"$want"; fi
    if [ ! -e "$want" ]; then fail "$name" "MISSING $(basename "$want"): look at it, then tests/run.sh text --accept"
    elif out=$(printf '%s\n' "$out" | diff -u "$want" - 2>&1); then pass
    else fail "$name" "$out"; fi
}

run_c() { # compiled several ways, with the files of runtime/ that a line `sources:` names; without one at every width, and, unless they are of products alone, without libm
    local file=$1 name variant out
    name=$(basename "$file" .c)
    local sources=("$file") f
    for f in $(sed -n 's/^ \* sources: //p' "$file" | head -n 1); do sources+=("$root/runtime/$f"); done
    local variants=("gcc -O2 -march=native" "gcc -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all")
    command -v clang >/dev/null && variants+=("clang -O2 -march=native")
    if [ ${#sources[@]} -eq 1 ]; then variants+=("gcc -O2" "gcc -O2 -march=haswell" "gcc -O2 -DRT_SCALAR" "gcc -O2 -march=native -DRT_DOUBLE"); fi
    if [ ${#sources[@]} -eq 1 ] && ! grep -q '^ \* products alone' "$file"; then variants+=("gcc -O2 -DRT_FREESTANDING" "gcc -O2 -DRT_FREESTANDING -DRT_DOUBLE"); fi
    for variant in "${variants[@]}"; do
        case $variant in *haswell*) grep -q avx512f /proc/cpuinfo || continue ;; esac     # elsewhere it is as wide as -march=native
        # shellcheck disable=SC2086
        if ! out=$($variant -DRT_TEST_BITS=13 -std=gnu11 -Wall -Wextra -I"$root/runtime" -I"$here/runtime" "${sources[@]}" -lm -o "$scratch/$name" 2>&1); then
            fail "$name ($variant)" "$out"; continue
        fi
        if out=$(cd "$scratch" && "./$name" 2>&1); then pass; else fail "$name ($variant)" "$(printf '%s' "$out" | tail -n 20)"; fi
    done
}

run_verify() {
    local file=$1 golden=${1%.lua}.safetensors out
    set --
    [ -f "$golden" ] && set -- --golden "$golden"
    # the oracle is slow: where examples are long, three of them
    grep -qE 'nn\.(labelled|tagged|pairs) ' "$file" && grep -q 'define("batch"' "$file" && set -- "$@" -D batch=3
    if out=$("$RNNC" verify "$file" "$@" 2>&1); then pass; else fail "$(basename "$file")" "$out"; fi
}

run_import() {
    local file=$1 stem=${1%.onnx} name out weights
    name=$(basename "$stem")
    weights=$scratch/$name/$name.safetensors
    if out=$("$RNNC" import "$file" -o "$scratch/$name" -q 2>&1); then
        if [ -e "$stem.txt" ]; then fail "$name" "accepted; expected: $(cat "$stem.txt")"
        elif [ -e "$stem.lua" ] && ! out=$(diff -u "$stem.lua" "$scratch/$name/$name.lua"); then fail "$name" "$out"
        elif out=$("$RNNC" verify "$scratch/$name/$name.lua" --weights "$weights" --golden "$stem.safetensors" \
            $(cat "$stem.args" 2>/dev/null) 2>&1); then pass
        else fail "$name" "$out"; fi
    elif [ -e "$stem.txt" ] && out=${out#"$file: "} && [ "$out" = "$(cat "$stem.txt")" ]; then pass
    else fail "$name" "${out#"$file: "}"; fi
}

files() { local f; for f in "$@"; do [ -e "$f" ] && wanted "$f" && printf '%s\n' "$f"; done; }
case $family in
    err) each run_err < <(files "$here"/err/*.lua) ;;
    text) each run_text < <(files "$here"/text/*.sh) ;;
    cli | embed | targets | train) each run_script < <(files "$here/$family"/*.sh) ;;
    runtime) each run_c < <(files "$here"/runtime/*_test.c) ;;
    verify) each run_verify < <(files "$root"/models/*.lua | grep -v "/cells.lua\|/layers.lua") ;;
    random) if out=$("$here/random/run" 2>&1); then passed=$(printf "%s\n" "$out" | sed -n "s/^random: \([0-9]*\) passed.*/\1/p"); printf "%s\n" "$out" | head -n 1; else fail random "$out"; fi ;;
    import)
        each run_import < <(files "$here"/import/*.onnx)
        each run_script < <(files "$here"/import/*.sh) ;;
    gold) each run_verify < <(files "$here"/gold/*.lua) ;;
    *) sed -n '2,16s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
total="$passed passed, $failed failed"
[ $skipped -gt 0 ] && total="$total, $skipped skipped"
echo "$family: $total"
[ $failed -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
