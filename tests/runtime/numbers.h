/* numbers.h -- for tests of products: the same pseudo-random numbers everywhere, in arrays of exactly their size. Include after rt_vector.h. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdlib.h>

#define SENTINEL ((real)-12345)

static uint32_t seed = 1;

/* exactly n elements, so that a sanitizer sees a step too far */
static real *some(long n)
{
    real *p = (real *)malloc(sizeof(real) * (size_t)(n + !n));
    long i;
    if (!p)
        exit(1);
    for (i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        p[i] = (real)(seed >> 8) / (real)(1 << 24) - (real)0.5;
    }
    return p;
}

#endif
