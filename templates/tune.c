/* Written by rnnc: kernels for products of a network, one against the other. Prints for each its number and the microseconds of a
 * call (as the file of figures will have them), the median of rounds in which all kernels of a product take turns. Operands lie as often in memory as it takes for them to
 * come from as far away as in the network.
 */
#define _GNU_SOURCE
#ifdef __linux__
#include <sched.h>
#include <sys/mman.h>
#endif
//% if blas then
#include <cblas.h>
//% end
#include "rt_math.h"
#include "rt_matvec.h"
#include "rt_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

${code}
typedef struct {
    void (*f)(const real *a, const real *b, real *c);
    int product, copies, large;      /* large: in large pages */
    long a, b, c;                   /* numbers of one copy */
} Kernel;

static const Kernel kernel[] = {
//% for _, k in ipairs(kernels) do
    { ${k.name}, ${k.product}, ${k.copies}, ${k.large}, ${k.a}, ${k.b}, ${k.c} },
//% end
};
enum { KERNELS = sizeof kernel / sizeof *kernel, ROUNDS = 15 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static real *some(long n, int large)
{
    const size_t page = large ? 2 << 20 : 4096, bytes = ((size_t)n * sizeof(real) + page - 1) / page * page;
    real *p = (real *)aligned_alloc(page, bytes);
    if (!p) {
        fprintf(stderr, "no memory for %zu bytes\n", bytes);
        exit(1);
    }
#ifdef MADV_HUGEPAGE
    if (large)
        (void)madvise(p, bytes, MADV_HUGEPAGE);
#endif
    for (size_t i = 0; i < bytes / sizeof(real); i++)
        p[i] = (real)((i * 37 + 11) % 101) / 101 - (real)0.5;
    return p;
}

static double took(const Kernel *k, const real *a, const real *b, real *c, long calls)
{
    const double begun = seconds();
    int at = 0;
    for (long i = 0; i < calls; i++) {
        k->f(a + at * k->a, b + at * k->b, c + at * k->c);
        at = at + 1 == k->copies ? 0 : at + 1;
    }
    return seconds() - begun;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    int from, to;
#ifdef __linux__
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(sched_getcpu(), &here);
    sched_setaffinity(0, sizeof here, &here);
#endif
    for (from = 0; from < KERNELS; from = to) {
        long a = 0, b = 0, c = 0, calls[KERNELS];
        double time[KERNELS][ROUNDS], once = 0;
        for (to = from; to < KERNELS && kernel[to].product == kernel[from].product; to++) {
            const Kernel *k = &kernel[to];
            a = a > k->a * k->copies ? a : k->a * k->copies, b = b > k->b * k->copies ? b : k->b * k->copies;
            c = c > k->c * k->copies ? c : k->c * k->copies;
        }
        const int large = kernel[from].large;
        real *x = some(a, large), *y = some(b, large), *z = some(c, large);
        for (int i = from; i < to; i++) {
            took(&kernel[i], x, y, z, kernel[i].copies);
            for (calls[i] = 1; (once = took(&kernel[i], x, y, z, calls[i])) < 5e-4; calls[i] *= 2)
                continue;
        }
        const int rounds = once > 1e-2 ? 5 : ROUNDS;
        for (int r = 0; r < rounds; r++)
            for (int i = from; i < to; i++)
                time[i][r] = took(&kernel[i], x, y, z, calls[i]) / (double)calls[i];
        for (int i = from; i < to; i++) {
            qsort(time[i], (size_t)rounds, sizeof **time, by_value);
            printf("%d %.4g\n", i, time[i][rounds / 2] * 1e6);
        }
        free(x), free(y), free(z);
    }
    return 0;
}
