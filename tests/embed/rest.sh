# reset = "rest": NAME_reset copies the state to which inputs of 0 lead, so that silence begins without a click; also from an
# image, whatever weights it holds; so does a learned initial state. What has no rest is refused.
# expect: rest: amp: no click cabinet: no click
# expect: start: amp: a loud click cabinet: a loud click
# expect: f64: amp: no click cabinet: no click
# expect: image: amp: no click cabinet: no click
# expect: other weights: amp: no click cabinet: no click
# expect: grows.lua:9: nn.model: reset = "rest": on inputs of 0 the state 'h' grows without bound: after
# expect: turns.lua:9: nn.model: reset = "rest": on inputs of 0 the state 'h' does not come to rest: after
# expect: step, in a cycle or too slowly
# expect: given.lua:9: nn.model: reset = "rest": expected a network that steps from one state; what is given before the first step starts this one (NAME_begin)
# expect: ahead.lua:9: nn.model: reset = "rest": expected a network that steps from one state; this one takes whole sequences
# expect: with --whole it keeps none
# expect: nn.model: reset: "rest" is where inputs of 0 lead; the input 'x' is class ids
# expect: reset: expected "start" or "rest", found the string 'resting'
# expect: learned: the image's own
# expect: learned: of other weights, too
# refuse: warning
strict="-std=c99 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
networks() { # FOLDER OPTIONS...: into FOLDER
    local to=$1 name; shift
    for name in amp cabinet; do "$RNNC" predictor "$ROOT/examples/audio/$name.lua" -o "$to" -q "$@"; done
}
said() { echo "$1: $("$2" ${3:+"$3/amp.safetensors" "$3/cabinet.safetensors"} | tr '\n' ' ')"; }
networks rest
mkdir plain && for name in amp cabinet; do sed '/reset = "rest"/d' "$ROOT/examples/audio/$name.lua" >plain/$name.lua; "$RNNC" predictor plain/$name.lua -o plain -q; done
networks image --image
networks other --image --seed 5
sed 's/float /double /g' "$TESTS/embed/rest.c" >double.c
networks f64 --precision f64
# shellcheck disable=SC2086
{
    cc $strict -Irest "$TESTS/embed/rest.c" rest/*.c -lm -o a && said rest ./a
    cc $strict -Iplain "$TESTS/embed/rest.c" plain/*.c -lm -o b && said start ./b
    cc $strict -If64 double.c f64/*.c -lm -o d && said f64 ./d
    cc $strict -fsanitize=address,undefined -Iimage "$TESTS/embed/rest.c" image/*.c -lm -o c && said image ./c image
}
said "other weights" ./c other
net() { # NAME NEXT [INPUT [MORE]]: a state h with that next value
    cat >"$1.lua" <<END
local nn = require "nn"
local time = nn.axis("time", 8)
local x, y = nn.input("x", ${3:-nn.real(2)}, time), nn.target("y", nn.real(2), time)
local first = nn.input("first", nn.real(2))
local v = nn.param("begin", 2, nn.uniform(1))
local h = nn.state(2, { name = "h" })
h.next = $2
local out = h.next * ${4:-1} + v
return nn.model { name = "$1", output = { out = out }, loss = nn.mse(out, y), reset = "${5:-rest}" }
END
    grep -q 'first' <<<"$2 $4" || sed -i 's/^local first.*/ /' "$1.lua"
    "$RNNC" predictor "$1.lua" -o no -q "${@:6}" 2>&1 || true
}
net grows "h * 1.5 + v + x" "" ""
net turns "nn.select(nn.less(h, 0), 1, -1) + x" "" ""
net given "h * 0.5 + x" "" "first"
net ahead "h * 0.5 + nn.delay(x, -1)" "" ""
net whole "h * 0.5 + x" "" "" rest --whole
net ids "h * 0.5 + nn.onehot(x)" "nn.class(2)" ""
net wrong "h * 0.5 + x" "" "" resting
# a learned start, in the image too
cat >learned.lua <<'END'
local nn = require "nn"
local time = nn.axis("time", 8)
local x, y = nn.input("x", nn.real(2), time), nn.target("y", nn.real(2), time)
local h = nn.state(2, { name = "h", init = nn.param("start_h", 2, nn.uniform(1)) })
h.next = h * 0.5 + x
return nn.model { name = "learned", output = { out = h.next }, loss = nn.mse(h.next, y) }
END
cat >learned.c <<'END'
#include "learned.h"
#include <stdio.h>
int main(int argc, char **argv)
{
    static union { double align; char bytes[1 << 16]; } image;
    learned_state s;
#ifdef LEARNED_IMAGE_BYTES
    FILE *f = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!f || learned_load(image.bytes, fread(image.bytes, 1, sizeof image.bytes, f)))
        return 2;
#else
    (void)argc, (void)argv, (void)image;
#endif
    learned_reset(&s);
    printf("%.7g %.7g", (double)s.h[0], (double)s.h[1]);
    return 0;
}
END
for seed in 1 2; do
    "$RNNC" predictor learned.lua --seed $seed -o e$seed -q
    "$RNNC" predictor learned.lua --seed $seed --image -o i$seed -q
    # shellcheck disable=SC2086
    cc $strict -Ie$seed learned.c e$seed/*.c -lm -o embedded$seed
done
# shellcheck disable=SC2086
cc $strict -Ii1 learned.c i1/*.c -lm -o given
[ "$(./given i1/learned.safetensors)" = "$(./embedded1)" ] && echo "learned: the image's own"
[ "$(./given i2/learned.safetensors)" = "$(./embedded2)" ] && [ "$(./embedded2)" != "$(./embedded1)" ] && echo "learned: of other weights, too"
