# However many threads train, the same bytes of weights, optimiser and log; more than the batch can share are not started.
# expect: charlm with 2 threads: the same
# expect: charlm with 3 threads: the same
# expect: tagger with 2 threads: the same
# expect: translate with 2 threads: the same
# expect: dense with 3 threads: the same
# expect: charlm.lua: 1 of 2 threads: a batch of 1 is shared by at most 1
# expect: clang, vectors, contracted, 2 threads, as a loop: the same, or not there
# refuse: differ
. "$TESTS/train/toy.bash"
export CFLAGS=-O1                                           # compiles faster
text 4000 >t.txt
numbers() { tail -c +$(($(od -An -tu8 -N8 "$1") + 9)) "$1"; }    # of a safetensors file, without its header, which holds times
run() { # THREADS MODEL ARGUMENTS...
    local name=$2 n=$1; shift 2
    "$RNNC" train "$ROOT/models/$name.lua" --threads "$n" --out "$name$n" --quiet "$@"
    [ "$n" -eq 1 ] || { cmp "$name$n/best.safetensors" "$name"1/best.safetensors &&
        cmp <(numbers "$name$n/last.safetensors") <(numbers "$name"1/last.safetensors) &&
        cmp <(cut -d, -f1-3 "$name$n/log.csv") <(cut -d, -f1-3 "$name"1/log.csv) && echo "$name with $n threads: the same"; } ||
        echo "$name with $n threads differ"
}
each() { local n counts=$1; shift; for n in $counts; do run "$n" "$@"; done; }
each "1 2 3" charlm --data t.txt --steps 20 --every 10 -D batch=11 -D steps=9 -D hidden=20
each "1 2" tagger -D batch=3 --steps 10 -D hidden=12
each "1 2" translate -D batch=2 --steps 6 -D hidden=12 -D source_steps=12 -D steps=9
each "1 3" dense -D tiny=true --steps 20
"$RNNC" train "$ROOT/models/charlm.lua" --threads 2 --data t.txt --steps 1 -D batch=1 -D steps=4 -D hidden=4 2>&1
echo "clang, vectors, contracted, 2 threads, as a loop: the same, or not there"
if command -v clang >/dev/null; then
    export CC=clang CFLAGS="-O2 -march=native"
    for n in 1 2; do
        loop=; [ $n -eq 1 ] || loop="--unroll loop"
        # shellcheck disable=SC2086
        "$RNNC" train "$ROOT/models/mgu.lua" --data t.txt --valid 0 -D hidden=20 --steps 4 --every 2 --batch 4 --threads $n $loop --out clang$n --quiet
    done
    cmp clang1/last.safetensors clang2/last.safetensors >/dev/null ||
        cmp <(numbers clang1/last.safetensors) <(numbers clang2/last.safetensors) || echo "clang: they differ"
fi
