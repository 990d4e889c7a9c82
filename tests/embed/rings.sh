# Rings of past values: step by step gives what the whole sequence at once gives.
# expect: 299 numbers
"$RNNC" verify -q "$TESTS/embed/rings.lua"
"$RNNC" predictor -q "$TESTS/embed/rings.lua" -o step
"$RNNC" predictor -q "$TESTS/embed/rings.lua" -o whole --whole
for how in "-O2 -march=native" "-O1 -g -march=native -fsanitize=address,undefined -fno-sanitize-recover=all"; do
    flags="-std=c99 $how -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -DRINGS_ROW=13"
    cc $flags -Istep "$TESTS/embed/rings.c" step/rings.c step/rings_weights.c -lm -o steps
    cc $flags -Iwhole -DWHOLE "$TESTS/embed/rings.c" whole/rings.c whole/rings_weights.c -lm -o at_once
    ./steps >steps.txt
    ./at_once >whole.txt
    paste steps.txt whole.txt | awk '{ d = $1 - $2; if (!(d * d < 1e-11)) { print "line", NR, $0; bad = 1 } } END { exit bad }'
done
echo "$(wc -l <steps.txt) numbers"
