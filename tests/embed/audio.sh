# examples/audio: two networks in a callback of 64 samples at 48 kHz: no allocation, as fast in silence as in sound (three times
# the time would mean denormals).
# expect: 0 allocations
# expect: as fast in silence
# expect: look-ahead 0 samples; the cabinet hears 511 samples, 10.6 ms
# refuse: warning
for name in amp cabinet; do "$RNNC" predictor "$ROOT/examples/audio/$name.lua" -o p -q; done
cc -std=gnu11 -O2 -march=native -Wall -Wextra -Ip "$ROOT/examples/audio/audio.c" p/*.c -lm -o audio
./audio 0.3 | tee said.txt
sed -n 's/.*: \([0-9.]*\) % of real time, \([0-9.]*\) % in silence/\1 \2/p' said.txt |
    awk '{ if ($1 > 0 && $2 < 3 * $1 + 1) print "as fast in silence" }'
