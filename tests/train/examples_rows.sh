# Rows of CSV files and arrays as examples, held to their numbers: the network computes what the target must be, so that the
# loss is 0 if every number, id, window and length is where it belongs.
# expect: rows: validation 0 accuracy 1.0000
# expect: seven nine
# expect: series: validation 0 (RMSE 0, MSE 0)
# expect: rows: 2 steps (1.00 passes)
# expect: arrays: validation 0 accuracy 1.0000
# expect: 1 0 2
# expect: series: flat.csv: x takes 1 numbers at each of 4 steps: expected 4 columns, or 4 where the steps overlap; found 3
# expect: arrays: big/x.npy: its header says 24 numbers of 4 bytes; 92 bytes follow
# expect: arrays: odd/x.npy: expected numbers of type <f4, <f8, <i4 or <i8, found '<u2'
# expect: arrays: long/length.npy: example 1: expected a length from 0 to 3, found 4
# expect: arrays: few/length.npy: 3 examples; few/x.npy has 4
# expect: arrays: shape/x.npy: expected the shape [examples, 3, 2] for x, found [4, 2, 3]
# expect: arrays: ids/y.npy: example 0: y takes class ids 0 to 3, -1 for none, found 4
# expect: arrays: large/x.npy: example 0: number 1, 1e+300, is too large
# expect: series: large.csv:3: column 2: 1e39 is too large
# expect: windows: large.csv: row 1 of the data: column 1 of x, 1e+308, is too large to be scaled with the others
# expect: none: No such file or directory
run() {
    local name=$1; shift
    ("$RNNC" train "$@" --steps 1 --out "$name" 2>&1 || true) | sed "s/^step 1  /$name: /"
}
cat >rows.lua <<'L'
local nn = require "nn"
local x, k = nn.input("x", nn.real(3)), nn.target("k", nn.class(2))
local size, w = nn.target("size", nn.real()), nn.param("w", 1, nn.zeros)
local y = nn.sum(x)                                         -- above 0: seven
local guess = 1000 * ((w - y) .. nn.reshape(y, 1))
return nn.model { name = "rows", batch = 2, output = { k = guess }, loss = nn.mse(y + nn.sum(w), size) + nn.cross_entropy(guess, k),
  data = nn.csv { each = "row", inline = "w,b,a,c,sum\nnine,-3,0,1,-1\nseven,1,1,1,1.5\nnine,-6,0,3,-1.5\nseven,5,5,5,7.5\n",
    feeds = { { x, columns = { "a:c", "b" }, scale = 0.5 }, { k, columns = "w" }, { size, columns = "sum" } } } }
L
printf 'sum;"w";a;c;b\n2.25;"seven";1;2;1.5\n-2;nine;-2;"1";-3\n1;seven;2;0;0\n' >valid.csv
run rows rows.lua --valid-data valid.csv
printf 'a,c,b\n1,2,1.5\n-2,1,-3\n' >ask.csv
"$RNNC" predict rows.lua --weights rows/best.safetensors --input ask.csv | cut -f1 | tr '\n' ' '; echo
"$RNNC" train rows.lua --epochs 1 --out own 2>&1

# a row is a series: x its first four values, y at each step the next two
cat >series.lua <<'L'
local nn = require "nn"
local t, w = nn.axis("t", 4), nn.param("w", 1, nn.zeros)
local x, y = nn.input("x", nn.real(1), t), nn.target("y", nn.real(2), t)
return nn.model { name = "series", batch = 2, output = { y = (x + 1) .. (x + 2 + w) }, loss = nn.mse((x + 1) .. (x + 2 + w), y),
  data = nn.csv { each = "row", feeds = { { x, columns = nn.define("from", "v0:v3") }, { y, columns = "v1:v5" } } } }
L
printf 'v0,v1,v2,v3,v4,v5\n1,2,3,4,5,6\n-4,-3,-2,-1,0,1\n7,8,9,10,11,12\n' >flat.csv
run series series.lua --data flat.csv --valid-data flat.csv
run flat series.lua -D from=v0:v2 --data flat.csv

# arrays: x is [4 examples, 3 steps, 2], little-endian floats; y a class for each step, -1 for none; the last length is 0
cat >arrays.lua <<'L'
local nn = require "nn"
local t, w = nn.axis("t", 3, { ragged = true }), nn.param("w", 1, nn.zeros)
local x, y = nn.input("x", nn.real(2), t), nn.target("y", nn.class(4), t)
local p = nn.slice(x, 1, 1) + 2 * nn.slice(x, 2)             -- two bits: 0 to 3
local hot = 100 * (nn.equal(p, 0) .. nn.equal(p, 1) .. nn.equal(p, 2) .. nn.equal(p, 3)) + w
return nn.model { name = "arrays", batch = 3, output = { y = hot }, loss = nn.cross_entropy(hot, y, { ignore_missing = true }),
  data = nn.npy { into = { x = x }, target = { y = y }, length = "length" } }
L
npy() { # FILE TYPE SHAPE: bytes from standard input
    local header="{'descr': '$2', 'fortran_order': False, 'shape': ($3), }"
    printf '\223NUMPY\001\000\166\000%-117s\n' "$header"
    cat
}
int() { for i in "$@"; do printf "\\$(printf %03o $((i & 255)))\\$(printf %03o $((i >> 8 & 255)))\\$(printf %03o $((i >> 16 & 255)))\\$(printf %03o $((i >> 24 & 255)))"; done; }
bit() { for i in "$@"; do if [ "$i" = 1 ]; then printf '\000\000\200\077'; else printf '\000\000\000\000'; fi; done; }
mkdir a
bit 1 0  0 0  0 1   1 1  0 1  1 1   0 1  1 0  1 1   1 1  1 1  1 1 >x
npy x '<f4' '4, 3, 2' <x >a/x.npy
int 1 0 2  3 -1 3  2 1 0  0 0 0 | npy y '<i4' '4, 3' >a/y.npy
int 3 2 1 0 | npy length '<i4' '4,' >a/length.npy
run arrays arrays.lua --data a --valid-data a
"$RNNC" predict arrays.lua --weights arrays/best.safetensors --input a | head -n 1
wrong() { rm -rf "$1"; cp -r a "$1"; cat >"$1/$2.npy"; run "$1" arrays.lua --data "$1"; }
head -c 92 x | npy x '<f4' '4, 3, 2' | wrong big x
npy x '<u2' '4, 3, 2' <x | wrong odd x
int 3 4 1 0 | npy length '<i4' '4,' | wrong long length
int 3 4 1 | npy length '<i4' '3,' | wrong few length
npy x '<f4' '4, 2, 3' <x | wrong shape x
int 4 0 2  3 -1 3  2 1 0  0 0 0 | npy y '<i4' '4, 3' | wrong ids y
{ int 0 0  -2013235812 2117592124; head -c 176 /dev/zero; } | npy x '<f8' '4, 3, 2' | wrong large x   # 1e300
printf 'v0,v1,v2,v3,v4,v5\n1,2,3,4,5,6\n-4,1e39,-2,-1,0,1\n' >large.csv
run large series.lua --data large.csv
cat >windows.lua <<'L'
local nn = require "nn"
local x, y = nn.input("x", nn.real(1), nn.axis("t", 3)), nn.target("y", nn.real(1))
local z = nn.dense("out", 1)(nn.last(x))
return nn.model { name = "windows", batch = 2, output = { z = z }, loss = nn.mse(z, y), data = nn.csv { into = x, target = y, columns = { "a" } } }
L
{ echo a; yes 1e308 | head -n 40; } >large.csv
run windows windows.lua --data large.csv
run none arrays.lua --data none
