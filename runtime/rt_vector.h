/* rt_vector.h -- vectors of reals as wide as the target allows: lanes, loads, stores, comparisons, sums. Takes
 * reals, gives reals; may use no library. C99 and C++11. Blocks between lines of dashes are pasted into predictors
 * one by one, where they are used. With -DRT_SCALAR, or without GNU C's vectors, a vector is one real and the same
 * code runs, which does nothing but what IEEE 754 says to the bit.
 */
#ifndef RT_VECTOR_H
#define RT_VECTOR_H

/* ---- base: types, lanes, attributes ---- */
#include <stddef.h>
#include <stdint.h>
#ifdef RT_FREESTANDING              /* no library but memcpy; rt_free.h instead of libm */
#ifdef __cplusplus
extern "C"
#endif
void *memcpy(void *to, const void *from, size_t bytes);
#define RT_LIBM(name) rt_own_##name
#else
#include <math.h>
#include <string.h>
#define RT_LIBM(name) name
#endif

#ifdef __FAST_MATH__
#error "-ffast-math breaks the rounding that exp() rests on and the tests for NaN, silently: compile without it"
#endif

#ifndef RT_REAL                     /* rt_model.h says the same; C99 has no typedef twice */
#define RT_REAL
#ifdef RT_DOUBLE
typedef double real;
#else
typedef float real;
#endif
#endif

#if defined RT_SCALAR || !defined __GNUC__
#define RT_VECTORS 0
#elif defined __SSE2__ || defined __aarch64__ || defined __ARM_NEON || defined __wasm_simd128__ || defined __VSX__
#define RT_VECTORS 1
#else
#define RT_VECTORS 0
#endif
#if defined RT_FREESTANDING && defined __GNUC__ && !defined __clang__   /* a loop that copies stays one: no memmove */
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#endif
#if (!RT_VECTORS || defined RT_UNCONTRACTED) && defined __clang__   /* one real at a time: the same bits on every target */
#pragma STDC FP_CONTRACT OFF
#elif (!RT_VECTORS || defined RT_UNCONTRACTED) && defined __GNUC__   /* gcc contracts across statements */
#pragma GCC optimize("fp-contract=off")
#elif defined __clang__ && __clang_major__ >= 14    /* as gcc does: clang itself contracts within one expression, and here is one operation a statement */
#pragma clang fp contract(fast)
#endif

#ifdef __cplusplus
#define RT_RESTRICT __restrict
#else
#define RT_RESTRICT restrict
#endif
#if defined __GNUC__
#define RT_INLINE static inline __attribute__((always_inline, unused))
#define RT_ALIGNED __attribute__((aligned(64)))
#else
#define RT_INLINE static inline
#define RT_ALIGNED
#endif

#if defined __clang__               /* before a loop: all of it, or not at all */
#define RT_UNROLL _Pragma("clang loop unroll(full)")
#define RT_ROLLED _Pragma("clang loop unroll(disable)")
#elif defined __GNUC__ && __GNUC__ >= 8
#define RT_UNROLL _Pragma("GCC unroll 32")
#define RT_ROLLED _Pragma("GCC unroll 1")
#else
#define RT_UNROLL
#define RT_ROLLED
#endif

#ifdef __GNUC__
#define RT_INFINITY ((real)__builtin_huge_val())
#elif defined RT_FREESTANDING
#define RT_INFINITY ((real)(1e308 * 10))
#else
#define RT_INFINITY ((real)HUGE_VAL)
#endif

#if RT_VECTORS && defined __SSE2__
#include <immintrin.h>
#elif RT_VECTORS && defined __aarch64__
#include <arm_neon.h>
#endif

#ifdef RT_DOUBLE
typedef int64_t rt_lane;
typedef uint64_t rt_word;
#else
typedef int32_t rt_lane;
typedef uint32_t rt_word;
#endif

/* ---- width: of vectors, by the target; RT_COPY_BYTES: in a file that holds its code for several ---- */
#if !RT_VECTORS
#define RT_BYTES 0
#elif defined RT_COPY_BYTES
#define RT_BYTES RT_COPY_BYTES
#elif defined __AVX512F__
#define RT_BYTES 64
#elif defined __AVX__
#define RT_BYTES 32
#else
#define RT_BYTES 16
#endif
#if !RT_VECTORS
#define RT_LANES 1
#elif defined RT_DOUBLE
#define RT_LANES (RT_BYTES / 8)
#else
#define RT_LANES (RT_BYTES / 4)
#endif

#if RT_BYTES == 32 && (defined RT_COPY_BYTES || defined __AVX2__)
#define RT_GATHERS 1
#else
#define RT_GATHERS 0
#endif
#if RT_BYTES == 64 || (RT_BYTES == 32 && (defined RT_COPY_BYTES || defined __FMA__))
#define RT_FMA 1
#else
#define RT_FMA 0
#endif

