# Text in, text out: a decoder spells its answers, a language model reads its own letters, from what travels with the weights.
# expect: one two six
# expect: hello: 5, 0 left
"$RNNC" train "$ROOT/models/digit_to_word.lua" -D tiny=true -q --out digits
"$RNNC" predictor "$ROOT/models/digit_to_word.lua" --weights digits/best.safetensors -o d -q
"$RNNC" train "$ROOT/models/hello.lua" -q --steps 5 --out hello
"$RNNC" predictor "$ROOT/models/hello.lua" --weights hello/best.safetensors -o h -q
cat >try.c <<'C'
#include "digit_to_word.h"
#include "hello.h"
#include <stdio.h>
#include <string.h>
int main(void)
{
    static const float pictures[3][4] = { { 1, 1, 0, 0 }, { 1, 0, 1, 0 }, { 1, 0, 0, 1 } };
    int32_t ids[16], n;
    char text[64];
    for (int i = 0; i < 3; i++) {
        digit_to_word_state s;
        digit_to_word_options how = { 6, 0, 0, 0, 0, 0, 0 };
        digit_to_word_begin(&s, pictures[i]);
        n = digit_to_word_generate(&s, &how, 0, ids);
        if (n < 0 || digit_to_word_decode_before(ids, n, text, sizeof text) != 3)
            return 1;
        printf("%s%c", text, i < 2 ? ' ' : '\n');
    }
    n = hello_encode_letter("hello", ids, 16);
    hello_decode_letter(ids, n, text, sizeof text);
    return printf("%s: %d, %d left\n", text, (int)n, strcmp(text, "hello")) < 0;
}
C
cc -std=c99 -O1 -fsanitize=address,undefined -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -Id -Ih try.c d/*.c h/*.c -lm -o try
./try
