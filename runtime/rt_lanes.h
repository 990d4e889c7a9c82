/* rt_lanes.h -- from the lanes of a vector to one real: sums, largest, conditions; and from one to all. Blocks as in
 * rt_vector.h, and like there no library.
 */
#ifndef RT_LANES_H
#define RT_LANES_H

#include "rt_vector.h"

/* ---- rt_half: half of 64 bytes; masked, since g++ 12 takes the plain instruction for undefined ---- */
#if RT_BYTES == 64 && defined RT_DOUBLE
#define rt_half(v, i) _mm512_maskz_extractf64x4_pd(15, (rt_mm)(v), i)
#elif RT_BYTES == 64
#define rt_half(v, i) _mm256_castpd_ps(_mm512_maskz_extractf64x4_pd(15, _mm512_castps_pd((rt_mm)(v)), i))
#endif

/* ---- rtv_four, rtv_of_four: four numbers of memory at once, and the j-th of them in every lane: one load where rtv_set takes
 * four, and a shuffle each, which other ports than the loads' do ---- */
#if defined RT_MM && !defined RT_DOUBLE
#define RT_FOURS 1
#if RT_BYTES == 64
#define rtv_four(p) ((rtv)_mm512_maskz_broadcast_f32x4((rtv_mask)-1, _mm_loadu_ps(p)))
#define rt_spread(q, how) ((rtv)_mm512_maskz_permute_ps((rtv_mask)-1, (rt_mm)(q), how))
#elif RT_BYTES == 32
#define rtv_four(p) ((rtv)_mm256_broadcast_ps((const __m128 *)(const void *)(p)))
#define rt_spread(q, how) ((rtv)_mm256_permute_ps((rt_mm)(q), how))
#else
#define rtv_four(p) ((rtv)_mm_loadu_ps(p))
#define rt_spread(q, how) ((rtv)_mm_shuffle_ps((rt_mm)(q), (rt_mm)(q), how))
#endif
RT_INLINE rtv rtv_of_four(rtv q, int j)
{
    return j == 0 ? rt_spread(q, 0x00) : j == 1 ? rt_spread(q, 0x55) : j == 2 ? rt_spread(q, 0xaa) : rt_spread(q, 0xff);
}
#elif RT_VECTORS && defined __aarch64__ && !defined RT_DOUBLE
#define RT_FOURS 1
RT_INLINE rtv rtv_four(const real *p) { return (rtv)vld1q_f32(p); }
RT_INLINE rtv rtv_of_four(rtv q, int j) { return rtv_set(q[j]); }
#else
#define RT_FOURS 0
#endif

/* ---- rtv_sum: of all lanes, in the order of a tree: the upper half onto the lower ---- */
RT_INLINE real rtv_sum(rtv v)
{
#if RT_VECTORS
#if RT_BYTES == 64 && defined RT_DOUBLE
    const __m256d h = rt_half(v, 0) + rt_half(v, 1);
    const __m128d q = _mm256_castpd256_pd128(h) + _mm256_extractf128_pd(h, 1);
#elif RT_BYTES == 64
    const __m256 h = rt_half(v, 0) + rt_half(v, 1);
    const __m128 q = _mm256_castps256_ps128(h) + _mm256_extractf128_ps(h, 1);
#elif RT_BYTES == 32 && defined RT_DOUBLE
    const __m128d q = _mm256_castpd256_pd128((rt_mm)v) + _mm256_extractf128_pd((rt_mm)v, 1);
#elif RT_BYTES == 32
    const __m128 q = _mm256_castps256_ps128((rt_mm)v) + _mm256_extractf128_ps((rt_mm)v, 1);
#else
    const rtv q = v;
#endif
#ifdef RT_DOUBLE
    return q[0] + q[1];
#else
    return (q[0] + q[2]) + (q[1] + q[3]);
#endif
#else
    return v;
#endif
}

/* ---- rt_adder: a sum of many vectors, onto four by turns, since an addition waits for the one before ---- */
#if RT_VECTORS
typedef struct { rtv next, then, later, last; } rt_adder;
RT_INLINE rt_adder rt_adder_empty(void)
{
    const rt_adder s = { rtv_set((real)0), rtv_set((real)0), rtv_set((real)0), rtv_set((real)0) };
    return s;
}
RT_INLINE rt_adder rt_adder_add(rt_adder s, rtv x)
{
    const rt_adder turned = { s.then, s.later, s.last, s.next + x };
    return turned;
}
RT_INLINE real rt_adder_sum(rt_adder s) { return rtv_sum((s.next + s.later) + (s.then + s.last)); }
#else
typedef real rt_adder;
RT_INLINE rt_adder rt_adder_empty(void) { return 0; }
RT_INLINE rt_adder rt_adder_add(rt_adder s, rtv x) { return s + x; }
RT_INLINE real rt_adder_sum(rt_adder s) { return s; }
#endif

