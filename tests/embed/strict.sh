# Every predictor of models/, and one with awkward names, compiles without a warning, as C99 and as C++11, with
# gcc and clang, for four targets, in both precisions, and needs nothing from outside but libm, memcpy, memmove and
# memset.
# expect: predictors of
# expect: gcc as C99: clean
# expect: g++ as C++11: clean
# expect: nothing undefined but libm, memcpy, memmove, memset
# refuse: warning
# refuse: error
# refuse: undefined:
# refuse: foreign name:
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow"
n=0 predictors=
for model in "$ROOT"/models/*.lua "$TESTS/embed/words.lua"; do
    name=$(basename "$model" .lua)
    case $name in cells | layers) continue ;; esac
    "$RNNC" predictor "$model" -o "$name" -q
    "$RNNC" predictor "$model" -o "$name.f64" --precision f64 -q
    predictors="$predictors $name $name.f64" n=$((n + 1))
done
echo "predictors of $n models"
targets="-march=native -DRT_SCALAR"
[ "$(uname -m)" = x86_64 ] && targets="$targets -march=x86-64 -march=haswell"
allowed='memcpy|memmove|memset|(exp|log|log1p|expm1|tanh|sqrt|pow|fabs|fma|floor|fmax|fmin|sin|cos|ldexp)f?'
# clang warns before it optimises, and C++ differs only there (g++ must also see that nothing throws); what gcc finds when it optimises it finds in the C of this
# machine, of numbers one at a time and of the three widths together. COMPILER LANGUAGE TARGET FOLDER:
level() {
    case "$1 $2 $3 $4" in
        gcc*.f64) echo -O1 ;;
        gcc*=haswell*) echo -O0 ;;
        gcc*=x86-64* | g++*) echo -O1 ;;
        gcc* | "clang C99 -march=native "*[!4]) echo -O2 ;;
        *) echo -O0 ;;
    esac
}
check() { # COMPILER LANGUAGE FLAGS
    local compiler=$1 language=$2 objects=$1.objects dir name target; shift 2
    command -v "$compiler" >/dev/null || { echo "$compiler as $language: clean (not installed, not tried)"; return; }
    mkdir "$objects"
    for dir in $predictors; do
        name=${dir%.f64}
        # numbers and nothing else: C once, C++ of the one with awkward names
        echo "typedef int nothing;" >$objects/weights.c
        if [ "$language" = C99 ] && [ "$dir" = "$name" ] || [ "$name" = words ]; then cp "$dir/${name}_weights.c" $objects/weights.c; fi
        # shellcheck disable=SC2086
        "$compiler" "$@" $warnings -I"$dir" -O0 -c $objects/weights.c -o $objects/weights.o 2>&1
        for target in $targets; do
            [ "$dir" = "$name" ] || [ "$target" = -march=native ] || continue
            [ "$language" = C99 ] || [ "$target" = -march=native ] || continue
            # shellcheck disable=SC2086
            "$compiler" "$@" $warnings $target $(level "$compiler" "$language" "$target" "$dir") -c "$dir/$name.c" -o $objects/code.o 2>&1
            nm -u $objects/code.o $objects/weights.o | sed -n 's/^ *U //p' |
                grep -vxE "$allowed|${name}_.*|.*_GLOBAL_OFFSET.*" |
                sed "s/^/undefined: $compiler $target $name: /" || true
            nm -g --defined-only $objects/code.o $objects/weights.o | sed -n 's/.* [A-Z] //p' | grep -v "^${name}_" |
                sed "s/^/foreign name: $name: /" || true
        done
    done
    echo "$compiler as $language: clean"
}
{ check gcc C99 -std=c99; check g++ C++11 -std=c++11 -x c++; } >gnu.txt 2>&1 &
gnu=$!
check clang C99 -std=c99
check clang++ C++11 -std=c++11 -x c++
wait $gnu || true
cat gnu.txt
echo "nothing undefined but libm, memcpy, memmove, memset"