#if defined __clang__ && RT_BYTES == 64     /* clang halves vectors of 64 bytes where nothing asks for them */
#define RT_NOINLINE static __attribute__((noinline, unused, min_vector_width(512)))
#define RT_ENTRY __attribute__((min_vector_width(512)))
#elif defined __clang__
#define RT_NOINLINE static __attribute__((noinline, unused))
#define RT_ENTRY
#elif defined __GNUC__ && __GNUC__ >= 8     /* GCC may find that a function whose stores it moved changes nothing */
#define RT_NOINLINE static __attribute__((noipa, unused))
#define RT_ENTRY __attribute__((noipa))
#elif defined __GNUC__
#define RT_NOINLINE static __attribute__((noinline, unused))
#define RT_ENTRY
#else
#define RT_NOINLINE static
#define RT_ENTRY
#endif
#ifdef RT_COPY_BYTES
#define RT_WHOLE static RT_ENTRY
#else
#define RT_WHOLE RT_ENTRY
#endif
#if RT_VECTORS
typedef real rtv __attribute__((vector_size(RT_BYTES)));
typedef real rtv_loose __attribute__((vector_size(RT_BYTES), aligned(sizeof(real)), may_alias));
typedef rt_lane rtv_lanes __attribute__((vector_size(RT_BYTES)));
typedef rt_word rtv_words __attribute__((vector_size(RT_BYTES)));
#else
typedef real rtv;
typedef rt_word rtv_words;
#endif

/* RT_MM(add)(a, b) is the target's own instruction, rt_mm the type it wants */
#if RT_BYTES == 64 && defined RT_DOUBLE
#define RT_MM(name) _mm512_##name##_pd
typedef __m512d rt_mm;
typedef __mmask8 rtv_mask;
#elif RT_BYTES == 64
#define RT_MM(name) _mm512_##name##_ps
typedef __m512 rt_mm;
typedef __mmask16 rtv_mask;
#elif RT_BYTES == 32 && defined RT_DOUBLE
#define RT_MM(name) _mm256_##name##_pd
typedef __m256d rt_mm;
typedef rtv rtv_mask;
#elif RT_BYTES == 32
#define RT_MM(name) _mm256_##name##_ps
typedef __m256 rt_mm;
typedef rtv rtv_mask;
#elif RT_BYTES == 16 && defined __SSE2__ && defined RT_DOUBLE
#define RT_MM(name) _mm_##name##_pd
typedef __m128d rt_mm;
typedef rtv_lanes rtv_mask;
#elif RT_BYTES == 16 && defined __SSE2__
#define RT_MM(name) _mm_##name##_ps
typedef __m128 rt_mm;
typedef rtv_lanes rtv_mask;
#elif RT_VECTORS
typedef rtv_lanes rtv_mask;
#else
typedef int rtv_mask;
#endif

/* ---- rtv_set: the same number in every lane ---- */
RT_INLINE rtv rtv_set(real x)
{
#ifdef RT_MM
    return (rtv)RT_MM(set1)(x);
#elif RT_VECTORS
    const rtv zero = { 0 };
    return x - zero;
#else
    return x;
#endif
}

/* ---- rtv_first: what is in lane 0 ---- */
RT_INLINE real rtv_first(rtv v)
{
#if RT_VECTORS
    return v[0];
#else
    return v;
#endif
}

/* ---- rtv_index: j, j + 1, ..; exact below 2^24 ---- */
RT_INLINE rtv rtv_index(ptrdiff_t j)
{
#if RT_LANES == 16
    const rtv v = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
#elif RT_LANES == 8
    const rtv v = { 0, 1, 2, 3, 4, 5, 6, 7 };
#elif RT_LANES == 4
    const rtv v = { 0, 1, 2, 3 };
#elif RT_LANES == 2
    const rtv v = { 0, 1 };
#else
    const rtv v = 0;
#endif
    return v + rtv_set((real)j);
}

/* ---- rtv_words_of, rtv_from_words: the bits as whole numbers, and back ---- */
RT_INLINE rtv_words rtv_words_of(rtv v)
{
#if RT_VECTORS
    return (rtv_words)v;
#else
    rtv_words w;
    memcpy(&w, &v, sizeof w);
    return w;
#endif
}
RT_INLINE rtv rtv_from_words(rtv_words w)
{
#if RT_VECTORS
    return (rtv)w;
#else
    rtv v;
    memcpy(&v, &w, sizeof v);
    return v;
#endif
}