/* ---- rtv_sums: of each of RT_LANES vectors; the order of a sum does not depend on which vector it is ---- */
#if RT_BYTES == 64 && !defined RT_DOUBLE
#define RT_PAIR(name, a, b) (rtv)_mm512_maskz_##name((rtv_mask)-1, (rt_mm)(a), (rt_mm)(b))
#define RT_PAIR_BY(name, a, b, how) (rtv)_mm512_maskz_##name((rtv_mask)-1, (rt_mm)(a), (rt_mm)(b), how)
RT_INLINE rtv rt_quarter_sums(rtv a, rtv b, rtv c, rtv d)       /* of each quarter: one of a, of b, of c, of d */
{
    const rtv u = RT_PAIR(unpacklo_ps, a, b) + RT_PAIR(unpackhi_ps, a, b);
    const rtv v = RT_PAIR(unpacklo_ps, c, d) + RT_PAIR(unpackhi_ps, c, d);
    return RT_PAIR_BY(shuffle_ps, u, v, 0x44) + RT_PAIR_BY(shuffle_ps, u, v, 0xee);
}
RT_INLINE rtv rt_sums_of_quarters(rtv a, rtv b, rtv c, rtv d)   /* lane by lane: four of a, of b, of c, of d */
{
    const rtv u = RT_PAIR_BY(shuffle_f32x4, a, b, 0x44) + RT_PAIR_BY(shuffle_f32x4, a, b, 0xee);
    const rtv v = RT_PAIR_BY(shuffle_f32x4, c, d, 0x44) + RT_PAIR_BY(shuffle_f32x4, c, d, 0xee);
    return RT_PAIR_BY(shuffle_f32x4, u, v, 0x88) + RT_PAIR_BY(shuffle_f32x4, u, v, 0xdd);
}
RT_INLINE rtv rtv_sums(const rtv *v)
{
    return rt_sums_of_quarters(rt_quarter_sums(v[0], v[1], v[2], v[3]), rt_quarter_sums(v[4], v[5], v[6], v[7]),
                               rt_quarter_sums(v[8], v[9], v[10], v[11]), rt_quarter_sums(v[12], v[13], v[14], v[15]));
}
#elif defined RT_MM && !defined RT_DOUBLE
#define RT_PAIR_BY(name, a, b, how) (rtv)RT_MM(name)((rt_mm)(a), (rt_mm)(b), how)
RT_INLINE rtv rt_sums_of_four(rtv a, rtv b, rtv c, rtv d)       /* of each four lanes: one of a, of b, of c, of d; as rtv_sum adds */
{
    const rtv u = RT_PAIR_BY(shuffle, a, b, 0x44) + RT_PAIR_BY(shuffle, a, b, 0xee);
    const rtv v = RT_PAIR_BY(shuffle, c, d, 0x44) + RT_PAIR_BY(shuffle, c, d, 0xee);
    return RT_PAIR_BY(shuffle, u, v, 0x88) + RT_PAIR_BY(shuffle, u, v, 0xdd);
}
#if RT_BYTES == 32
RT_INLINE rtv rt_sum_of_halves(rtv a, rtv b)
{
    return (rtv)_mm256_permute2f128_ps((rt_mm)a, (rt_mm)b, 0x20) + (rtv)_mm256_permute2f128_ps((rt_mm)a, (rt_mm)b, 0x31);
}
RT_INLINE rtv rtv_sums(const rtv *v)
{
    return rt_sums_of_four(rt_sum_of_halves(v[0], v[4]), rt_sum_of_halves(v[1], v[5]), rt_sum_of_halves(v[2], v[6]),
                           rt_sum_of_halves(v[3], v[7]));
}
#else
RT_INLINE rtv rtv_sums(const rtv *v) { return rt_sums_of_four(v[0], v[1], v[2], v[3]); }
#endif
#elif RT_VECTORS
RT_INLINE rtv rtv_sums(const rtv *v)
{
    rtv sums = { 0 };
    int i;
    RT_UNROLL
    for (i = 0; i < RT_LANES; i++)
        sums[i] = rtv_sum(v[i]);
    return sums;
}
#else
RT_INLINE rtv rtv_sums(const rtv *v) { return v[0]; }
#endif

/* ---- rtv_all: does c hold in every lane? ---- */
RT_INLINE int rtv_all(rtv_mask c)
{
#if RT_BYTES == 64
    return c == (rtv_mask)-1;
#elif defined RT_MM
    return RT_MM(movemask)((rt_mm)c) == (1 << RT_LANES) - 1;
#elif RT_LANES == 4
    return (c[0] & c[1] & c[2] & c[3]) != 0;
#elif RT_LANES == 2
    return (c[0] & c[1]) != 0;
#else
    return c;
#endif
}

/* ---- rtv_max_of: the largest lane; NaN if one is ---- */
RT_INLINE real rtv_max_of(rtv v)
{
#if RT_VECTORS
#if RT_BYTES == 64 && defined RT_DOUBLE
    const __m256d h = _mm256_max_pd(rt_half(v, 0), rt_half(v, 1));
    const __m128d q = _mm_max_pd(_mm256_castpd256_pd128(h), _mm256_extractf128_pd(h, 1));
#elif RT_BYTES == 64
    const __m256 h = _mm256_max_ps(rt_half(v, 0), rt_half(v, 1));
    const __m128 q = _mm_max_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
#elif RT_BYTES == 32 && defined RT_DOUBLE
    const __m128d q = _mm_max_pd(_mm256_castpd256_pd128((rt_mm)v), _mm256_extractf128_pd((rt_mm)v, 1));
#elif RT_BYTES == 32
    const __m128 q = _mm_max_ps(_mm256_castps256_ps128((rt_mm)v), _mm256_extractf128_ps((rt_mm)v, 1));
#else
    const rtv q = v;
#endif
#ifdef RT_DOUBLE
    const real m = rt_max(q[0], q[1]);
#else
    const real m = rt_max(rt_max(q[0], q[2]), rt_max(q[1], q[3]));
#endif
    return rtv_all(rtv_same(v, v)) ? m : RT_INFINITY - RT_INFINITY;
#else
    return v;
#endif
}

/* ---- rtv_first_n: the first n lanes, `rest` in the others; 0 <= n <= RT_LANES ---- */
RT_INLINE rtv rtv_first_n(rtv v, int n, real rest)
{
#if RT_VECTORS
    return rtv_if((rtv_mask)rtv_mask_n(n), v, rtv_set(rest));
#else
    return n > 0 ? v : rest;
#endif
}

#endif /* RT_LANES_H */
