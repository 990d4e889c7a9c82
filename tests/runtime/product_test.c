/* product_test.c -- holds rt_product.h to plain loops in long double: every kernel, odd shapes, all strides,
 * results added to, nothing written or read outside; and the order of a sum to depend on K alone. The exit code
 * says whether all is well.
 * products alone: no functions of libm
 */
#include "rt_math.h"
#include "rt_matvec.h"
#include "numbers.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

static int passed, failed;

static void check(int good, const char *what, const long *shape)
{
    if (good)
        passed++;
    else if (failed++ < 40)
        printf("FAILED %s: M %ld, N %ld, K %ld\n", what, shape[0], shape[1], shape[2]);
}

#ifdef RT_DOUBLE
#define EPSILON DBL_EPSILON
#else
#define EPSILON FLT_EPSILON
#endif

typedef void Kernel(const real *a, const real *b, real *c);
typedef enum { PACKED, WIDE, ROWS, ANY } Layout;

typedef struct {
    const char *name;
    Kernel *set, *add;
    Layout layout;
    long shape[3], am, ak, cm, cn;
} Case;

/* B(k, n) of the tests; the kernel's own layout is made from it */
static real *laid_out(const Case *t, const real *b)
{
    const long N = t->shape[1], K = t->shape[2];
    real *to;
    long n, k;
    if (t->layout == PACKED) {
        to = some((long)rt_packed_size(N, K));
        rt_pack(N, K, b, 1, N, to);
    } else if (t->layout == WIDE) {
        to = some((long)rt_packed_wide_size(N, K));
        rt_pack_wide(N, K, b, 1, N, to);
    } else {
        to = some(K * N);
        for (k = 0; k < K; k++)
            for (n = 0; n < N; n++)
                to[t->layout == ROWS ? k * N + n : n * K + k] = b[k * N + n];
    }
    return to;
}

static void try_case(const Case *t)
{
    const long M = t->shape[0], N = t->shape[1], K = t->shape[2];
    const long asize = (M - 1) * t->am + (K - 1) * t->ak + 1, csize = (M - 1) * t->cm + (N - 1) * t->cn + 1;
    real *a = some(asize), *b = some(K * N), *c = some(csize), *laid = laid_out(t, b), *before = some(csize);
    int add;
    for (add = 0; add < 2; add++) {
        long m, n, k, i, inside = 0, outside = 0;
        int good = 1;
        for (i = 0; i < csize; i++)
            c[i] = before[i] = SENTINEL;
        for (m = 0; m < M; m++)
            for (n = 0; n < N; n++)
                c[m * t->cm + n * t->cn] = before[m * t->cm + n * t->cn] = add ? (real)(m - n) / 8 : RT_INFINITY;
        (add ? t->add : t->set)(a, laid, c);
        for (m = 0; m < M; m++)
            for (n = 0; n < N; n++) {
                const real was = before[m * t->cm + n * t->cn], is = c[m * t->cm + n * t->cn];
                long double want = add ? (long double)was : 0, size = fabsl(want);
                for (k = 0; k < K; k++) {
                    const long double term = (long double)a[m * t->am + k * t->ak] * (long double)b[k * N + n];
                    want += term, size += fabsl(term);
                }
                size *= (long double)EPSILON * (long double)(K + 2) / 2;
                good = good && fabsl((long double)is - want) <= size;
                inside++;
            }
        for (i = 0; i < csize; i++)
            outside += c[i] == SENTINEL;
        check(good, t->name, t->shape);
        check(outside == csize - inside, "nothing else is written", t->shape);
    }
    free(a), free(b), free(c), free(laid), free(before);
}

/* ---- the kernels at each shape, sizes and strides constants as in generated code ---- */

#define BOTH(name, call_set, call_add)                                                          \
    RT_NOINLINE void name##_set(const real *a, const real *b, real *c) { call_set; }            \
    RT_NOINLINE void name##_add(const real *a, const real *b, real *c) { call_add; }
#define DEFINE(M, N, K)                                                                         \
    BOTH(packed_##M##_##N##_##K, rt_product_packed(M, N, K, a, K, 1, b, c, N + 3, 0),           \
         rt_product_packed(M, N, K, a, K, 1, b, c, N + 3, 1))                                   \
    BOTH(turned_##M##_##N##_##K, rt_product_packed(M, N, K, a, 1, M + 2, b, c, N, 0),           \
         rt_product_packed(M, N, K, a, 1, M + 2, b, c, N, 1))                                   \
    BOTH(rows_##M##_##N##_##K, rt_product_rows(M, N, K, a, 1, M, b, N, c, N, 0),                \
         rt_product_rows(M, N, K, a, 1, M, b, N, c, N, 1))                                      \
    BOTH(plain_##M##_##N##_##K, rt_product_rows(M, N, K, a, K + 1, 1, b, N, c, N + 1, 0),       \
         rt_product_rows(M, N, K, a, K + 1, 1, b, N, c, N + 1, 1))                              \
    BOTH(any_##M##_##N##_##K, rt_product_any(M, N, K, a, 2 * K, 2, b, 1, K, c, 1, M + 1, 0),    \
         rt_product_any(M, N, K, a, 2 * K, 2, b, 1, K, c, 1, M + 1, 1))