/* ---- rtv_less, rtv_same: comparisons of lanes; false where one is NaN ---- */
RT_INLINE rtv_mask rtv_less(rtv a, rtv b)
{
#if RT_BYTES == 64 && defined RT_DOUBLE
    return _mm512_cmp_pd_mask((rt_mm)a, (rt_mm)b, _CMP_LT_OQ);
#elif RT_BYTES == 64
    return _mm512_cmp_ps_mask((rt_mm)a, (rt_mm)b, _CMP_LT_OQ);
#elif RT_BYTES == 32
    return (rtv)RT_MM(cmp)((rt_mm)a, (rt_mm)b, _CMP_LT_OQ);
#elif RT_VECTORS
    return (rtv_mask)(a < b);
#else
    return a < b;
#endif
}
RT_INLINE rtv_mask rtv_same(rtv a, rtv b)
{
#if RT_BYTES == 64 && defined RT_DOUBLE
    return _mm512_cmp_pd_mask((rt_mm)a, (rt_mm)b, _CMP_EQ_OQ);
#elif RT_BYTES == 64
    return _mm512_cmp_ps_mask((rt_mm)a, (rt_mm)b, _CMP_EQ_OQ);
#elif RT_BYTES == 32
    return (rtv)RT_MM(cmp)((rt_mm)a, (rt_mm)b, _CMP_EQ_OQ);
#elif RT_VECTORS
    return (rtv_mask)(a == b);
#else
    return a == b;
#endif
}

/* ---- rtv_if: x where c holds, y elsewhere ---- */
RT_INLINE rtv rtv_if(rtv_mask c, rtv x, rtv y)
{
#if RT_BYTES == 64
    return (rtv)RT_MM(mask_blend)(c, (rt_mm)y, (rt_mm)x);
#elif RT_BYTES == 32
    return (rtv)RT_MM(blendv)((rt_mm)y, (rt_mm)x, (rt_mm)c);
#elif RT_VECTORS
    return (rtv)((c & (rtv_lanes)x) | (~c & (rtv_lanes)y));
#else
    return c ? x : y;
#endif
}

/* ---- rtv_mask_n: holds in the first n lanes, 0 <= n <= RT_LANES ---- */
#if RT_BYTES == 64
RT_INLINE rtv_mask rtv_mask_n(int n) { return (rtv_mask)((1u << n) - 1u); }
#elif RT_VECTORS
RT_INLINE rtv_lanes rtv_mask_n(int n)
{
#if RT_LANES == 8
    const rtv_lanes j = { 0, 1, 2, 3, 4, 5, 6, 7 }, zero = { 0 };
#elif RT_LANES == 4
    const rtv_lanes j = { 0, 1, 2, 3 }, zero = { 0 };
#else
    const rtv_lanes j = { 0, 1 }, zero = { 0 };
#endif
    return (rtv_lanes)(j < zero + (rt_lane)n);
}
#endif

/* ---- rt_left: how many of a row of n lie in the vector at j; said so that for whole vectors it is a constant ---- */
RT_INLINE int rt_left(const int n, const ptrdiff_t j) { return n % RT_LANES == 0 || n - j >= RT_LANES ? RT_LANES : (int)(n - j); }

/* ---- rtv_load, rtv_store: any alignment ---- */
RT_INLINE rtv rtv_load(const real *p)
{
#if RT_VECTORS
    return *(const rtv_loose *)(const void *)p;
#else
    return *p;
#endif
}
RT_INLINE void rtv_store(real *p, rtv v)
{
#if RT_VECTORS
    *(rtv_loose *)(void *)p = v;
#else
    *p = v;
#endif
}

/* ---- rtv_load_n: the first n elements, zeros behind them; nothing else is read; 0 <= n <= RT_LANES ---- */
RT_INLINE rtv rtv_load_n(const real *p, int n)
{
#if RT_BYTES == 64
    return (rtv)RT_MM(maskz_loadu)(rtv_mask_n(n), p);
#elif RT_BYTES == 32
    return n == RT_LANES ? rtv_load(p) : (rtv)RT_MM(maskload)(p, (__m256i)rtv_mask_n(n));
#elif RT_VECTORS
    rtv v = { 0 };
    if (n == RT_LANES)                  /* what was stored as a vector is had at once as one only */
        return rtv_load(p);
    if (n > 0)
        v[0] = p[0];
    if (n > 1)
        v[1] = p[1];
#if RT_LANES == 4
    if (n > 2)
        v[2] = p[2];
    if (n > 3)
        v[3] = p[3];
#endif
    return v;
#else
    return n > 0 ? *p : (real)0;
#endif
}

