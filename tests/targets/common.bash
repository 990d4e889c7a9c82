# Sourced by tests/targets/*.sh: predictors in the folder `p`, what they answer here (near.txt: with this machine's vectors;
# scalar.txt: one number at a time), and `compare`.
make_predictors() { # FOLDER [OPTION...]
    local to=$1; shift
    "$RNNC" predictor "$ROOT/models/charlm.lua" -D hidden=24 -D layers=2 -D vocabulary=32 -o $to -q "$@"
    "$RNNC" predictor "$ROOT/models/forecast.lua" -D hidden=12 -o $to -q "$@"
    "$RNNC" predictor "$TESTS/embed/maths.lua" -o $to -q "$@"
}
codes() { echo "$1/charlm.c $1/forecast.c $1/maths.c"; }
parts() { echo "$(codes $1) $1/charlm_weights.c $1/forecast_weights.c $1/maths_weights.c $TESTS/targets/driver.c"; }
need() { local t; for t in "$@"; do command -v "$t" >/dev/null || { echo "no $t"; exit 77; }; done; }
host="$TESTS/targets/host.c -I$TESTS/targets"
make_predictors p
cc -O1 "$TESTS/targets/compare.c" -lm -o compare
# shellcheck disable=SC2046,SC2086
{
    cc -std=c99 -O2 -Ip $host $(parts p) -lm -o near && ./near >near.txt
    cc -std=c99 -O1 -DRT_SCALAR -Ip $host $(parts p) -lm -o scalar && ./scalar >scalar.txt
}
echo "here: $(./compare near.txt scalar.txt 1e-6)"
