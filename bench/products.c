/* products.c -- speed of rt_product.h's kernels against the processor's own limit, measured beside them, and, built
 * with -DWITH_BLAS, against OpenBLAS. Takes words that the rows' names must begin with; prints a table, the best of
 * 21. One core: taskset -c 1, OPENBLAS_NUM_THREADS=1.
 *     gcc -std=gnu11 -O2 -march=native -I runtime [-DWITH_BLAS] bench/products.c -o products [-lopenblas] -lm
 */
#define _POSIX_C_SOURCE 200809L
#include "rt_math.h"
#include "rt_matvec.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#ifdef WITH_BLAS
#include <cblas.h>
#endif

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static real *some(size_t n)
{
    real *p = (real *)aligned_alloc(64, (n * sizeof(real) + 63) / 64 * 64);
    if (!p)
        exit(1);
    for (size_t i = 0; i < n; i++)
        p[i] = (real)((i * 37 + 11) % 101) / 101 - (real)0.5;
    return p;
}

typedef void Kernel(const real *a, const real *b, real *c);

/* least seconds of a call: what others do on the machine only adds */
static double seconds(Kernel *f, const real *a, const real *b, real *c)
{
    double t[21], start = now();
    f(a, b, c);
    const double once = now() - start;
    const int calls = once > 2e-3 ? 1 : (int)(2e-3 / (once + 1e-9)) + 1;
    for (int i = 0; i < 21; i++) {
        start = now();
        for (int j = 0; j < calls; j++)
            f(a, b, c);
        t[i] = (now() - start) / calls;
    }
    qsort(t, 21, sizeof *t, by_size);
    return t[0];
}

#if RT_BYTES == 64 || defined __aarch64__
#define SUMS 20                     /* as many as registers hold, so that none waits */
#else
#define SUMS 12
#endif

RT_NOINLINE void fma_limit(const real *a, const real *b, real *c)
{
    rtv s[SUMS];
    const rtv x = rtv_load(a), y = rtv_load(b);
    RT_UNROLL
    for (int i = 0; i < SUMS; i++)
        s[i] = rtv_set((real)i);
    RT_ROLLED
    for (int k = 0; k < 5000; k++) {
        RT_UNROLL
        for (int i = 0; i < SUMS; i++)
            s[i] = rtv_fma(s[i], x, y);
    }
    RT_UNROLL
    for (int i = 0; i < SUMS; i++)
        rtv_store(c + i * RT_LANES, s[i]);
}

#define PACKED(M, N, K) \
    RT_NOINLINE void packed_##M##_##N##_##K(const real *a, const real *b, real *c) \
    { rt_product_packed(M, N, K, a, K, 1, b, c, N, 0); }
#define ROWS(M, N, K) \
    RT_NOINLINE void rows_##M##_##N##_##K(const real *a, const real *b, real *c) \
    { rt_product_rows(M, N, K, a, 1, M, b, N, c, N, 0); }
#define PLAIN(M, N, K) \
    RT_NOINLINE void plain_##M##_##N##_##K(const real *a, const real *b, real *c) \
    { rt_product_rows(M, N, K, a, K, 1, b, N, c, N, 0); }
#define MATVEC(N, K) \
    RT_NOINLINE void matvec_##N##_##K(const real *a, const real *b, real *c) \
    { rt_matvec_packed(N, K, a, 1, b, c, 0); }
#define PACK(N, K) \
    RT_NOINLINE void pack_##N##_##K(const real *a, const real *b, real *c) { (void)b; rt_pack(N, K, a, K, 1, c); } \
    RT_NOINLINE void pack_t_##N##_##K(const real *a, const real *b, real *c) { (void)b; rt_pack(N, K, a, 1, N, c); }

PACKED(50, 512, 128) PACKED(50, 512, 193) PACKED(2500, 512, 128) PACKED(50, 128, 512)
PACKED(64, 2048, 768) PACKED(64, 512, 2048) PACKED(2500, 128, 512)
PACKED(2500, 65, 128) PACKED(25, 65, 100) PACKED(32, 192, 64) PACKED(32, 20, 20) PACKED(2, 512, 128)
PACKED(4, 512, 128)
ROWS(512, 128, 2500) ROWS(65, 128, 2500) ROWS(2048, 512, 4096) ROWS(100, 100, 25) ROWS(20, 20, 1600)
ROWS(192, 64, 3200)
PLAIN(50, 128, 512) PLAIN(2500, 128, 512) PLAIN(2500, 128, 65) PLAIN(64, 512, 2048)
MATVEC(64, 17) MATVEC(160, 41) MATVEC(192, 32) MATVEC(192, 64) MATVEC(512, 64) MATVEC(512, 128) MATVEC(512, 192)
MATVEC(1024, 512) MATVEC(2048, 1024) MATVEC(100, 100) MATVEC(65, 100) MATVEC(16, 48) MATVEC(20, 20)
PACK(100, 100) PACK(512, 128)

