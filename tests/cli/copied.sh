# rnnc is one file: it works from anywhere, from a folder with blanks, with nothing of its source tree at hand.
# expect: hello.c hello.h hello_weights.c
# expect: no library of Lua's
# expect: the same bytes
mkdir -p "a place" empty
cp "$RNNC" "a place/rnnc"
cp "$ROOT/models/hello.lua" "a place/hello.lua"
cd empty
env -i HOME="$PWD" PATH=/usr/bin:/bin "../a place/rnnc" predictor "../a place/hello.lua" -o "out put" 2> /dev/null
ls "out put" | tr '\n' ' '; echo
ldd "../a place/rnnc" | grep -i lua || echo "no library of Lua's"
"$RNNC" predictor "$ROOT/models/hello.lua" -o direct 2> /dev/null
diff -r "out put" direct && echo "the same bytes"
