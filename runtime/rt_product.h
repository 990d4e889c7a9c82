/* rt_product.h -- matrix products whose sizes and strides are constants where they are called: register tiles that the
 * compiler unrolls. Takes arrays, gives arrays. C99 and C++11; blocks as in rt_math.h. The order of a sum over K does not
 * depend on M: one row and many give the same bits.
 */
#ifndef RT_PRODUCT_H
#define RT_PRODUCT_H

#include "rt_math.h"

/* ---- RT_TILE: rows and vectors of a register tile ---- */
#if RT_VECTORS && defined __AVX512F__
#define RT_TILE 14
#elif RT_VECTORS && (defined __AVX__ || defined __aarch64__)
#define RT_TILE 6
#else
#define RT_TILE 3
#endif
#if defined __clang__
#define RT_UNROLL _Pragma("unroll")
#elif defined __GNUC__
#define RT_UNROLL _Pragma("GCC unroll 16")
#else
#define RT_UNROLL
#endif

/* ---- RT_PANEL: packed right operands lie in panels of 32 columns, each [K][32]; the last may be 16 wide ---- */
#define RT_PANEL 32
#define rt_packed_size(N, K) (((N) + 15) / 16 * 16 * (K))

/* ---- rt_tile: `rows` x `vecs` vectors of c (=|+=) a b; only `columns` of c are touched ---- */
RT_INLINE void rt_tile(const int rows, const int vecs, const ptrdiff_t K, const real *a, const ptrdiff_t am, const ptrdiff_t ak,
                       const real *b, const ptrdiff_t bk, real *c, const ptrdiff_t cm, const int columns, const int whole,
                       const int accumulate)
{
    rtv s[RT_TILE][2];
    int i, v;
    ptrdiff_t k;
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            s[i][v] = !accumulate ? rtv_set((real)0)
                    : whole ? rtv_load(c + i * cm + v * RT_LANES)
                            : rtv_load_n(c + i * cm + v * RT_LANES, columns - v * RT_LANES < 0 ? 0 : columns - v * RT_LANES < RT_LANES ? columns - v * RT_LANES : RT_LANES);
    for (k = 0; k < K; k++) {
        rtv x[2];
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            x[v] = rtv_load(b + k * bk + v * RT_LANES);
        RT_UNROLL
        for (i = 0; i < rows; i++) {
            const rtv y = rtv_set(a[i * am + k * ak]);
            RT_UNROLL
            for (v = 0; v < vecs; v++)
                s[i][v] = rtv_fma(y, x[v], s[i][v]);
        }
    }
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (v = 0; v < vecs; v++) {
            if (whole)
                rtv_store(c + i * cm + v * RT_LANES, s[i][v]);
            else if (columns > v * RT_LANES)
                rtv_store_n(c + i * cm + v * RT_LANES, s[i][v], columns - v * RT_LANES < RT_LANES ? columns - v * RT_LANES : RT_LANES);
        }
}

/* ---- rt_columns: all rows of c for one stripe of columns; rows are split evenly over tiles ---- */
RT_INLINE void rt_columns(const ptrdiff_t M, const int vecs, const ptrdiff_t K, const real *a, const ptrdiff_t am, const ptrdiff_t ak,
                          const real *b, const ptrdiff_t bk, real *c, const ptrdiff_t cm, const int columns, const int whole,
                          const int accumulate)
{
    const ptrdiff_t tiles = (M + RT_TILE - 1) / RT_TILE;
    const int high = (int)((M + tiles - 1) / tiles), low = high - 1;
    const ptrdiff_t highs = M - tiles * low;            /* that many tiles of `high` rows, the others one less */
    ptrdiff_t m = 0;
    for (; m < highs * high; m += high)
        rt_tile(high, vecs, K, a + m * am, am, ak, b, bk, c + m * cm, cm, columns, whole, accumulate);
    if (low > 0)
        for (; m < M; m += low)
            rt_tile(low, vecs, K, a + m * am, am, ak, b, bk, c + m * cm, cm, columns, whole, accumulate);
}