/* ---- rtv_store_n: the first n elements only; 0 <= n <= RT_LANES ---- */
RT_INLINE void rtv_store_n(real *p, rtv v, int n)
{
#if RT_BYTES == 64
    RT_MM(mask_storeu)(p, rtv_mask_n(n), (rt_mm)v);
#elif RT_BYTES == 32
    if (n == RT_LANES)
        rtv_store(p, v);
    else
        RT_MM(maskstore)(p, (__m256i)rtv_mask_n(n), (rt_mm)v);
#elif RT_VECTORS
    if (n == RT_LANES) {
        rtv_store(p, v);
        return;
    }
    if (n > 0)
        p[0] = v[0];
    if (n > 1)
        p[1] = v[1];
#if RT_LANES == 4
    if (n > 2)
        p[2] = v[2];
    if (n > 3)
        p[3] = v[3];
#endif
#else
    if (n > 0)
        *p = v;
#endif
}

/* ---- rtv_load_every_n: n elements `stride` apart (below 2^27), zeros behind them; 0 <= n <= RT_LANES ---- */
#if RT_BYTES == 64 && !defined RT_DOUBLE
RT_INLINE rtv rtv_load_every_n(const real *p, ptrdiff_t stride, int n)
{
    const rtv_lanes j = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
    return (rtv)_mm512_mask_i32gather_ps((rt_mm)rtv_set(0), rtv_mask_n(n), (__m512i)(j * (rt_lane)stride), p, 4);
}
#elif RT_GATHERS && !defined RT_DOUBLE
RT_INLINE rtv rtv_load_every_n(const real *p, ptrdiff_t stride, int n)
{
    const rtv_lanes j = { 0, 1, 2, 3, 4, 5, 6, 7 };
    return (rtv)_mm256_mask_i32gather_ps((rt_mm)rtv_set(0), p, (__m256i)(j * (rt_lane)stride),
                                         (rt_mm)(rtv)rtv_mask_n(n), 4);
}
#elif RT_VECTORS
RT_INLINE rtv rtv_load_every_n(const real *p, ptrdiff_t stride, int n)
{
    rtv v = { 0 };
    int i;
    RT_UNROLL
    for (i = 0; i < RT_LANES; i++)
        if (i < n)
            v[i] = p[i * stride];
    return v;
}
#else
RT_INLINE rtv rtv_load_every_n(const real *p, ptrdiff_t stride, int n)
{
    (void)stride;
    return n > 0 ? *p : (real)0;
}
#endif

/* ---- rtv_load_every: RT_LANES elements `stride` apart ---- */
RT_INLINE rtv rtv_load_every(const real *p, ptrdiff_t stride) { return rtv_load_every_n(p, stride, RT_LANES); }

/* ---- rtv_fma: a b + c; said explicitly, since -std=c99 forbids the compiler to contract ---- */
RT_INLINE rtv rtv_fma(rtv a, rtv b, rtv c)
{
#if RT_FMA
    return (rtv)RT_MM(fmadd)((rt_mm)a, (rt_mm)b, (rt_mm)c);
#elif RT_VECTORS && defined __aarch64__ && defined RT_DOUBLE
    return (rtv)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#elif RT_VECTORS && defined __aarch64__
    return (rtv)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
    return a * b + c;
#endif
}

/* ---- rtv_at_least, rtv_at_most: a bound; NaN stays NaN ---- */
RT_INLINE rtv rtv_at_least(rtv a, rtv low)
{
#if RT_BYTES == 64
    return (rtv)RT_MM(maskz_max)((rtv_mask)-1, (rt_mm)low, (rt_mm)a);
#elif defined RT_MM
    return (rtv)RT_MM(max)((rt_mm)low, (rt_mm)a);           /* x86 gives the second where one is NaN */
#else
    return rtv_if(rtv_less(a, low), low, a);
#endif
}
RT_INLINE rtv rtv_at_most(rtv a, rtv high)
{
#if RT_BYTES == 64
    return (rtv)RT_MM(maskz_min)((rtv_mask)-1, (rt_mm)high, (rt_mm)a);
#elif defined RT_MM
    return (rtv)RT_MM(min)((rt_mm)high, (rt_mm)a);
#else
    return rtv_if(rtv_less(high, a), high, a);
#endif
}

/* ---- rtv_max, rtv_min: NaN if one is ---- */
RT_INLINE real rt_max(real a, real b) { return a != a ? a : a > b ? a : b; }
RT_INLINE real rt_min(real a, real b) { return a != a ? a : a < b ? a : b; }
RT_INLINE rtv rtv_max(rtv a, rtv b) { return rtv_if(rtv_same(a, a), rtv_at_least(b, a), a); }
RT_INLINE rtv rtv_min(rtv a, rtv b) { return rtv_if(rtv_same(a, a), rtv_at_most(b, a), a); }

#endif /* RT_VECTOR_H */
