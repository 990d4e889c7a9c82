# The same description and weights give the same bytes: from two folders, for two users, at another time of day;
# no generated file names a folder, a host, a user or a date. Time as calls or as a loop trains the same
# numbers.
# expect: predictors, trainers, golden tests: the same bytes
# expect: two trainings: the same bytes
# expect: calls and loop: the same weights
# refuse: differ
# refuse: Binary
# refuse: names
mkdir -p one "two/deeper and wider" cache home
awk 'BEGIN { for (i = 0; i < 700; i++) printf "the cat sat.%s", i % 9 ? " " : "\n" }' >text.txt
cp -r "$ROOT"/models/. one
cp -r "$ROOT"/models/. "two/deeper and wider"
train="-D hidden=12 -D layers=1 -D batch=4 -D steps=10 --steps 40 --every 40"
# shellcheck disable=SC2086
(cd one && "$RNNC" train charlm.lua $train --data ../text.txt --out run -q && cp run/best.safetensors .)
# shellcheck disable=SC2086
(cd "two/deeper and wider" && HOME="$PWD/../../home" XDG_CACHE_HOME="$PWD/../../cache" USER=somebody \
    "$RNNC" train ./charlm.lua $train --data ../../text.txt --out run -q && cp run/best.safetensors .)
cmp one/best.safetensors "two/deeper and wider/best.safetensors" && echo "two trainings: the same bytes"

generate() { # FOLDER OF MODELS, FOLDER TO WRITE TO, CALL: all generated files of all models
    local f name
    for f in "$1"/*.lua; do
        name=$(basename "$f" .lua)
        case $name in cells | layers) continue ;; esac
        "$RNNC" predictor "$f" -o "$2/predictor" -q
        "$RNNC" trainer "$f" -o "$2/trainer" -q
        "$RNNC" trainer "$f" -o "$2/loop" --unroll loop -q
        "$RNNC" golden "$f" -o "$2/golden" -q
    done
    "$RNNC" predictor "$1/charlm.lua" --weights "$1/best.safetensors" -o "$2/trained" -q
}
(cd one && generate . out)
(cd two && env -i PATH="$PATH" RNNC="$RNNC" HOME=/ USER=somebody LOGNAME=somebody TZ=Asia/Tokyo HOSTNAME=elsewhere \
    LANG=de_DE.UTF-8 bash -eu -c "$(declare -f generate); generate 'deeper and wider' '$PWD/out'")
diff -r one/out two/out &&
    echo "predictors, trainers, golden tests: the same bytes ($(find one/out -type f | wc -l) files)"
words="$PWD $(dirname "$ROOT") deeper $(date +%Y-%m-%d)"
case $(id -un) in root | user) ;; *) words="$words $(id -un)" ;; esac
host=$(uname -n)
[ ${#host} -gt 5 ] && words="$words $host"
for word in $words; do
    [ ${#word} -lt 5 ] || grep -rlF -- "$word" one/out | sed "s|\$| names '$word'|" || true
done

# shellcheck disable=SC2086
(cd one && "$RNNC" train charlm.lua $train --unroll loop --data ../text.txt --out loop -q)
numbers() { tail -c $((4 * 1000)) "$1"; }                # the end of the file: weights, no metadata
cmp <(numbers one/run/best.safetensors) <(numbers one/loop/best.safetensors) &&
    cmp <(cut -d, -f1-3 one/run/log.csv) <(cut -d, -f1-3 one/loop/log.csv) &&
    echo "calls and loop: the same weights"