/* ---- rt_product_packed: c[m cm + n] (=|+=) sum over k of a[m am + k ak] B(k, n), B packed by rt_pack ---- */
RT_INLINE void rt_product_packed(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t K, const real *a, const ptrdiff_t am,
                                 const ptrdiff_t ak, const real *b, real *c, const ptrdiff_t cm, const int accumulate)
{
    const ptrdiff_t full = N / RT_PANEL;
    const int rest = (int)(N % RT_PANEL), wide = rest > 16 ? 32 : 16;
    ptrdiff_t p;
    int j;
    for (p = 0; p < full; p++)
        for (j = 0; j < RT_PANEL; j += 2 * RT_LANES)
            rt_columns(M, 2, K, a, am, ak, b + p * RT_PANEL * K + j, RT_PANEL, c + p * RT_PANEL + j, cm, RT_PANEL, 1, accumulate);
    if (rest)
        for (j = 0; j < rest; j += RT_LANES)
            rt_columns(M, 1, K, a, am, ak, b + full * RT_PANEL * K + j, wide, c + full * RT_PANEL + j, cm, rest - j, 0, accumulate);
}

/* ---- rt_pack: B(k, n) = src[n ns + k ks] into panels, zeros behind the last column ---- */
RT_INLINE void rt_pack(const ptrdiff_t N, const ptrdiff_t K, const real *src, const ptrdiff_t ns, const ptrdiff_t ks, real *to)
{
    ptrdiff_t p, k, n;
    for (p = 0; p < N; p += RT_PANEL) {
        const ptrdiff_t here = N - p < RT_PANEL ? N - p : RT_PANEL, wide = here > 16 ? 32 : 16;
        if (ns == 1)
            for (k = 0; k < K; k++) {
                for (n = 0; n < here; n++)
                    to[k * wide + n] = src[p + n + k * ks];
                for (; n < wide; n++)
                    to[k * wide + n] = (real)0;
            }
        else
            for (n = 0; n < wide; n++)
                for (k = 0; k < K; k++)
                    to[k * wide + n] = n < here ? src[(p + n) * ns + k * ks] : (real)0;
        to += wide * K;
    }
}

/* ---- rt_product_rows: the same with B(k, n) = b[k bk + n]; K in blocks, so that one stays in the cache ---- */
RT_INLINE void rt_product_rows(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t K, const real *a, const ptrdiff_t am,
                               const ptrdiff_t ak, const real *b, const ptrdiff_t bk, real *c, const ptrdiff_t cm, const int accumulate)
{
    const ptrdiff_t blocks = (K + 255) / 256, size = (K + blocks - 1) / blocks;
    ptrdiff_t k, n;
    for (k = 0; k < K; k += size) {
        const ptrdiff_t here = K - k < size ? K - k : size;
        for (n = 0; n + 2 * RT_LANES <= N; n += 2 * RT_LANES) {
            if (k == 0 && !accumulate)
                rt_columns(M, 2, here, a, am, ak, b + n, bk, c + n, cm, 0, 1, 0);
            else
                rt_columns(M, 2, here, a + k * ak, am, ak, b + k * bk + n, bk, c + n, cm, 0, 1, 1);
        }
        for (; n < N; n++) {                            /* the last columns, one by one */
            ptrdiff_t m, i;
            for (m = 0; m < M; m++) {
                real sum = k == 0 && !accumulate ? (real)0 : c[m * cm + n];
                for (i = k; i < k + here; i++)
                    sum += a[m * am + i * ak] * b[i * bk + n];
                c[m * cm + n] = sum;
            }
        }
    }
}

