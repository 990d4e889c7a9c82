/* sample.c -- what a program around a predictor looks like: a text in, a text out. Reads words from the command
 * line, writes to standard output; how long a step took goes to standard error. Needs only the predictor's files:
 *     rnnc predictor models/charlm.lua --weights charlm.run/best.safetensors -o charlm
 *     cc -std=c99 -O2 -Icharlm charlm/charlm.c charlm/charlm_weights.c examples/sample.c -lm -o sample
 *     ./sample "To be" 500 0.8
 */
#include "charlm.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* uniform in [0, 1): xorshift, the same everywhere */
static double uniform(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (double)(*seed >> 11) / 9007199254740992.0;
}

/* a class by its probability; a temperature below 1 prefers the likelier ones, 0 takes the likeliest */
static int32_t draw(const float *p, double temperature, uint64_t *seed)
{
    double weight[CHARLM_CHARS_CLASSES], sum = 0;
    int32_t best = 0;
    for (int32_t i = 0; i < CHARLM_CHARS_CLASSES; i++) {
        if (p[i] > p[best])
            best = i;
        weight[i] = temperature > 0 ? pow((double)p[i], 1 / temperature) : 0;
        sum += weight[i];
    }
    if (!(sum > 0))
        return best;
    double left = uniform(seed) * sum;
    for (int32_t i = 0; i < CHARLM_CHARS_CLASSES; i++)
        if ((left -= weight[i]) < 0)
            return i;
    return best;
}

int main(int argc, char **argv)
{
    const char *text = argc > 1 ? argv[1] : "The ";
    const long wanted = argc > 2 ? strtol(argv[2], NULL, 10) : 500;
    const double temperature = argc > 3 ? strtod(argv[3], NULL) : 0.8;
    uint64_t seed = (argc > 4 ? strtoull(argv[4], NULL, 10) : 1) * 0x9e3779b97f4a7c15u | 1;
    if (!*text || wanted < 1) {
        fprintf(stderr, "usage: sample [TEXT [CHARACTERS [TEMPERATURE [SEED]]]]\n");
        return 2;
    }
    float next[CHARLM_NEXT_SIZE];
    charlm_state state;
    charlm_reset(&state);
    for (const char *s = text; *s;) {                    /* read what is to be continued */
        int32_t id = charlm_read(&s);
        if (id < 0) {
            fprintf(stderr, "sample: the network has never seen the character before '%s'\n", s);
            return 1;
        }
        charlm_step(&state, &id, next);
    }
    fputs(text, stdout);
    for (long i = 0; i < wanted; i++) {                  /* and go on */
        char utf8[5];
        int32_t id = draw(next, temperature, &seed);
        charlm_write(id, utf8);
        fputs(utf8, stdout);
        charlm_step(&state, &id, next);
    }
    putchar('\n');

    enum { STEPS = 20000 };
    int32_t id = 0;
    clock_t begun = clock();
    for (int i = 0; i < STEPS; i++)
        charlm_step(&state, &id, next);
    fprintf(stderr, "%.0f ns a step\n", (double)(clock() - begun) / CLOCKS_PER_SEC / STEPS * 1e9);
    return 0;
}
