/* rt_matvec.h -- products of one row with weights that rt_pack_wide or rt_pack_units packed, and of several rows added up as that
 * one is. Takes arrays, gives arrays; blocks as in rt_vector.h. Sums as in rt_product.h: of the kernel and K alone.
 */
#ifndef RT_MATVEC_H
#define RT_MATVEC_H

#include "rt_product.h"

/* ---- RT_CHAINS: one row's sums run in so many chains, each over its own part of K, since an addition waits for
 * the one before; of as many vectors at a time as registers hold ---- */
#if RT_BYTES == 64 || (RT_VECTORS && defined __aarch64__)
#define RT_CHAINS 4
#define RT_CHAIN_VECS 4
#elif RT_VECTORS                        /* 16 registers */
#define RT_CHAINS 2
#define RT_CHAIN_VECS 4
#define RT_PASS_VECS 8
#else
#define RT_CHAINS 4
#define RT_CHAIN_VECS 1
#endif
#if RT_BYTES == 32                      /* terms of a sum from which on what lies before its loops does not count; in passes of many columns */
#define RT_LONG 40
#define RT_LONG_PASS 16
#else
#define RT_LONG 64
#define RT_LONG_PASS 64
#endif

/* ---- RT_KEPT: a row's address, in a register of its own. To save the comparison that ends a loop, clang lets an index run to zero
 * and adds it to every address; a multiply-add that reads from such a sum is two operations to the processor ---- */
#if RT_VECTORS && defined __clang__ && defined __x86_64__
#define RT_KEPT(row) __asm__("" : "+r"(row))
#else
#define RT_KEPT(row) (void)0
#endif

/* ---- rt_matvec_tile: `columns` of one row ---- */
RT_INLINE void rt_matvec_tile(const int columns, const ptrdiff_t K, const real *x, const ptrdiff_t xk,
                              const real *b, const ptrdiff_t bk, real *y, const int accumulate)
{
    const int vecs = (columns + RT_LANES - 1) / RT_LANES;
    const ptrdiff_t part = K / RT_CHAINS;
    rtv s[RT_CHAINS][RT_CHAIN_VECS];
    ptrdiff_t k;
    int i, v;
    RT_UNROLL
    for (i = 0; i < RT_CHAINS; i++)
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            s[i][v] = rtv_set((real)0);
    k = 0;
#if RT_FOURS
    const ptrdiff_t fours = xk == 1 && K >= RT_LONG ? part / 4 * 4 : 0;
    RT_ROLLED
    for (; k < fours; k += 4) {
        const real *row = b + k * bk;
        rtv four[RT_CHAINS];
        int j;
        RT_KEPT(row);
        RT_UNROLL
        for (i = 0; i < RT_CHAINS; i++)
            four[i] = rtv_four(x + i * part + k);
        RT_UNROLL
        for (j = 0; j < 4; j++)
            RT_UNROLL
            for (i = 0; i < RT_CHAINS; i++) {
                const rtv xx = rtv_of_four(four[i], j);
                RT_UNROLL
                for (v = 0; v < vecs; v++)
                    s[i][v] = rtv_fma(xx, rtv_load(row + (i * part + j) * bk + v * RT_LANES), s[i][v]);
            }
    }
#endif
    RT_ROLLED
    for (; k < part; k++) {
        const real *row = b + k * bk;
        RT_KEPT(row);
        RT_UNROLL
        for (i = 0; i < RT_CHAINS; i++) {
            const rtv xx = rtv_set(x[(i * part + k) * xk]);
            RT_UNROLL
            for (v = 0; v < vecs; v++)
                s[i][v] = rtv_fma(xx, rtv_load(row + i * part * bk + v * RT_LANES), s[i][v]);
        }
    }
    RT_ROLLED
    for (k = RT_CHAINS * part; k < K; k++) {
        const rtv xx = rtv_set(x[k * xk]);
        const real *row = b + k * bk;
        RT_KEPT(row);
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            s[RT_CHAINS - 1][v] = rtv_fma(xx, rtv_load(row + v * RT_LANES), s[RT_CHAINS - 1][v]);
    }
    RT_UNROLL
    for (v = 0; v < vecs; v++) {
        const int n = rt_lanes_of(columns, v);
        rtv sum = s[0][v];
        RT_UNROLL
        for (i = 1; i < RT_CHAINS; i++)
            sum = sum + s[i][v];
        if (n == RT_LANES)
            rtv_store(y + v * RT_LANES, accumulate ? rtv_load(y + v * RT_LANES) + sum : sum);
        else
            rtv_store_n(y + v * RT_LANES, accumulate ? rtv_load_n(y + v * RT_LANES, n) + sum : sum, n);
    }
}

