# A run killed at any moment resumes and ends as one that was never killed: weights, optimiser, state and log.
# expect: killed runs agree
# expect: going on from step
# expect: interrupted at step
# expect: resumed after Ctrl-C: the same
# expect: time-limited run: the same
# expect: the run is complete at step 4000
# refuse: differ
. "$TESTS/train/toy.bash"
build toy
text 3000 >t.txt
size=$(((156 * 3 + 36) * 4))
args="--data t.txt --steps 4000 --every 70"
./toy $args --out whole 2>whole.txt
same() { # DIR: the same weights and the same log, but for its times
    cmp <(weights whole/last.safetensors $size) <(weights "$1/last.safetensors" $size) &&
        cmp whole/best.safetensors "$1/best.safetensors" &&
        cmp <(cut -d, -f1-3 whole/log.csv) <(cut -d, -f1-3 "$1/log.csv")
}
kills=0
RANDOM=${SEED:-5}
for run in 1 2 3; do
    rm -rf killed
    for try in $(seq 200); do
        resume=; [ -e killed/last.safetensors ] && resume=--resume
        ./toy $args --out killed $resume --quiet &
        pid=$!
        sleep 0.0$((RANDOM % 8))$((RANDOM % 10))
        if kill -KILL $pid 2>/dev/null; then kills=$((kills + 1)); fi
        code=0; wait $pid || code=$?
        [ $code -eq 0 ] && break
    done
    same killed || echo "run $run differ"
done
[ $kills -gt 3 ] && echo "killed runs agree ($kills kills)"

./toy --data t.txt --steps 100000000 --every 70 --out whole2 2>int.txt & pid=$!
sleep 0.3; kill -INT $pid; code=0; wait $pid || code=$?
cat int.txt | tail -n 1
[ $code -eq 130 ] || echo "exit $code differ"
step=$(sed -n 's/.*interrupted at step \([0-9]*\).*/\1/p' int.txt)
./toy --data t.txt --steps $((step + 1000)) --every 70 --out whole2 --resume 2>&1 | grep going
./toy --data t.txt --steps $((step + 1000)) --every 70 --out whole3 --quiet
cmp <(weights whole2/last.safetensors $size) <(weights whole3/last.safetensors $size) && echo "resumed after Ctrl-C: the same"
cmp <(cut -d, -f1-3 whole2/log.csv) <(cut -d, -f1-3 whole3/log.csv)

./toy --data t.txt --seconds 0.002 --every 70 --out timed --quiet     # clocks decide when to end, nothing else
./toy $args --out timed --resume --seconds 1000 --quiet
cmp <(weights whole/last.safetensors $size) <(weights timed/last.safetensors $size) && echo "time-limited run: the same"
./toy $args --out timed --resume 2>&1 | head -n 1
