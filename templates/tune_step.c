/* Written by rnnc: microseconds of a step of a predictor, one step a call and many a call, the median of rounds. */
#define _POSIX_C_SOURCE 200809L
#include "${name}.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 9, STEPS = 256 };

static ${name}_state state;
static char *port[${arguments + 1}];
static size_t row[${arguments + 1}];

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void steps(void)
{
    for (size_t t = 0; t < STEPS; t++)
        ${name}_step(&state${call_step});
}

static void sequence(void) { ${name}_run(&state, STEPS${call_run}); }

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double microseconds(void (*f)(void))
{
    double took[ROUNDS], once = 0;
    long calls = 1;
    for (;; calls *= 2) {
        const double begun = seconds();
        for (long i = 0; i < calls; i++)
            f();
        if ((once = seconds() - begun) > 5e-3)
            break;
    }
    for (int r = 0; r < ROUNDS; r++) {
        const double begun = seconds();
        for (long i = 0; i < calls; i++)
            f();
        took[r] = (seconds() - begun) / (double)calls / STEPS * 1e6;
    }
    qsort(took, ROUNDS, sizeof *took, by_value);
    return took[ROUNDS / 2];
}

int main(void)
{
    const rnnc_descriptor *d = &${name}_descriptor;
    for (int i = 0; i < d->ports; i++) {
        const rnnc_port *p = &d->port[i];
        const size_t n = p->numbers * STEPS;
        row[i] = p->numbers * (p->classes ? sizeof(int32_t) : sizeof(${real}));
        port[i] = malloc(n * 8 + 1);
        if (!port[i])
            return 1;
        for (size_t j = 0; j < n; j++)
            if (p->classes)
                ((int32_t *)(void *)port[i])[j] = (int32_t)(j * 37 % (size_t)p->classes);
            else
                ((${real} *)(void *)port[i])[j] = (${real})((j * 37 + 11) % 101) / 101 - (${real})0.5;
    }
//% if start then
    ${name}_reset(&state);
//% end
    printf("a step %.6g\n", microseconds(steps));
    printf("a sequence %.6g\n", microseconds(sequence));
    return 0;
}
