# step k times is run of k, bit for bit; states are independent and can be copied; single precision, whatever
# the compiler and its target, gives what double precision does.
# expect: hello minchar charlm mgu mgu hidden=17: the same
# refuse: differ
done=
for spec in hello minchar charlm mgu "mgu hidden=17"; do
    name=${spec%% *} define=
    [ "$spec" = $name ] || define="-D ${spec#* } -D vocabulary=51"
    "$RNNC" predictor "$ROOT/models/$name.lua" $define -o "$name" -q
    "$RNNC" predictor "$ROOT/models/$name.lua" $define -o "$name.f64" --precision f64 --no-dispatch -q
    up=$(echo $name | tr a-z A-Z)
    in=$(sed -n "s/^#define ${up}_[A-Z]*_CLASSES \([0-9]*\).*/\1/p" $name/$name.h)
    out=$(sed -n "s/^#define ${up}_[A-Z]*_SIZE \([0-9]*\).*/\1/p" $name/$name.h)
    run() { # PROGRAM NUMBER COMPILER...: builds and runs it; what it prints goes to PROGRAM.txt
        local program=$1 number=$2 dir=$name; shift 2
        [ "$number" = double ] && dir=$name.f64
        "$@" -DHEADER="\"$name.h\"" -DNAME=$name -DIN=$in -DOUT=$out -DNUMBER=$number -I$dir \
            "$TESTS/embed/step_run.c" $dir/$name.c $dir/${name}_weights.c -lm -o $program
        ./$program >$program.txt
    }
    run double double cc -std=c99 -O1
    near() {
        paste double.txt "$1.txt" | awk -v what="$name $1" '{ d = $1 - $2; e += d * d; n += $1 * $1 }
            END { if (!(NR > 0 && e <= 1e-10 * n))
                print what ": outputs differ from double precision: " sqrt(e / n) }'
    }
    run native float cc -std=c99 -O2 -march=native; near native
    run plain float cc -std=c99 -O2; near plain
    run scalar float cc -std=c99 -O1 -DRT_SCALAR; near scalar
    run checked float cc -std=c99 -O1 -march=native -fsanitize=address,undefined -fno-sanitize-recover=all
    near checked
    command -v clang >/dev/null && { run clang float clang -std=c99 -O2 -march=native; near clang; }
    command -v g++ >/dev/null && { run cxx float g++ -std=c++11 -x c++ -O2 -march=native; near cxx; }
    done="$done $spec"
done
echo "${done# }: the same"
