# Generation: a beam of one is greedy, a wide one finds the best text of all, frequencies match the softmax, top-k draws from k
# only, a seed is a text, whatever the compiler.
# expect: minchar begun: the same texts from all compilers
# refuse: FAILED
"$RNNC" predictor "$ROOT/models/minchar.lua" -D hidden=20 -D vocabulary=13 -o minchar -q --seed 3
"$RNNC" predictor "$TESTS/embed/begin.lua" -o begun -q
done=
for name in minchar begun; do
    case $name in minchar) more="-DCLASSES=13" ;; begun) more="-DCLASSES=5 -DBEGIN" ;; esac
    more="-DNAME=$name -DUPPER=$(echo $name | tr a-z A-Z) -DHEADER=\"$name.h\" $more"
    try() { # COMPILER...
        "$@" $more -std=c99 -I$name "$TESTS/embed/generate.c" $name/$name.c $name/${name}_weights.c -lm -o try
        ./try >now.txt || { cat now.txt; exit 1; }
        [ -e $name.txt ] || cp now.txt $name.txt
        cmp now.txt $name.txt
    }
    if [ $name = begun ]; then
        try cc -O0 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
        command -v clang >/dev/null && try clang -O2 -march=native
        try cc -O1 -g -march=native -fsanitize=address,undefined -fno-sanitize-recover=all
    else
        try cc -O2 -march=native
        try cc -O1 -DRT_SCALAR
    fi
    done="$done $name"
done
echo "${done# }: the same texts from all compilers"
