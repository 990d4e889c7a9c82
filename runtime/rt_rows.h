/* rt_rows.h -- small pieces of generated code beside rt_math.h and rt_product.h. Blocks as there: pasted where used. */
#ifndef RT_ROWS_H
#define RT_ROWS_H

#include "rt_math.h"
#include "rt_product.h"

/* ---- rt_clear: zeros; without a library not even memset, which compilers would see in a plain loop ---- */
RT_INLINE void rt_clear(void *p, size_t bytes)
{
#ifdef RT_FREESTANDING
    volatile unsigned char *c = (volatile unsigned char *)p;
    volatile uint32_t *w = (volatile uint32_t *)p;
    size_t i, words = ((uintptr_t)p & 3) ? 0 : bytes / 4;
    for (i = 0; i < words; i++)
        w[i] = 0;
    for (i = words * 4; i < bytes; i++)
        c[i] = 0;
#else
    memset(p, 0, bytes);
#endif
}

/* ---- rt_zero: n zeros ---- */
RT_INLINE void rt_zero(real *p, ptrdiff_t n) { rt_clear(p, (size_t)n * sizeof *p); }

/* ---- rt_sampled: how many of `length` steps a sampled axis has ---- */
RT_INLINE int32_t rt_sampled(int32_t length, int32_t stride, int32_t offset)
{
    const int32_t n = length - 1 - offset < 0 ? 0 : (length - 1 - offset) / stride + 1;
    return n;
}

/* ---- rt_dots_tile: rows by columns of rt_product_dots ---- */
RT_INLINE void rt_dots_tile(const int rows, const int columns, const ptrdiff_t K, const real *a, const ptrdiff_t am, const real *b,
                            const ptrdiff_t bn, real *c, const ptrdiff_t cm, const ptrdiff_t cn, const int accumulate)
{
    const ptrdiff_t whole = K / RT_LANES * RT_LANES;
    rtv s[4][4], y[4];
    ptrdiff_t k;
    int i, j;
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (j = 0; j < columns; j++)
            s[i][j] = rtv_set((real)0);
    RT_ROLLED
    for (k = 0; k < K; k += RT_LANES) {
        const int n = k < whole ? RT_LANES : (int)(K - whole);
        RT_UNROLL
        for (j = 0; j < columns; j++)
            y[j] = n == RT_LANES ? rtv_load(b + j * bn + k) : rtv_load_n(b + j * bn + k, n);
        RT_UNROLL
        for (i = 0; i < rows; i++) {
            const rtv x = n == RT_LANES ? rtv_load(a + i * am + k) : rtv_load_n(a + i * am + k, n);
            RT_UNROLL
            for (j = 0; j < columns; j++)
                s[i][j] = rtv_fma(x, y[j], s[i][j]);
        }
    }
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (j = 0; j < columns; j++) {
            real *to = c + i * cm + j * cn;
            const real sum = rtv_sum(s[i][j]);
            *to = accumulate ? *to + sum : sum;
        }
}

/* ---- rt_dots_rows: so many rows of rt_product_dots ---- */
RT_INLINE void rt_dots_rows(const int rows, const ptrdiff_t N, const ptrdiff_t K, const real *a, const ptrdiff_t am, const real *b,
                            const ptrdiff_t bn, real *c, const ptrdiff_t cm, const ptrdiff_t cn, const int accumulate)
{
    const ptrdiff_t tiled = N / 4 * 4;
    ptrdiff_t n;
    RT_ROLLED
    for (n = 0; n < tiled; n += 4)
        rt_dots_tile(rows, 4, K, a, am, b + n * bn, bn, c + n * cn, cm, cn, accumulate);
    RT_ROLLED
    for (; n < N; n++)
        rt_dots_tile(rows, 1, K, a, am, b + n * bn, bn, c + n * cn, cm, cn, accumulate);
}

/* ---- rt_product_dots: c[m cm + n cn] (=|+=) sum over k of a[m am + k] b[n bn + k], each in one vector of sums ---- */
RT_INLINE void rt_product_dots(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t K, const real *a, const ptrdiff_t am, const real *b,
                               const ptrdiff_t bn, real *c, const ptrdiff_t cm, const ptrdiff_t cn, const int accumulate)
{
    const ptrdiff_t tiled = M / 4 * 4;
    ptrdiff_t m;
    RT_ROLLED
    for (m = 0; m < tiled; m += 4)
        rt_dots_rows(4, N, K, a + m * am, am, b, bn, c + m * cm, cm, cn, accumulate);
    RT_ROLLED
    for (; m < M; m++)
        rt_dots_rows(1, N, K, a + m * am, am, b, bn, c + m * cm, cm, cn, accumulate);
}

/* ---- rt_copy_rows: out[k][n] = in[k ks + n ns], four by four where the columns of one lie as the rows of the other ---- */
RT_INLINE void rt_copy_rows(ptrdiff_t K, ptrdiff_t N, const real *in, ptrdiff_t ks, ptrdiff_t ns, real *out)
{
    ptrdiff_t i, j, k4 = 0, n4 = 0;
#if RT_VECTORS && !defined RT_DOUBLE
    if (ks == 1) {
        k4 = K / 4 * 4, n4 = N / 4 * 4;
        for (i = 0; i < k4; i += 4)
            for (j = 0; j < n4; j += 4)
                rt_turn4(in + i + j * ns, ns, out + i * N + j, N);
    }
#endif
    for (i = 0; i < K; i++)
        for (j = i < k4 ? n4 : 0; j < N; j++)
            out[i * N + j] = in[i * ks + j * ns];
}

/* ---- rt_add_row: sum[j] += a[j every] ---- */
RT_INLINE void rt_add_row(const int n, const real *a, const ptrdiff_t every, real *sum)
{
    const int whole = every == 1 ? n / RT_LANES * RT_LANES : 0;
    int j;
    for (j = 0; j < whole; j += RT_LANES)
        rtv_store(sum + j, rtv_load(sum + j) + rtv_load(a + j));
    for (j = whole; j < n; j++)
        sum[j] += a[j * every];
}

#endif /* RT_ROWS_H */