/* ---- rt_matvec_passes: the same sums, of more columns chain after chain: rows of b are read as they lie, each x once ---- */
#ifdef RT_PASS_VECS
RT_INLINE void rt_matvec_passes(const ptrdiff_t K, const real *x, const ptrdiff_t xk, const real *b, const ptrdiff_t bk, real *y,
                                const int accumulate)
{
    const ptrdiff_t part = K / RT_CHAINS;
    rtv sum[RT_PASS_VECS];
    ptrdiff_t k = 0;
    int i, v;
    RT_UNROLL
    for (i = 0; i < RT_CHAINS; i++) {
        const ptrdiff_t end = i < RT_CHAINS - 1 ? k + part : K;
        rtv s[RT_PASS_VECS];
        RT_UNROLL
        for (v = 0; v < RT_PASS_VECS; v++)
            s[v] = rtv_set((real)0);
#if RT_FOURS
        const ptrdiff_t fours = xk == 1 ? k + (end - k) / 4 * 4 : k;
        RT_ROLLED
        for (; k < fours; k += 4) {
            const rtv four = rtv_four(x + k);
            int j;
            RT_UNROLL
            for (j = 0; j < 4; j++) {
                const rtv xx = rtv_of_four(four, j);
                RT_UNROLL
                for (v = 0; v < RT_PASS_VECS; v++)
                    s[v] = rtv_fma(xx, rtv_load(b + (k + j) * bk + v * RT_LANES), s[v]);
            }
        }
#endif
        RT_ROLLED
        for (; k < end; k++) {
            const rtv xx = rtv_set(x[k * xk]);
            RT_UNROLL
            for (v = 0; v < RT_PASS_VECS; v++)
                s[v] = rtv_fma(xx, rtv_load(b + k * bk + v * RT_LANES), s[v]);
        }
        RT_UNROLL
        for (v = 0; v < RT_PASS_VECS; v++)
            sum[v] = i ? sum[v] + s[v] : s[v];
    }
    RT_UNROLL
    for (v = 0; v < RT_PASS_VECS; v++)
        rtv_store(y + v * RT_LANES, accumulate ? rtv_load(y + v * RT_LANES) + sum[v] : sum[v]);
}
#endif

/* ---- rt_matvec_stripes: all columns of one panel ---- */
RT_INLINE void rt_matvec_stripes(const ptrdiff_t N, const ptrdiff_t K, const real *x, const ptrdiff_t xk,
                                 const real *b, const ptrdiff_t bk, real *y, const int accumulate)
{
    const int stripe = RT_CHAIN_VECS * RT_LANES, rest = (int)(N % stripe);
    ptrdiff_t n = 0;
#ifdef RT_PASS_VECS
    const ptrdiff_t passes = K >= RT_LONG_PASS ? N - N % (RT_PASS_VECS * RT_LANES) : 0;
    RT_ROLLED
    for (; n < passes; n += RT_PASS_VECS * RT_LANES)
        rt_matvec_passes(K, x, xk, b + n, bk, y + n, accumulate);
#endif
    RT_ROLLED
    for (; n < N - rest; n += stripe)
        rt_matvec_tile(stripe, K, x, xk, b + n, bk, y + n, accumulate);
    if (rest)
        rt_matvec_tile(rest, K, x, xk, b + n, bk, y + n, accumulate);
}

