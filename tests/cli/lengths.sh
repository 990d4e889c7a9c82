# The C of a network is as long for 1024 steps as for 80, and of bounded functions whatever the number of layers and steps: the
# compiler's time grows with layers alone.
# expect: charlm: as long for 80, 256 and 1024 steps
# expect: sentiment: as long for 80, 256 and 1024 steps
# expect: 3 trainers without a long function
# refuse: lines
for model in charlm sentiment; do
    said=
    for steps in 80 256 1024; do
        "$RNNC" trainer "$ROOT/models/$model.lua" -D steps=$steps --name model -q
        said="$said $(wc -l <model_train.c)"
    done
    set -- $said
    [ "$1" = "$2" ] && [ "$2" = "$3" ] && echo "$model: as long for 80, 256 and 1024 steps" || echo "$model: $said lines"
done
n=0
for model in "charlm -D layers=24 -D hidden=16" "charlm -D layers=24 -D hidden=16 --unroll loop --threads 2" "tagger_chars -D steps=60"; do
    "$RNNC" trainer "$ROOT/models/${model%% *}.lua" $(echo "$model " | cut -d' ' -f2-) --name model -q
    awk -v model="$model" '/^\{/ { from = NR } /^\}/ && from { if (NR - from > 500) print model ": a function of", NR - from, "lines"; from = 0 }' model_train.c
    n=$((n + 1))
done
echo "$n trainers without a long function"
