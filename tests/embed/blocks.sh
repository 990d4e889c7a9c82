# NAME_run in blocks of steps gives what NAME_step gives, bit for bit, outputs and state, however its steps are split among calls;
# blocks are the default where they pay, never with --freestanding; --run says otherwise.
# expect: torch_lstm torch_gru charlm I8 I3 I4 rings begun begun reset words: the same
# expect: I4: blocks of 32, freestanding: steps, --run steps: steps
# expect: --run often: expected steps or blocks
# expect: --run blocks: peephole can only be run step by step
# expect: --run steps: tagger takes whole sequences, not steps
# refuse: differs
steps_at_once() { "$RNNC" inspect --json "$@" | sed -n 's/.*"block_steps": \([0-9]*\).*/\1/p'; }
done=
for spec in gold/torch_lstm "gold/torch_gru --precision f64" "../models/charlm -D hidden=24" ../bench/rows/I8 ../bench/rows/I3 ../bench/rows/I4 embed/rings \
    embed/begin "embed/begin -D kind=vector" gold/lane-reset embed/words; do
    rm -rf p
    "$RNNC" predictor -q "$TESTS/${spec%% *}.lua" $(echo "$spec " | cut -d' ' -f2-) --run blocks -o p
    name=$(basename p/*.h .h)
    grep -q "${name}_block(" p/$name.c || echo "$spec: no blocks"
    awk -v STEPS=230 -f "$TESTS/embed/blocks_main.awk" p/$name.h >main.c
    how="-O2 -march=native"
    case $name in
        rings | begun) how="-O1 -march=native -fsanitize=address,undefined -fno-sanitize-recover=all" ;;
        torch_lstm | words | I3) how="-O1 -DRT_SCALAR" ;;
        torch_gru | I8) how="-O1" ;;
        charlm) how="-O2 -march=native -std=gnu11" ;;   # where gcc contracts products and sums
    esac
    cc -std=c99 $how -Wall -Wextra -Werror -Ip main.c p/*.c -lm -o main
    ./main && done="$done $name"
done
echo "${done# }: the same"
i4=$TESTS/../bench/rows/I4.lua
said() { [ "$1" = 1 ] && echo steps || echo "blocks of $1"; }
echo "I4: $(said $(steps_at_once "$i4")), freestanding: $(said $(steps_at_once "$i4" --freestanding)), --run steps: $(said $(steps_at_once "$i4" --run steps))"
"$RNNC" predictor -q "$i4" --run often 2>&1 || true
"$RNNC" predictor -q "$ROOT/models/peephole.lua" --run blocks -o p 2>&1 || true
"$RNNC" predictor -q "$ROOT/models/tagger.lua" --run steps -o p 2>&1 || true