/* ---- rt_matvec_packed: y[n] (=|+=) sum over k of x[k xk] B(k, n), B packed by rt_pack_wide ---- */
RT_INLINE void rt_matvec_packed(const ptrdiff_t N, const ptrdiff_t K, const real *x, const ptrdiff_t xk,
                                const real *b, real *y, const int accumulate)
{
    const ptrdiff_t rest = N % RT_WIDE;
    ptrdiff_t n = 0;
    RT_ROLLED
    for (; n < N - rest; n += RT_WIDE)
        rt_matvec_stripes(RT_WIDE, K, x, xk, b + n * K, RT_WIDE, y + n, accumulate);
    if (rest)
        rt_matvec_stripes(rest, K, x, xk, b + n * K, (rest + 15) / 16 * 16, y + n, accumulate);
}

/* ---- rt_matvec_turning: rt_matvec_packed, back from the last panel at every other call: what was read last is still near ---- */
RT_INLINE void rt_matvec_turning(const ptrdiff_t N, const ptrdiff_t K, const real *x, const ptrdiff_t xk, const real *b, real *y,
                                 const ptrdiff_t call)
{
    const ptrdiff_t panels = N / RT_WIDE, rest = N % RT_WIDE;
    ptrdiff_t i;
    if (rest && call % 2)
        rt_matvec_stripes(rest, K, x, xk, b + panels * RT_WIDE * K, (rest + 15) / 16 * 16, y + panels * RT_WIDE, 0);
    RT_ROLLED
    for (i = 0; i < panels; i++) {
        const ptrdiff_t n = (call % 2 ? panels - 1 - i : i) * RT_WIDE;
        rt_matvec_stripes(RT_WIDE, K, x, xk, b + n * K, RT_WIDE, y + n, 0);
    }
    if (rest && call % 2 == 0)
        rt_matvec_stripes(rest, K, x, xk, b + panels * RT_WIDE * K, (rest + 15) / 16 * 16, y + panels * RT_WIDE, 0);
}

/* ---- rt_product_chains: M rows, each as rt_matvec_packed adds it up, whatever M: chain after chain, tile by tile ---- */
RT_INLINE void rt_product_chains(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t K, const real *a, const ptrdiff_t am,
                                 const ptrdiff_t ak, const real *b, real *c, const ptrdiff_t cm)
{
    const rt_split s = rt_split_rows(M);
    const ptrdiff_t part = K / RT_CHAINS, even = K % RT_CHAINS ? RT_CHAINS - 1 : RT_CHAINS, rest = N % RT_WIDE, wide = (rest + 15) / 16 * 16;
    ptrdiff_t n, i;
    RT_ROLLED
    for (n = 0; n < N - rest; n += RT_WIDE) {
        RT_ROLLED
        for (i = 0; i < even; i++)                      /* the last is longer if K is uneven */
            rt_stripes(s, 0, s.tiles, RT_WIDE, 1, part, a + i * part * ak, am, ak, b + (n * K + i * part * RT_WIDE), RT_WIDE, c + n, cm, i > 0, 0, 0, b);
        if (even < RT_CHAINS)
            rt_stripes(s, 0, s.tiles, RT_WIDE, 1, K - i * part, a + i * part * ak, am, ak, b + (n * K + i * part * RT_WIDE), RT_WIDE, c + n, cm, 1, 0, 0, b);
    }
    if (rest) {
        RT_ROLLED
        for (i = 0; i < even; i++)
            rt_stripes(s, 0, s.tiles, rest, 1, part, a + i * part * ak, am, ak, b + (n * K + i * part * wide), wide, c + n, cm, i > 0, 0, 0, b);
        if (even < RT_CHAINS)
            rt_stripes(s, 0, s.tiles, rest, 1, K - i * part, a + i * part * ak, am, ak, b + (n * K + i * part * wide), wide, c + n, cm, 1, 0, 0, b);
    }
}

#endif /* RT_MATVEC_H */
