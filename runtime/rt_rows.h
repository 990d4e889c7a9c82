/* rt_rows.h -- small pieces of generated code beside rt_math.h and rt_product.h. Blocks as there: pasted where used. */
#ifndef RT_ROWS_H
#define RT_ROWS_H

#include "rt_math.h"

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

/* ---- rt_product_dots: c[m cm] (=|+=) sum over k of a[m am + k] b[k] ---- */
RT_INLINE void rt_product_dots(ptrdiff_t M, ptrdiff_t K, const real *a, ptrdiff_t am, const real *b, real *c, ptrdiff_t cm,
                               int accumulate)
{
    const ptrdiff_t whole = K / RT_LANES * RT_LANES;
    ptrdiff_t i, k;
    for (i = 0; i < M; i++) {
        const real *row = a + i * am;
        rtv part = rtv_set((real)0);
        real sum;
        for (k = 0; k < whole; k += RT_LANES)
            part = rtv_fma(rtv_load(row + k), rtv_load(b + k), part);
        if (whole < K)
            part = rtv_fma(rtv_load_n(row + whole, (int)(K - whole)), rtv_load_n(b + whole, (int)(K - whole)), part);
        sum = rtv_sum(part);
        c[i * cm] = accumulate ? c[i * cm] + sum : sum;
    }
}

/* ---- rt_turn: out[n][k] = in[k][n] ---- */
RT_INLINE void rt_turn(ptrdiff_t K, ptrdiff_t N, const real *in, real *out)
{
    ptrdiff_t i, j;
    for (i = 0; i < N; i++)
        for (j = 0; j < K; j++)
            out[i * K + j] = in[j * N + i];
}

/* ---- rt_copy_rows: out[k][n] = in[k ks + n ns] ---- */
RT_INLINE void rt_copy_rows(ptrdiff_t K, ptrdiff_t N, const real *in, ptrdiff_t ks, ptrdiff_t ns, real *out)
{
    ptrdiff_t i, j;
    for (i = 0; i < K; i++)
        for (j = 0; j < N; j++)
            out[i * N + j] = in[i * ks + j * ns];
}

#endif /* RT_ROWS_H */
