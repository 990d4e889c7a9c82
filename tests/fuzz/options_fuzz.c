/* options_fuzz.c -- libFuzzer's target for the command line of a trainer: words with an end of line after each. There is a sentence, or
 * every number is one that its option allows.
 */
#include "rt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void within(double x, double most)                    /* or not given; NaN fails */
{
    if (!(x >= -1 && x <= most))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *room = malloc(n + 1), *word[40] = { "trainer" };
    int words = 1;
    memcpy(room, bytes, n);
    room[n] = 0;
    for (char *s = room, *end; s < room + n && words < 39; s = end + 1) {
        word[words++] = s;
        end = memchr(s, '\n', (size_t)(room + n - s));
        if (!end)
            break;
        *end = 0;
    }
    const rt_model m = { .name = "net", .source = "net.lua", .defines = "" };
    rt_error e = { .code = 0 };
    rt_options o;
    if (rt_options_read(&o, words, word, &m, &e)) {
        if (!*e.text || e.code != 2)
            abort();
    } else if (!o.help) {
        const double of_1e15[] = { (double)o.steps, (double)o.every, (double)o.patience, (double)o.sample, (double)o.top_k, o.epochs, o.seconds };
        for (size_t i = 0; i < sizeof of_1e15 / sizeof *of_1e15; i++)
            within(of_1e15[i], 1e15);
        within(o.lr, 1e9), within(o.clip_norm, 1e30), within(o.clip_value, 1e30), within(o.valid, 0.9999999);
        within(o.temperature, 1e6), within((double)o.beam, 1024);
    }
    free(room);
    return 0;
}
