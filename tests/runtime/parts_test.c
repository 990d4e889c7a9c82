/* parts_test.c -- holds rt_product_parts to rt_matvec_packed, row by row and bit for bit, and both to plain sums; panels of several
 * parts and units, inner dimensions that are no multiple of the chains. The exit code says whether all is well.
 * products alone: no functions of libm
 */
#include "rt_parts.h"
#include "numbers.h"

#include <stdio.h>

static int passed, failed;

typedef void Rows(const real *a, const real *b, real *c);
typedef void Row(const real *a, const real *b, real *c);

static void try_parts(long M, long unit, long parts, long inner, long K, Rows *rows, Row *row)
{
    const long N = parts * inner, all = unit * parts;
    real *a = some(M * K), *w = some(N * K), *b = some(N * K), *c = some(M * N), *one = some(all);
    long m, n, i, k;
    int good = 1;
    for (m = 0; m < inner; m += unit)
        rt_pack_units(unit, parts, inner, K, w + m * K, K, 1, b + m * parts * K);
    rows(a, b, c);
    for (i = 0; i < M; i++)
        for (m = 0; m < inner; m += unit) {
            row(a + i * K, b + m * parts * K, one);
            for (n = 0; n < all; n++) {
                const long at = n / unit * inner + m + n % unit;
                double sum = 0;
                for (k = 0; k < K; k++)
                    sum += (double)a[i * K + k] * (double)w[at * K + k];
                good = good && one[n] == c[i * N + at] && one[n] - sum < 1e-5 && sum - one[n] < 1e-5;
            }
        }
    if (good)
        passed++;
    else if (failed++ < 40)
        printf("FAILED M %ld, unit %ld, parts %ld, inner %ld, K %ld\n", M, unit, parts, inner, K);
    free(a), free(w), free(b), free(c), free(one);
}

#define SHAPES(_)                                                                                       \
    _(1, 16, 4, 16, 3) _(16, 16, 4, 64, 77) _(32, 16, 3, 48, 64) _(5, 64, 1, 128, 33) _(29, 32, 2, 96, 40) \
    _(7, 16, 6, 32, 50) _(2, 16, 5, 32, 1) _(15, 16, 4, 512, 600)
#define DEFINE(M, U, P, I, K)                                                                           \
    RT_NOINLINE void rows_##M##_##U##_##P##_##I##_##K(const real *a, const real *b, real *c)            \
    { rt_product_parts(M, U, P, I, K, a, K, 1, b, c, P * I); }                                          \
    RT_NOINLINE void row_##M##_##U##_##P##_##I##_##K(const real *a, const real *b, real *c)             \
    { rt_matvec_packed(U * P, K, a, 1, b, c, 0); }
#define TRY(M, U, P, I, K) try_parts(M, U, P, I, K, rows_##M##_##U##_##P##_##I##_##K, row_##M##_##U##_##P##_##I##_##K);
SHAPES(DEFINE)

int main(void)
{
    SHAPES(TRY)
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
