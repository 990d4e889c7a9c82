/* rt_pack.h -- a matrix laid out anew, so that the kernels of rt_product.h read it in order: panels of columns, turned by
 * the diagonal where it lies the other way. Takes arrays, gives arrays; C99 and C++11; blocks as in rt_vector.h.
 */
#ifndef RT_PACK_H
#define RT_PACK_H

#include "rt_lanes.h"

/* ---- RT_PANEL: a packed right operand lies in panels of 32 columns, each [K][32]; the last may be 16 wide ---- */
#define RT_PANEL 32
#define rt_packed_size(N, K) (((N) + 15) / 16 * 16 * (K))

/* ---- RT_WIDE: for one row in panels of 64, each [K][64]; the last 16, 32 or 48 wide ---- */
#define RT_WIDE 64
#define rt_packed_wide_size(N, K) (((N) + 15) / 16 * 16 * (K))

/* ---- RT_CLAIM: the line at p into the first cache, to be written ---- */
#ifdef __GNUC__
#define RT_CLAIM(p) __builtin_prefetch(p, 1, 3)
#else
#define RT_CLAIM(p) (void)(p)
#endif

/* ---- rt_turn4: four vectors of four turned by the diagonal ---- */
#if RT_VECTORS && !defined RT_DOUBLE
typedef real rt_four __attribute__((vector_size(16)));
typedef real rt_four_loose __attribute__((vector_size(16), aligned(4), may_alias));
#ifdef __clang__
#define rt_shuffle(a, b, i, j, k, l) __builtin_shufflevector(a, b, i, j, k, l)
#else
#define rt_shuffle(a, b, i, j, k, l) rt_shuffled(a, b, i, j, k, l)
typedef int32_t rt_four_places __attribute__((vector_size(16)));
RT_INLINE rt_four rt_shuffled(rt_four a, rt_four b, int i, int j, int k, int l)
{
    const rt_four_places at = { i, j, k, l };
    return __builtin_shuffle(a, b, at);
}
#endif
RT_INLINE void rt_turn4(const real *p, const ptrdiff_t stride, real *to, const ptrdiff_t wide)
{
    const rt_four a = *(const rt_four_loose *)(const void *)p;
    const rt_four b = *(const rt_four_loose *)(const void *)(p + stride);
    const rt_four c = *(const rt_four_loose *)(const void *)(p + 2 * stride);
    const rt_four d = *(const rt_four_loose *)(const void *)(p + 3 * stride);
    const rt_four ab = rt_shuffle(a, b, 0, 4, 1, 5), cd = rt_shuffle(c, d, 0, 4, 1, 5);
    const rt_four AB = rt_shuffle(a, b, 2, 6, 3, 7), CD = rt_shuffle(c, d, 2, 6, 3, 7);
    *(rt_four_loose *)(void *)to = rt_shuffle(ab, cd, 0, 1, 4, 5);
    *(rt_four_loose *)(void *)(to + wide) = rt_shuffle(ab, cd, 2, 3, 6, 7);
    *(rt_four_loose *)(void *)(to + 2 * wide) = rt_shuffle(AB, CD, 0, 1, 4, 5);
    *(rt_four_loose *)(void *)(to + 3 * wide) = rt_shuffle(AB, CD, 2, 3, 6, 7);
}
#endif

/* ---- rt_turn16: sixteen vectors of sixteen turned: quarters of four rows in one vector, then within quarters ---- */
#if RT_BYTES == 64 && !defined RT_DOUBLE && (defined __clang__ || __GNUC__ >= 12)
#define RT_TURN16 1
#define rt_quarters(a, b, i, j, k, l) \
    __builtin_shufflevector(a, b, i, j, k, l, (i) + 4, (j) + 4, (k) + 4, (l) + 4, (i) + 8, (j) + 8, (k) + 8, (l) + 8, \
                            (i) + 12, (j) + 12, (k) + 12, (l) + 12)
typedef real rt_eight __attribute__((vector_size(32)));
RT_INLINE rtv rt_four_rows(const real *p, const ptrdiff_t stride)
{
    const rt_four a = *(const rt_four_loose *)(const void *)p;
    const rt_four b = *(const rt_four_loose *)(const void *)(p + 4 * stride);
    const rt_four c = *(const rt_four_loose *)(const void *)(p + 8 * stride);
    const rt_four d = *(const rt_four_loose *)(const void *)(p + 12 * stride);
    const rt_eight low = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
    const rt_eight high = __builtin_shufflevector(c, d, 0, 1, 2, 3, 4, 5, 6, 7);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}
RT_INLINE void rt_turn16(const real *p, const ptrdiff_t stride, real *to, const ptrdiff_t wide)
{
    int i;
    RT_UNROLL
    for (i = 0; i < 16; i += 4) {
        const rtv a = rt_four_rows(p + i, stride), b = rt_four_rows(p + i + stride, stride);
        const rtv c = rt_four_rows(p + i + 2 * stride, stride), d = rt_four_rows(p + i + 3 * stride, stride);
        const rtv ab = rt_quarters(a, b, 0, 16, 1, 17), cd = rt_quarters(c, d, 0, 16, 1, 17);
        const rtv AB = rt_quarters(a, b, 2, 18, 3, 19), CD = rt_quarters(c, d, 2, 18, 3, 19);
        rtv_store(to + i * wide, rt_quarters(ab, cd, 0, 1, 16, 17));
        rtv_store(to + (i + 1) * wide, rt_quarters(ab, cd, 2, 3, 18, 19));
        rtv_store(to + (i + 2) * wide, rt_quarters(AB, CD, 0, 1, 16, 17));
        rtv_store(to + (i + 3) * wide, rt_quarters(AB, CD, 2, 3, 18, 19));
    }
}
#else
#define RT_TURN16 0
#endif

