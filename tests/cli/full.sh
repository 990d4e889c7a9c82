# What cannot be printed is said, and is a failure.
# expect: rnnc: standard output:
# expect: exit 1
[ -w /dev/full ] || { echo "there is no /dev/full"; exit 77; }
code=0
"$RNNC" inspect "$ROOT/models/hello.lua" >/dev/full || code=$?
echo "exit $code"
