# Files of every kind that a trainer reads, cut off, overwritten, of other sizes and not at all what they should be: a sentence and
# exit 1, or a run where the bytes did not matter; nothing else. tests/fuzz looks deeper.
# expect: npy: x.npy: its header says 1152921504606846975 numbers of 4 bytes; 96 bytes follow
# expect: npy: x.npy: expected numbers of type <f4, <f8, <i4 or <i8, found '>f4'
# expect: npy: x.npy: expected fortran_order False (numpy.ascontiguousarray gives that), found True
# expect: npy: x.npy: its header of 65535 bytes does not end in the file
# expect: npy: length.npy: example 1: expected a length from 0 to 4, found 9
# expect: npy: k.npy: example 0: k takes class ids 0 to 2, -1 for none, found
# expect: resume: last.safetensors: the numbers of the run are damaged
# expect: damaged: 9 of 9
# expect: done
# refuse: strange
data=$TESTS/fuzz/data
try() { # KIND FILE: whatever it says, it ends as it should
    local code=0
    "$RNNC" train "$TESTS/fuzz/data.lua" -D kind="$1" --data "$2" --steps 1 --quiet --out run >said.txt 2>&1 || code=$?
    [ $code -le 1 ] || echo "strange: exit $code for $1 ($(tail -n 1 said.txt))"
    [ $code -eq 0 ] || [ -s said.txt ] || echo "strange: nothing said for $1"
}
over() { printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
spoil() { # KIND FILE FOLDER-OR-FILE: the file is spoilt in place, what is named is read
    local size at
    size=$(stat -c %s "$2"); cp "$2" right
    for at in 0 1 $((size / 3)) $((size - 1)); do
        head -c "$at" right >"$2"; try "$1" "$3"
        cp right "$2"; over "$2" "$at" '\377\300\200\n'; try "$1" "$3"
        cp right "$2"; over "$2" "$at" '"\t,-1e999'; try "$1" "$3"
    done
    head -c 4000 "$RNNC" >"$2"; try "$1" "$3"
    cp right "$2"
}
for kind in char byte series ahead rows labelled words tagged slots pairs; do
    cp "$data/$kind" "$kind"; spoil $kind "$kind" "$kind"
done
cp -r "$data/npy" arrays
for f in x y length; do spoil npy arrays/$f.npy arrays; done

say() { try npy arrays; sed 's,^[a-z]*: arrays/,npy: ,' said.txt; cp "$data"/npy/*.npy arrays; }
header() { # FILE DESCR ORDER SHAPE: with the numbers that were there
    local text
    text=$(printf "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }" "$2" "$3" "$4")
    { printf '\223NUMPY\001\000\166\000%-117s\n' "$text"; tail -c +129 "$data/npy/$1.npy"; } >arrays/$1.npy
}
header x '<f4' False 1152921504606846975; head -c 224 arrays/x.npy >x; mv x arrays/x.npy; say
header x '>f4' False '6, 4, 2'; say
header x '<f4' True '6, 4, 2'; say
header x '<f4' False '6, 4, 2'; over arrays/x.npy 8 '\377\377'; say
over arrays/length.npy 136 '\011'; say
over arrays/k.npy 128 '\003\000\000\000'; say

# a run whose numbers are not
"$RNNC" train "$TESTS/fuzz/data.lua" -D kind=series --data series --steps 2 --quiet --out run
cp -r run whole
n=0
for change in train.valid:0.25:-3.5 train.valid:0.25:+nan train.every:100:000 train.every:100:0.5 step:2:x train.limit:0:x \
    train.lr:0.001:1e999 train.patience:0:x train.scale:0x1p+0:0x1p+9; do
    IFS=: read -r key old new <<<"$change"
    LC_ALL=C sed "s/\"$key\":\"$old\"/\"$key\":\"$new\"/" whole/last.safetensors >run/last.safetensors
    cmp -s run/last.safetensors whole/last.safetensors && echo "strange: no $key"
    code=0
    "$RNNC" train "$TESTS/fuzz/data.lua" -D kind=series --data series --resume --steps 4 --quiet --out run >said.txt 2>&1 || code=$?
    if [ $code -eq 1 ] && grep -q 'the numbers of the run are damaged' said.txt; then n=$((n + 1)); else echo "$change: $(cat said.txt)"; fi
done
sed 's/.*last.safe/resume: last.safe/' said.txt
echo "damaged: $n of 9"
echo done