#ifdef WITH_BLAS
static int bm, bn, bk, ta;
RT_NOINLINE void blas(const real *a, const real *b, real *c)
{
    const int lead = ta ? bm : bk;
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, CblasNoTrans, bm, bn, bk, 1, a, lead, b, bn, 0, c, bn);
}
RT_NOINLINE void blas_vector(const real *a, const real *b, real *c)
{
    cblas_sgemv(CblasRowMajor, CblasTrans, bk, bn, 1, b, bn, a, 1, 0, c, 1);
}
#endif

static double limit;
static int words;
static char **word;

static int wanted(const char *kind)
{
    int i, want = words == 0;
    for (i = 0; i < words; i++)
        want = want || !strncmp(kind, word[i], strlen(word[i]));
    return want;
}

static void row(const char *kind, int m, int n, int k, Kernel *f, int turned)
{
    if (!wanted(kind))
        return;
    real *a = some((size_t)m * (size_t)k), *b = some((size_t)(n + 64) * (size_t)k);
    real *c = some((size_t)m * (size_t)n + 1024);
    const double t = seconds(f, a, b, c), flops = 2.0 * m * n * k;
    printf("%-7s %5d x %4d x %4d  %9.3f us  %6.1f GFLOP/s  %3.0f %%", kind, m, n, k, t * 1e6, flops / t * 1e-9,
           100 * flops / t / limit);
#ifdef WITH_BLAS
    bm = m, bn = n, bk = k, ta = turned;
    const double u = seconds(m == 1 ? blas_vector : blas, a, b, c);
    printf("   OpenBLAS %9.3f us  %6.1f", u * 1e6, flops / u * 1e-9);
#else
    (void)turned;
#endif
    printf("\n");
    free(a), free(b), free(c);
}

static void pack_row(int n, int k, Kernel *f, const char *kind)
{
    if (!wanted(kind))
        return;
    real *a = some((size_t)n * (size_t)k), *c = some((size_t)(n + 32) * (size_t)k);
    const double t = seconds(f, a, a, c);
    printf("%-7s %5s   %4d x %4d  %9.3f us  %6.2f ns an element\n", kind, "", n, k, t * 1e6, t * 1e9 / n / k);
    free(a), free(c);
}

#define ROW(kind, M, N, K, turned) row(#kind, M, N, K, kind##_##M##_##N##_##K, turned)
#define VECTOR(N, K) row("matvec", 1, N, K, matvec_##N##_##K, 0)

int main(int argc, char **argv)
{
    words = argc - 1, word = argv + 1;
    real *x = some(1024);
    seconds(fma_limit, x, x + 64, x + 128);
    limit = 2.0 * SUMS * 5000 * RT_LANES / seconds(fma_limit, x, x + 64, x + 128);
    printf("%d lanes, limit %.1f GFLOP/s\n", RT_LANES, limit * 1e-9);
    ROW(packed, 50, 512, 128, 0);
    ROW(packed, 50, 512, 193, 0);
    ROW(packed, 2500, 512, 128, 0);
    ROW(packed, 50, 128, 512, 0);
    ROW(packed, 64, 2048, 768, 0);
    ROW(packed, 64, 512, 2048, 0);
    ROW(packed, 2500, 128, 512, 0);
    ROW(packed, 2500, 65, 128, 0);
    ROW(packed, 25, 65, 100, 0);
    ROW(packed, 32, 192, 64, 0);
    ROW(packed, 32, 20, 20, 0);
    ROW(packed, 2, 512, 128, 0);
    ROW(packed, 4, 512, 128, 0);
    ROW(rows, 512, 128, 2500, 1);
    ROW(rows, 65, 128, 2500, 1);
    ROW(rows, 2048, 512, 4096, 1);
    ROW(rows, 192, 64, 3200, 1);
    ROW(rows, 100, 100, 25, 1);
    ROW(rows, 20, 20, 1600, 1);
    ROW(plain, 50, 128, 512, 0);
    ROW(plain, 2500, 128, 512, 0);
    ROW(plain, 2500, 128, 65, 0);
    ROW(plain, 64, 512, 2048, 0);
    VECTOR(64, 17);
    VECTOR(160, 41);
    VECTOR(192, 32);
    VECTOR(192, 64);
    VECTOR(512, 64);
    VECTOR(512, 128);
    VECTOR(512, 192);
    VECTOR(1024, 512);
    VECTOR(2048, 1024);
    VECTOR(100, 100);
    VECTOR(65, 100);
    VECTOR(16, 48);
    VECTOR(20, 20);
    pack_row(100, 100, pack_100_100, "pack");
    pack_row(100, 100, pack_t_100_100, "pack T");
    pack_row(512, 128, pack_512_128, "pack");
    pack_row(512, 128, pack_t_512_128, "pack T");
    return 0;
}