/* ---- rt_turned: to[k wide + n] = src[n ns + k] for whole fours of both ---- */
#if RT_VECTORS && !defined RT_DOUBLE
RT_INLINE void rt_turned(const ptrdiff_t N, const ptrdiff_t K, const real *src, const ptrdiff_t ns, real *to,
                         const ptrdiff_t wide)
{
    const ptrdiff_t n16 = RT_TURN16 ? N / 16 * 16 : 0, k16 = RT_TURN16 ? K / 16 * 16 : 0;
    ptrdiff_t k, n;
#if RT_TURN16
    int i;
    for (k = 0; k < k16; k += 16)
        for (n = 0; n < n16; n += 16) {
            const real *next = n + 16 < n16 ? to + k * wide + n + 16 : k + 16 < k16 ? to + (k + 16) * wide : to;
            RT_UNROLL
            for (i = 0; i < 16; i++)                    /* lines that lie apart: nobody else fetches them early */
                RT_CLAIM(next + i * wide);
            rt_turn16(src + n * ns + k, ns, to + k * wide + n, wide);
        }
#endif
    for (k = 0; k + 4 <= K; k += 4)                     /* whole lines are written, what is read stays in the cache */
        for (n = k < k16 ? n16 : 0; n + 4 <= N; n += 4)
            rt_turn4(src + n * ns + k, ns, to + k * wide + n, wide);
}
#endif

/* ---- rt_pack_panel: one panel [K][wide] of `columns` columns, zeros behind them ---- */
RT_INLINE void rt_pack_panel(const ptrdiff_t columns, const ptrdiff_t wide, const ptrdiff_t K, const real *src,
                             const ptrdiff_t ns, const ptrdiff_t ks, real *to)
{
    ptrdiff_t k, n, done = 0, n4 = 0;
    if (ns == 1) {
        for (k = 0; k < K; k++) {
            for (n = 0; n + RT_LANES <= columns; n += RT_LANES)
                rtv_store(to + k * wide + n, rtv_load(src + k * ks + n));
            for (; n < columns; n++)
                to[k * wide + n] = src[k * ks + n];
            for (; n < wide; n++)
                to[k * wide + n] = (real)0;
        }
        return;
    }
#if RT_VECTORS && !defined RT_DOUBLE
    if (ks == 1) {
        n4 = columns / 4 * 4, done = K / 4 * 4;
        rt_turned(columns, K, src, ns, to, wide);
    }
#endif
    for (k = 0; k < K; k++) {
        for (n = k < done ? n4 : 0; n < columns; n++)
            to[k * wide + n] = src[n * ns + k * ks];
        for (n = columns; n < wide; n++)
            to[k * wide + n] = (real)0;
    }
}

/* ---- rt_pack: B(k, n) = src[n ns + k ks] into panels, zeros behind the last column ---- */
RT_INLINE void rt_pack(const ptrdiff_t N, const ptrdiff_t K, const real *src, const ptrdiff_t ns,
                       const ptrdiff_t ks, real *to)
{
    const ptrdiff_t rest = N % RT_PANEL;
    ptrdiff_t n = 0;
    RT_ROLLED
    for (; n < N - rest; n += RT_PANEL)
        rt_pack_panel(RT_PANEL, RT_PANEL, K, src + n * ns, ns, ks, to + n * K);
    if (rest)
        rt_pack_panel(rest, rest > 16 ? 32 : 16, K, src + n * ns, ns, ks, to + n * K);
}

/* ---- rt_pack_wide: the same in wide panels, for rt_matvec_packed ---- */
RT_INLINE void rt_pack_wide(const ptrdiff_t N, const ptrdiff_t K, const real *src, const ptrdiff_t ns,
                            const ptrdiff_t ks, real *to)
{
    const ptrdiff_t rest = N % RT_WIDE;
    ptrdiff_t n = 0;
    RT_ROLLED
    for (; n < N - rest; n += RT_WIDE)
        rt_pack_panel(RT_WIDE, RT_WIDE, K, src + n * ns, ns, ks, to + n * K);
    if (rest)
        rt_pack_panel(rest, (rest + 15) / 16 * 16, K, src + n * ns, ns, ks, to + n * K);
}

/* ---- rt_pack_units: the same for `unit` columns of each of so many parts, whose columns are `apart` ---- */
RT_INLINE void rt_pack_units(const ptrdiff_t unit, const ptrdiff_t parts, const ptrdiff_t apart, const ptrdiff_t K,
                             const real *src, const ptrdiff_t ns, const ptrdiff_t ks, real *to)
{
    ptrdiff_t n, k;
    for (n = 0; n < unit * parts; n++) {
        const ptrdiff_t panel = n / RT_WIDE * RT_WIDE, left = unit * parts - panel, width = left < RT_WIDE ? left : RT_WIDE;
        for (k = 0; k < K; k++)
            to[panel * K + k * width + (n - panel)] = src[(n / unit * apart + n % unit) * ns + k * ks];
    }
}

#endif /* RT_PACK_H */
