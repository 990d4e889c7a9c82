# The examples of docs/embedding.md, cut out, built as it says and run; and what the two networks answer is what
# rnnc predict answers, from text to text and from raw numbers to raw numbers.
# expect: files: text.c next.c lanes.cpp CMakeLists.txt Makefile meson.build firmware.c wasm.c wasm.js
# expect: text.c built by hand, Make, CMake, Meson: the same text
# expect: Make: at most five lines
# expect: CMake: 4 lines alone
# expect: never seen, before 'he'
# expect: a text of the training's
# expect: next.c: as rnnc predict
# expect: lanes.cpp: 0.
# refuse: warning
# refuse: differ
awk '/^<!-- file: / { name = $3; next }
    name && /^```/ { if (open) { name = open = ""; next } open = 1; names = names " " name; next }
    open { print >name } END { print "files:" names }' "$ROOT/docs/embedding.md"
strict="-Wall -Wextra -Wpedantic -Wconversion -Wshadow"
awk 'BEGIN { for (i = 0; i < 700; i++) printf "the cat sat.%s", i % 9 ? " " : "\n" }' >text.txt
cp "$ROOT/models/charlm.lua" .
"$RNNC" train charlm.lua -D hidden=24 -D layers=1 -D batch=8 -D steps=20 --data text.txt \
    --steps 300 --lr 0.01 --out run -q
cp run/best.safetensors .
"$RNNC" predictor charlm.lua --weights best.safetensors -o charlm
cc -std=c99 -O2 $strict -march=native -Icharlm text.c charlm/charlm.c charlm/charlm_weights.c -lm -o text
printf "the c" | ./text >by_hand.txt
printf "tqhe" | ./text || true
grep -q "^at sat. the cat sat. the cat sat" by_hand.txt && echo "a text of the training's"
rm -rf charlm text
# all that follows has an installed rnnc only
cmake --install "$(dirname "$RNNC")" --prefix "$PWD/inst" >install.txt || cat install.txt
export PATH=$PWD/inst/bin:$PATH
if make --version 2>/dev/null | grep -q GNU; then make -s text; printf "the c" | ./text | cmp - by_hand.txt; fi
cmake -S . -B out -DCMAKE_PREFIX_PATH="$PWD/inst" >cmake.txt 2>&1 && cmake --build out >>cmake.txt 2>&1 || cat cmake.txt
printf "the c" | out/text | cmp - by_hand.txt
[ "$(grep -c . Makefile)" -le 5 ] && echo "Make: at most five lines"
mkdir four && grep '^rnnc_\|^find\|^add\|^target' CMakeLists.txt >four/CMakeLists.txt && cp text.c charlm.lua best.safetensors four
cmake -S four -B four/out -DCMAKE_PREFIX_PATH="$PWD/inst" -Wno-dev >cmake.txt 2>&1 && cmake --build four/out >>cmake.txt 2>&1 || cat cmake.txt
printf "the c" | four/out/text | cmp - by_hand.txt && echo "CMake: $(wc -l <four/CMakeLists.txt) lines alone"
if command -v meson >/dev/null; then
    meson setup meson >meson.txt 2>&1 && ninja -C meson >>meson.txt 2>&1 || cat meson.txt
    printf "the c" | meson/text | cmp - by_hand.txt
fi
echo "text.c built by hand, Make, CMake, Meson: the same text"
if command -v g++ >/dev/null; then
    cc -std=c99 -O2 -c out/rnnc/charlm/charlm.c -o code.o && cc -c out/rnnc/charlm/charlm_weights.c -o weights.o
    g++ -std=c++11 $strict -Iout/rnnc/charlm lanes.cpp code.o weights.o -lm -o lanes
    echo "lanes.cpp: $(./lanes)"
else echo "lanes.cpp: 0. (no g++)"; fi

awk 'BEGIN { print "day,level"; for (i = 0; i < 900; i++)
    printf "%d,%.4f\n", i, 400 + 25 * sin(i / 9) + 5 * cos(i / 2.3) }' >s.csv
"$RNNC" train "$ROOT/models/forecast.lua" -D hidden=16 -D window=12 --data s.csv \
    --steps 300 --lr 0.01 --out series -q
"$RNNC" predictor "$ROOT/models/forecast.lua" --weights series/best.safetensors -o forecast
cc -std=c99 -O2 $strict -Iforecast next.c forecast/forecast.c forecast/forecast_weights.c -lm -o next
"$RNNC" predict "$ROOT/models/forecast.lua" --weights series/best.safetensors --input s.csv \
    >answers.csv 2>predict.txt
for last in 12 500 900; do
    mine=$(sed -n "$((last - 10)),$((last + 1))p" s.csv | cut -d, -f2 | ./next)
    theirs=$(sed -n "s/^$last,//p" answers.csv)
    echo "$mine $theirs" | awk '{ d = ($1 - $2) / 18 }
        !(NF == 2 && d * d <= 1e-10) { print "next.c and rnnc predict differ: " $0 }'
done
echo "next.c: as rnnc predict"
