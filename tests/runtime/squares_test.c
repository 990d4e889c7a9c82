/* squares_test.c -- holds rt_squares.h to plain sums in long double: both ways of one packing, from either order of the source,
 * nothing written or read outside. The exit code says whether all is well.
 * products alone: no functions of libm
 */
#include "rt_math.h"
#include "rt_squares.h"
#include "numbers.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef RT_DOUBLE
#define EPSILON DBL_EPSILON
#else
#define EPSILON FLT_EPSILON
#endif

static int passed, failed;
static void check(int good, const char *what, long rows, long columns)
{
    if (good)
        passed++;
    else if (failed++ < 40)
        printf("FAILED %s: %ld rows, %ld columns\n", what, rows, columns);
}

typedef void Kernel(const real *x, const real *b, real *y);
typedef void Packer(const real *from, real *to);

/* y[i] = sum over j of m[i is + j js] x[j] */
static void try_sums(const char *name, Kernel *f, long n, long terms, const real *m, long is, long js, const real *b)
{
    real *x = some(terms), *y = some(n + 1);
    long i, j;
    int good = 1;
    y[n] = SENTINEL;
    f(x, b, y);
    for (i = 0; i < n; i++) {
        long double want = 0, size = 0;
        for (j = 0; j < terms; j++) {
            const long double term = (long double)m[i * is + j * js] * (long double)x[j];
            want += term, size += fabsl(term);
        }
        good = good && fabsl((long double)y[i] - want) <= size * (long double)EPSILON * (long double)(terms + 2) / 2;
    }
    check(good, name, n, terms);
    check(y[n] == SENTINEL, "nothing else is written", n, terms);
    free(x), free(y);
}

typedef void Turning(const real *x, const real *b, real *y, ptrdiff_t call);

/* the same bits from the first to the last and back, nothing else written */
static void try_turning(const char *name, Kernel *f, Turning *g, long n, long terms, const real *b)
{
    real *x = some(terms), *y = some(n + 1), *z = some(n + 1);
    ptrdiff_t call;
    f(x, b, y);
    for (call = 0; call < 2; call++) {
        memset(z, 0, sizeof *z * (size_t)n);
        z[n] = SENTINEL;
        g(x, b, z, call);
        check(!memcmp(y, z, sizeof *y * (size_t)n) && z[n] == SENTINEL, name, n, terms);
    }
    free(x), free(y), free(z);
}

static void try_shape(long R, long C, Packer *down, Packer *turned, Kernel *along, Kernel *across, Turning *along_turning, Turning *across_turning)
{
    const long size = (long)rt_squares_size(R, C);
    real *m = some(R * C), *t = some(R * C), *b = some(size), *d = some(size);
    long r, c;
    for (r = 0; r < R; r++)
        for (c = 0; c < C; c++)
            t[c * R + r] = m[r * C + c];
    down(m, b), turned(t, d);
    check(!memcmp(b, d, sizeof *b * (size_t)size), "packing a transpose", R, C);
    try_sums("along", along, R, C, m, C, 1, b);
    try_sums("across", across, C, R, m, 1, C, b);
    try_turning("along and back", along, along_turning, R, C, b);
    try_turning("across and back", across, across_turning, C, R, b);
    free(m), free(t), free(b), free(d);
}

#define SHAPES(S)                                                                               \
    S(1, 1) S(1, 17) S(17, 1) S(3, 5) S(4, 4) S(5, 3) S(15, 16) S(16, 15) S(17, 18) S(20, 20) S(33, 7) S(64, 48) S(65, 66)  \
    S(100, 100) S(111, 113) S(112, 114) S(30, 200) S(200, 31) S(239, 129)
#define DEFINE(R, C)                                                                            \
    RT_NOINLINE void down_##R##_##C(const real *s, real *d) { rt_pack_squares(R, C, s, C, 1, d); }       \
    RT_NOINLINE void turned_##R##_##C(const real *s, real *d) { rt_pack_squares(R, C, s, 1, R, d); }     \
    RT_NOINLINE void along_##R##_##C(const real *x, const real *b, real *y) { rt_squares_along(R, C, x, b, y); }    \
    RT_NOINLINE void across_##R##_##C(const real *x, const real *b, real *y) { rt_squares_across(R, C, x, b, y); } \
    RT_NOINLINE void along_turning_##R##_##C(const real *x, const real *b, real *y, ptrdiff_t t) { rt_squares_along_turning(R, C, x, b, y, t); }    \
    RT_NOINLINE void across_turning_##R##_##C(const real *x, const real *b, real *y, ptrdiff_t t) { rt_squares_across_turning(R, C, x, b, y, t); }
SHAPES(DEFINE)

int main(void)
{
#define TRY(R, C) try_shape(R, C, down_##R##_##C, turned_##R##_##C, along_##R##_##C, across_##R##_##C, along_turning_##R##_##C, across_turning_##R##_##C);
    SHAPES(TRY)
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