/* ---- rt_product_any: plain loops, any strides ---- */
RT_INLINE void rt_product_any(ptrdiff_t M, ptrdiff_t N, ptrdiff_t K, const real *a, ptrdiff_t am, ptrdiff_t ak, const real *b,
                              ptrdiff_t bk, ptrdiff_t bn, real *c, ptrdiff_t cm, ptrdiff_t cn, int accumulate)
{
    ptrdiff_t m, n, k;
    for (m = 0; m < M; m++)
        for (n = 0; n < N; n++) {
            real sum = accumulate ? c[m * cm + n * cn] : (real)0;
            for (k = 0; k < K; k++)
                sum += a[m * am + k * ak] * b[k * bk + n * bn];
            c[m * cm + n * cn] = sum;
        }
}

/* ---- rt_matvec_packed: y[n] (=|+=) sum over k of x[k xk] B(k, n): one example. B as rt_pack_wide packs it ---- */
#define RT_WIDE 128
#define rt_packed_wide_size(N, K) rt_packed_size(N, K)
RT_INLINE void rt_pack_wide(const ptrdiff_t N, const ptrdiff_t K, const real *src, const ptrdiff_t ns, const ptrdiff_t ks, real *to)
{
    ptrdiff_t p, k, n;
    for (p = 0; p < N; p += RT_WIDE) {
        const ptrdiff_t here = N - p < RT_WIDE ? N - p : RT_WIDE, wide = (here + 15) / 16 * 16;
        for (n = 0; n < wide; n++)
            for (k = 0; k < K; k++)
                to[k * wide + n] = n < here ? src[(p + n) * ns + k * ks] : (real)0;
        to += wide * K;
    }
}
RT_INLINE void rt_matvec_panel(const int vecs, const ptrdiff_t K, const real *x, const ptrdiff_t xk, const real *b, const ptrdiff_t bk,
                               real *y, const ptrdiff_t columns, const int accumulate)
{
    rtv s[8];
    int v;
    ptrdiff_t k;
    RT_UNROLL
    for (v = 0; v < vecs; v++)
        s[v] = accumulate ? rtv_load_n(y + v * RT_LANES, columns - v * RT_LANES < RT_LANES ? (int)(columns - v * RT_LANES) : RT_LANES)
                          : rtv_set((real)0);
    for (k = 0; k < K; k++) {
        const rtv xx = rtv_set(x[k * xk]);
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            s[v] = rtv_fma(xx, rtv_load(b + k * bk + v * RT_LANES), s[v]);
    }
    RT_UNROLL
    for (v = 0; v < vecs; v++)
        rtv_store_n(y + v * RT_LANES, s[v], columns - v * RT_LANES < RT_LANES ? (int)(columns - v * RT_LANES) : RT_LANES);
}
RT_INLINE void rt_matvec_packed(const ptrdiff_t N, const ptrdiff_t K, const real *x, const ptrdiff_t xk, const real *b, real *y,
                                const int accumulate)
{
    ptrdiff_t p, j;
    for (p = 0; p < N; p += RT_WIDE) {
        const ptrdiff_t here = N - p < RT_WIDE ? N - p : RT_WIDE, wide = (here + 15) / 16 * 16;
        for (j = 0; j + 8 * RT_LANES <= here; j += 8 * RT_LANES)
            rt_matvec_panel(8, K, x, xk, b + j, wide, y + p + j, here - j, accumulate);
        for (; j + 4 * RT_LANES <= here; j += 4 * RT_LANES)
            rt_matvec_panel(4, K, x, xk, b + j, wide, y + p + j, here - j, accumulate);
        for (; j + 2 * RT_LANES <= here; j += 2 * RT_LANES)
            rt_matvec_panel(2, K, x, xk, b + j, wide, y + p + j, here - j, accumulate);
        for (; j < here; j += RT_LANES)
            rt_matvec_panel(1, K, x, xk, b + j, wide, y + p + j, here - j, accumulate);
        b += wide * K;
    }
}

#endif /* RT_PRODUCT_H */
