/* limits.h -- what this processor can do at best, measured where it is asked: multiply-adds in registers, and bytes read from
 * the level of memory that holds so many. What a row of the table cannot get below.
 */
#ifndef LIMITS_H
#define LIMITS_H

#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined __AVX512F__
enum { LIMIT_BYTES = 64 };
#elif defined __AVX__
enum { LIMIT_BYTES = 32 };
#else
enum { LIMIT_BYTES = 16 };
#endif
enum { LIMIT_LANES = LIMIT_BYTES / 4, LIMIT_CHAINS = 12, LIMIT_ROUNDS = 11 };
typedef float limit_vector __attribute__((vector_size(LIMIT_BYTES)));

/* CPU seconds of this process: what runs beside it does not count */
static double limit_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int limit_order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* floating-point operations a second, the best round */
static double limit_flops(void)
{
    double best = 0;
    volatile float seed = 0.999f;
    for (int round = 0; round < LIMIT_ROUNDS; round++) {
        limit_vector s[LIMIT_CHAINS], a, b;
        const long n = 500000;
        for (int k = 0; k < LIMIT_LANES; k++)
            a[k] = seed, b[k] = 1e-3f;
        for (int i = 0; i < LIMIT_CHAINS; i++)
            s[i] = b * (float)i;
        const double begun = limit_clock();
        for (long k = 0; k < n; k++)
#pragma GCC unroll 12
            for (int i = 0; i < LIMIT_CHAINS; i++)
                s[i] = s[i] * a + b;
        const double took = limit_clock() - begun;
        for (int i = 1; i < LIMIT_CHAINS; i++)
            s[0] += s[i];
        seed = s[0][0] > 2 ? 0.999f : 0.998f;                /* so that the chains are needed */
        const double rate = 2.0 * LIMIT_LANES * LIMIT_CHAINS * (double)n / took;
        best = rate > best ? rate : best;
    }
    return best;
}

/* seconds of reading so many bytes once, when they have been read before; the best round */
static double limit_read(size_t bytes)
{
    const size_t step = 8 * LIMIT_BYTES, n = (bytes + step - 1) / step * step;
    char *at = aligned_alloc(LIMIT_BYTES, n);
    if (!at)
        exit(1);
    memset(at, 0, n);
    const long passes = (long)(4e7 / (double)n) + 1;
    double best = 1e9;
    volatile float sink = 0;
    for (int round = 0; round < LIMIT_ROUNDS; round++) {
        limit_vector s[8];
        memset(s, 0, sizeof s);
        const double begun = limit_clock();
        for (long p = 0; p < passes; p++) {
            __asm__ volatile("" ::: "memory");               /* each pass reads anew */
            for (size_t i = 0; i < n; i += step)
#pragma GCC unroll 8
                for (int k = 0; k < 8; k++)
                    s[k] += *(const limit_vector *)(at + i + (size_t)k * LIMIT_BYTES);
        }
        const double took = (limit_clock() - begun) / (double)passes;
        for (int k = 1; k < 8; k++)
            s[0] += s[k];
        sink += s[0][0];
        best = took < best ? took : best;
    }
    free(at);
    return best;
}

#endif