#define ROW(kind, layout, M, N, K, am, ak, cm, cn)                                              \
    { #kind, kind##_##M##_##N##_##K##_set, kind##_##M##_##N##_##K##_add, layout, { M, N, K }, am, ak, cm, cn },
#define LIST(M, N, K)                                                                           \
    ROW(packed, PACKED, M, N, K, K, 1, N + 3, 1)                                                \
    ROW(turned, PACKED, M, N, K, 1, M + 2, N, 1)                                                \
    ROW(rows, ROWS, M, N, K, 1, M, N, 1)                                                        \
    ROW(plain, ROWS, M, N, K, K + 1, 1, N + 1, 1)                                               \
    ROW(any, ANY, M, N, K, 2 * K, 2, 1, M + 1)

#ifdef __SANITIZE_ADDRESS__            /* compiling them takes five times as long: one of each kind */
#define MOST(S, M, N, K)
#else
#define MOST(S, M, N, K) S(M, N, K)
#endif
#define SHAPES(S)                                                                               \
    S(1, 1, 1) S(1, 17, 3) MOST(S, 1, 65, 31) S(2, 3, 17) S(3, 31, 1) S(3, 33, 65) MOST(S, 4, 20, 7)  \
    MOST(S, 6, 16, 16) S(7, 48, 5) MOST(S, 13, 32, 9) S(14, 40, 33) S(15, 64, 2) MOST(S, 17, 17, 17) \
    S(25, 65, 100) MOST(S, 29, 36, 3) MOST(S, 31, 100, 31) S(50, 128, 20) MOST(S, 65, 12, 65)        \
    S(3, 5, 257) S(20, 24, 600) S(100, 8, 513) MOST(S, 129, 288, 512) MOST(S, 15, 65, 66) S(65, 36, 9) \
    MOST(S, 100, 100, 25) S(35, 33, 5) S(130, 4, 7)

#define DEFINE_VECTOR(N, K)                                                                     \
    BOTH(vector_1_##N##_##K, rt_matvec_packed(N, K, a, 1, b, c, 0), rt_matvec_packed(N, K, a, 1, b, c, 1)) \
    BOTH(strided_1_##N##_##K, rt_matvec_packed(N, K, a, 3, b, c, 0), rt_matvec_packed(N, K, a, 3, b, c, 1))
#define LIST_VECTOR(N, K) ROW(vector, WIDE, 1, N, K, K, 1, N, 1) ROW(strided, WIDE, 1, N, K, 3 * K, 3, N, 1)
#define VECTORS(V)                                                                              \
    V(1, 1) V(3, 2) V(4, 3) V(15, 4) V(16, 5) V(17, 17) V(31, 31) V(33, 8) V(48, 65) V(63, 9)   \
    V(64, 64) V(65, 33) V(100, 100) V(127, 7) V(128, 129) V(160, 41) V(200, 20) V(300, 3)

SHAPES(DEFINE)
VECTORS(DEFINE_VECTOR)

static const Case cases[] = { SHAPES(LIST) VECTORS(LIST_VECTOR) };

/* ---- packing: both orders of the source give the same panels, zeros behind the last column ---- */

#define PACKINGS(P) P(1, 1) P(3, 17) P(16, 4) P(17, 31) P(32, 32) P(33, 5) P(65, 65) P(100, 101) P(48, 12) P(95, 3)
#define DEFINE_PACK(N, K)                                                                       \
    RT_NOINLINE void down_##N##_##K(const real *s, real *d) { rt_pack(N, K, s, 1, N, d); }      \
    RT_NOINLINE void across_##N##_##K(const real *s, real *d) { rt_pack(N, K, s, K, 1, d); }    \
    RT_NOINLINE void apart_##N##_##K(const real *s, real *d) { rt_pack(N, K, s, 2, 2 * N, d); } \
    RT_NOINLINE void wide_down_##N##_##K(const real *s, real *d) { rt_pack_wide(N, K, s, 1, N, d); } \
    RT_NOINLINE void wide_across_##N##_##K(const real *s, real *d) { rt_pack_wide(N, K, s, K, 1, d); }
PACKINGS(DEFINE_PACK)

typedef void Packer(const real *s, real *d);

static void try_pack(long N, long K, Packer *down, Packer *across, Packer *apart, long panel)
{
    const long shape[3] = { 0, N, K }, size = (long)rt_packed_size(N, K);
    real *b = some(K * N), *t = some(K * N), *s = some(2 * K * N);
    real *x = some(size), *y = some(size), *z = some(size);
    long n, k, p;
    int good = 1;
    for (n = 0; n < N; n++)
        for (k = 0; k < K; k++)
            t[n * K + k] = s[2 * (k * N + n)] = b[k * N + n];
    down(b, x);
    across(t, y);
    check(!memcmp(x, y, sizeof *x * (size_t)size), "packing a transpose", shape);
    if (apart) {
        apart(s, z);
        check(!memcmp(x, z, sizeof *x * (size_t)size), "packing with strides", shape);
    }
    for (p = 0; p < N; p += panel) {
        const long here = N - p < panel ? N - p : panel;
        const long wide = panel == RT_PANEL ? (here > 16 ? 32 : 16) : (here + 15) / 16 * 16;
        for (k = 0; k < K; k++)
            for (n = 0; n < wide; n++)
                good = good && x[p * K + k * wide + n] == (n < here ? b[k * N + p + n] : 0);
    }
    check(good, "panels", shape);
    free(b), free(t), free(s), free(x), free(y), free(z);
}

/* ---- the order of a sum: the first columns and rows of a large product are those of a small one ---- */

static void try_order(const char *name, Layout layout, const long *large, Kernel *big, const long *little,
                      Kernel *small)
{
    const long N = large[1], K = large[2], m = little[0], n = little[1];
    real *a = some(large[0] * K), *b = some(K * N), *part = some(K * n), *c = some(large[0] * N), *d = some(m * n);
    Case whole = { "", NULL, NULL, layout, { 0, N, K }, 0, 0, 0, 0 }, some_of = whole;
    real *x, *y;
    long i, j;
    int good = 1;
    some_of.shape[1] = n;
    for (i = 0; i < K; i++)
        for (j = 0; j < n; j++)
            part[i * n + j] = b[i * N + j];
    x = laid_out(&whole, b), y = laid_out(&some_of, part);
    big(a, x, c);
    small(a, y, d);
    for (i = 0; i < m; i++)
        for (j = 0; j < n; j++)
            good = good && c[i * N + j] == d[i * n + j];
    check(good, name, large);
    free(a), free(b), free(part), free(c), free(d), free(x), free(y);
}

#define PART(name, call) RT_NOINLINE void name(const real *a, const real *b, real *c) { call; }
PART(big_packed, rt_product_packed(50, 100, 65, a, 65, 1, b, c, 100, 0))
PART(small_packed, rt_product_packed(3, 7, 65, a, 65, 1, b, c, 7, 0))
PART(big_rows, rt_product_rows(31, 70, 600, a, 600, 1, b, 70, c, 70, 0))
PART(small_rows, rt_product_rows(2, 5, 600, a, 600, 1, b, 5, c, 5, 0))
PART(big_turned, rt_product_rows(130, 544, 515, a, 1, 130, b, 544, c, 544, 0))
PART(small_turned, rt_product_rows(130, 5, 515, a, 1, 130, b, 5, c, 5, 0))
PART(big_vector, rt_matvec_packed(300, 77, a, 1, b, c, 0))
PART(small_vector, rt_matvec_packed(5, 77, a, 1, b, c, 0))

static void try_orders(void)
{
    static const long of[4][2][3] = { { { 50, 100, 65 }, { 3, 7, 65 } }, { { 31, 70, 600 }, { 2, 5, 600 } },
                                      { { 1, 300, 77 }, { 1, 5, 77 } }, { { 130, 544, 515 }, { 130, 5, 515 } } };
    try_order("order of the sum, packed", PACKED, of[0][0], big_packed, of[0][1], small_packed);
    try_order("order of the sum, rows", ROWS, of[1][0], big_rows, of[1][1], small_rows);
    try_order("order of the sum, vector", WIDE, of[2][0], big_vector, of[2][1], small_vector);
    try_order("order of the sum, rows turned", ROWS, of[3][0], big_turned, of[3][1], small_turned);
}

int main(void)
{
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++)
        try_case(&cases[i]);
#define TRY_PACK(N, K)                                                                          \
    try_pack(N, K, down_##N##_##K, across_##N##_##K, apart_##N##_##K, RT_PANEL);                \
    try_pack(N, K, wide_down_##N##_##K, wide_across_##N##_##K, NULL, RT_WIDE);
    PACKINGS(TRY_PACK)
    try_orders();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
