/* rt_math.h -- vectors of reals as wide as the target allows, and elementary functions on them. Takes reals, gives reals;
 * needs libm for double precision only. C99 and C++11. Blocks between lines of dashes are pasted into predictors one by one,
 * where they are used: rt_ works on one real, rtv_ on a vector, by the same formula.
 */
#ifndef RT_MATH_H
#define RT_MATH_H

/* ---- base: types, lanes, attributes ---- */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __FAST_MATH__
#error "-ffast-math breaks the rounding that exp() rests on, silently: compile without it"
#endif

#ifndef RT_REAL
#define RT_REAL
#ifdef RT_DOUBLE
typedef double real;
#else
typedef float real;
#endif
#endif

#if defined __GNUC__ && !defined RT_SCALAR
#define RT_VECTORS 1
#else
#define RT_VECTORS 0
#endif

#if defined __GNUC__
#define RT_INLINE static inline __attribute__((always_inline, unused))
#if defined __clang__ && defined __AVX512F__ && RT_VECTORS
#define RT_NOINLINE static __attribute__((noinline, unused, min_vector_width(512)))
#else
#define RT_NOINLINE static __attribute__((noinline, unused))
#endif
#define RT_ALIGNED __attribute__((aligned(64)))
#else
#define RT_INLINE static inline
#define RT_NOINLINE static
#define RT_ALIGNED
#endif

#if RT_VECTORS && (defined __AVX512F__ || defined __AVX__)
#include <immintrin.h>
#endif

#define RT_INFINITY ((real)HUGE_VAL)

#if !RT_VECTORS
#define RT_BYTES ((int)sizeof(real))
#elif defined __AVX512F__
#define RT_BYTES 64
#elif defined __AVX__
#define RT_BYTES 32
#else
#define RT_BYTES 16
#endif
#ifdef RT_DOUBLE
#define RT_LANES (RT_BYTES / 8)
#else
#define RT_LANES (RT_BYTES / 4)
#endif

#if RT_VECTORS
typedef real rtv __attribute__((vector_size(RT_BYTES)));
typedef real rtv_loose __attribute__((vector_size(RT_BYTES), aligned(sizeof(real)), may_alias));
#ifdef RT_DOUBLE
typedef int64_t rt_lane;
#else
typedef int32_t rt_lane;
#endif
typedef rt_lane rtv_lanes __attribute__((vector_size(RT_BYTES)));
#else
typedef real rtv;
#endif

/* ---- rtv_set: the same number in every lane ---- */
RT_INLINE rtv rtv_set(real x)
{
#if RT_VECTORS
    const rtv zero = { 0 };
    return x - zero;
#else
    return x;
#endif
}

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

/* ---- rtv_load_n: the first n elements, zeros behind them ---- */
RT_INLINE rtv rtv_load_n(const real *p, int n)
{
#if !RT_VECTORS
    return n > 0 ? *p : (real)0;
#elif defined __AVX512F__ && !defined RT_DOUBLE
    return (rtv)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1u), p);
#elif defined __AVX512F__
    return (rtv)_mm512_maskz_loadu_pd((__mmask8)((1u << n) - 1u), p);
#else
    rtv v = { 0 };
    int i;
    if (n >= RT_LANES)
        return rtv_load(p);
    for (i = 0; i < n; i++)
        v[i] = p[i];
    return v;
#endif
}

/* ---- rtv_store_n: the first n elements only ---- */
RT_INLINE void rtv_store_n(real *p, rtv v, int n)
{
#if !RT_VECTORS
    if (n > 0)
        *p = v;
#elif defined __AVX512F__ && !defined RT_DOUBLE
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1u), (__m512)v);
#elif defined __AVX512F__
    _mm512_mask_storeu_pd(p, (__mmask8)((1u << n) - 1u), (__m512d)v);
#else
    int i;
    if (n >= RT_LANES)
        rtv_store(p, v);
    else
        for (i = 0; i < n; i++)
            p[i] = v[i];
#endif
}

/* ---- rtv_load_every: n elements `stride` apart, zeros behind them ---- */
RT_INLINE rtv rtv_load_every_n(const real *p, ptrdiff_t stride, int n)
{
#if RT_VECTORS
    rtv v = { 0 };
    int i;
    for (i = 0; i < n && i < RT_LANES; i++)
        v[i] = p[i * stride];
    return v;
#else
    (void)stride;
    return n > 0 ? *p : (real)0;
#endif
}
RT_INLINE rtv rtv_load_every(const real *p, ptrdiff_t stride) { return rtv_load_every_n(p, stride, RT_LANES); }

/* ---- rtv_fma: a b + c; said explicitly, since -std=c99 forbids the compiler to contract ---- */
RT_INLINE rtv rtv_fma(rtv a, rtv b, rtv c)
{
#if RT_VECTORS && defined __AVX512F__ && !defined RT_DOUBLE
    return (rtv)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif RT_VECTORS && defined __AVX512F__
    return (rtv)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif RT_VECTORS && defined __FMA__ && defined __AVX__ && !defined RT_DOUBLE
    return (rtv)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif RT_VECTORS && defined __FMA__ && defined __AVX__
    return (rtv)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#else
    return a * b + c;
#endif
}

/* ---- rtv_if: x where the lanes of c are set, y elsewhere ---- */
#if RT_VECTORS
RT_INLINE rtv rtv_if(rtv_lanes c, rtv x, rtv y) { return (rtv)((c & (rtv_lanes)x) | (~c & (rtv_lanes)y)); }
#endif

/* ---- rtv_max, rtv_min: NaN in, NaN out ---- */
RT_INLINE real rt_max(real a, real b) { return a != a ? a : a > b ? a : b; }
RT_INLINE real rt_min(real a, real b) { return a != a ? a : a < b ? a : b; }
RT_INLINE rtv rtv_max(rtv a, rtv b)
{
#if RT_VECTORS
    return rtv_if((a > b) | (a != a), a, b);
#else
    return rt_max(a, b);
#endif
}
RT_INLINE rtv rtv_min(rtv a, rtv b)
{
#if RT_VECTORS
    return rtv_if((a < b) | (a != a), a, b);
#else
    return rt_min(a, b);
#endif
}

/* ---- rtv_index: j, j + 1, .. ---- */
RT_INLINE rtv rtv_index(ptrdiff_t j)
{
#if RT_VECTORS
    rtv v;
    int i;
    for (i = 0; i < RT_LANES; i++)
        v[i] = (real)i;
    return v + rtv_set((real)j);
#else
    return (real)j;
#endif
}

/* ---- rtv_sum: of all lanes, in the order of a tree ---- */
RT_INLINE real rtv_sum(rtv v)
{
#if RT_VECTORS
    real x[RT_LANES];
    int i, n;
    rtv_store(x, v);
    for (n = RT_LANES / 2; n > 0; n /= 2)
        for (i = 0; i < n; i++)
            x[i] = x[i] + x[i + n];
    return x[0];
#else
    return v;
#endif
}

/* ---- rtv_max_of: the largest lane; NaN if one is ---- */
RT_INLINE real rtv_max_of(rtv v)
{
#if RT_VECTORS
    real m = v[0];
    int i;
    for (i = 1; i < RT_LANES; i++)
        m = m != m ? m : v[i] > m || v[i] != v[i] ? v[i] : m;
    return m;
#else
    return v;
#endif
}

/* ---- rtv_first_n: the first n lanes, `rest` in the others ---- */
RT_INLINE rtv rtv_first_n(rtv v, int n, real rest)
{
#if RT_VECTORS
    return rtv_if(rtv_index(0) < rtv_set((real)n), v, rtv_set(rest));
#else
    return n > 0 ? v : rest;
#endif
}

/* ---- lt, eq, select, sign, abs, relu ---- */
RT_INLINE real rt_lt(real a, real b) { return a < b ? (real)1 : (real)0; }
RT_INLINE real rt_eq(real a, real b) { return a == b ? (real)1 : (real)0; }
RT_INLINE real rt_select(real c, real x, real y) { return c != (real)0 ? x : y; }
RT_INLINE real rt_abs(real a) { return a < (real)0 ? -a : a; }
RT_INLINE real rt_sign(real a) { return a > (real)0 ? (real)1 : a < (real)0 ? (real)-1 : a; }
RT_INLINE real rt_relu(real a) { return a < (real)0 ? (real)0 : a; }
#if RT_VECTORS
RT_INLINE rtv rtv_lt(rtv a, rtv b) { return rtv_if(a < b, rtv_set((real)1), rtv_set((real)0)); }
RT_INLINE rtv rtv_eq(rtv a, rtv b) { return rtv_if(a == b, rtv_set((real)1), rtv_set((real)0)); }
RT_INLINE rtv rtv_select(rtv c, rtv x, rtv y) { return rtv_if(c != rtv_set((real)0), x, y); }
RT_INLINE rtv rtv_abs(rtv a) { return rtv_if(a < rtv_set((real)0), -a, a); }
RT_INLINE rtv rtv_relu(rtv a) { return rtv_if(a < rtv_set((real)0), rtv_set((real)0), a); }
RT_INLINE rtv rtv_sign(rtv a)
{
    return rtv_if(a > rtv_set((real)0), rtv_set((real)1), rtv_if(a < rtv_set((real)0), rtv_set((real)-1), a));
}
#else
RT_INLINE rtv rtv_lt(rtv a, rtv b) { return rt_lt(a, b); }
RT_INLINE rtv rtv_eq(rtv a, rtv b) { return rt_eq(a, b); }
RT_INLINE rtv rtv_select(rtv c, rtv x, rtv y) { return rt_select(c, x, y); }
RT_INLINE rtv rtv_abs(rtv a) { return rt_abs(a); }
RT_INLINE rtv rtv_relu(rtv a) { return rt_relu(a); }
RT_INLINE rtv rtv_sign(rtv a) { return rt_sign(a); }
#endif

/* ---- rt_bits: a real's bits as an integer, and back ---- */
#ifndef RT_DOUBLE
RT_INLINE int32_t rt_bits(real x)
{
    int32_t i;
    memcpy(&i, &x, sizeof i);
    return i;
}
RT_INLINE real rt_from_bits(int32_t i)
{
    real x;
    memcpy(&x, &i, sizeof x);
    return x;
}
#endif

/* ---- rtv_each: a function of libm, lane by lane ---- */
RT_INLINE rtv rtv_each(real (*f)(real), rtv x)
{
#if RT_VECTORS
    int i;
    for (i = 0; i < RT_LANES; i++)
        x[i] = f(x[i]);
    return x;
#else
    return f(x);
#endif
}

/* ---- rt_sqrt ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_sqrt(real x) { return sqrt(x); }
#else
RT_INLINE real rt_sqrt(real x) { return sqrtf(x); }
#endif
RT_INLINE rtv rtv_sqrt(rtv x)
{
#if RT_VECTORS && defined __AVX512F__ && !defined RT_DOUBLE
    return (rtv)_mm512_sqrt_ps((__m512)x);
#else
    return rtv_each(rt_sqrt, x);
#endif
}

/* ---- rt_exp: 2^n p(r) with r = x - n ln 2 in two parts; 2.2 ulp on +-87; infinite above 88.37, 0 below -87.3 ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_exp(real x) { return exp(x); }
RT_INLINE rtv rtv_exp(rtv x) { return rtv_each(rt_exp, x); }
#else
RT_INLINE real rt_scalar_fma(real a, real b, real c)
{
#ifdef __FMA__
    return __builtin_fmaf(a, b, c);
#else
    return a * b + c;
#endif
}
RT_INLINE real rt_exp(real x)
{
    const real y = rt_min(rt_max(x, -87.3f), 88.37f);
    const real shifted = rt_scalar_fma(y, 1.44269504f, 12582912.0f);   /* rounds to a whole number: 1.5 2^23 */
    const real n = shifted - 12582912.0f;
    const real r = rt_scalar_fma(n, 2.12194440e-4f, rt_scalar_fma(n, -0.693359375f, y));
    real p = rt_scalar_fma(8.312525101e-3f, r, 4.189011402e-2f);
    p = rt_scalar_fma(p, r, 1.666711447e-1f);
    p = rt_scalar_fma(p, r, 4.999923179e-1f);
    p = rt_scalar_fma(p, r, 1.0f);
    p = rt_scalar_fma(p, r, 1.0f);
    if (x != x)
        return x;
    p = p * rt_from_bits((int32_t)((uint32_t)(rt_bits(shifted) + 127) << 23));
    return x > 88.37f ? RT_INFINITY : x < -87.3f ? 0.0f : p;
}
#if RT_VECTORS
RT_INLINE rtv rtv_exp(rtv x)
{
    const rtv y = rtv_min(rtv_max(x, rtv_set(-87.3f)), rtv_set(88.37f));
    const rtv shifted = rtv_fma(y, rtv_set(1.44269504f), rtv_set(12582912.0f));
    const rtv n = shifted - rtv_set(12582912.0f);
    const rtv r = rtv_fma(n, rtv_set(2.12194440e-4f), rtv_fma(n, rtv_set(-0.693359375f), y));
    rtv p = rtv_fma(rtv_set(8.312525101e-3f), r, rtv_set(4.189011402e-2f));
    p = rtv_fma(p, r, rtv_set(1.666711447e-1f));
    p = rtv_fma(p, r, rtv_set(4.999923179e-1f));
    p = rtv_fma(p, r, rtv_set(1.0f));
    p = rtv_fma(p, r, rtv_set(1.0f));
    p = p * (rtv)(((rtv_lanes)shifted + 127) << 23);
    p = rtv_if(x > rtv_set(88.37f), rtv_set(RT_INFINITY), rtv_if(x < rtv_set(-87.3f), rtv_set(0.0f), p));
    return rtv_if(x == x, p, x);
}
#else
RT_INLINE rtv rtv_exp(rtv x) { return rt_exp(x); }
#endif
#endif

/* ---- rt_log: e ln 2 + 2 artanh((m - 1) / (m + 1)); 3 ulp ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_log(real x) { return log(x); }
#else
RT_INLINE real rt_log(real x)
{
    int32_t bits, e = 0;
    real m, s, q, p;
    if (!(x > 0.0f))
        return x < 0.0f ? RT_INFINITY - RT_INFINITY : x != x ? x : -RT_INFINITY;
    if (x == RT_INFINITY)
        return x;
    if (x < 1.17549435e-38f)
        x = x * 8388608.0f, e = -23;
    bits = rt_bits(x) - 0x3f3504f3;                     /* m in [sqrt 1/2, sqrt 2) */
    e += (int32_t)((uint32_t)(bits + 0x3f800000) >> 23) - 127;
    m = rt_from_bits((bits & 0x7fffff) + 0x3f3504f3);
    s = (m - 1.0f) / (m + 1.0f);
    q = s * s;
    p = q * (0.666666667f + q * (0.4f + q * (0.285714286f + q * 0.222222222f)));
    return (real)e * 0.693359375f + ((real)e * -2.12194440e-4f + (2.0f * s + s * p));
}
#endif
RT_INLINE rtv rtv_log(rtv x) { return rtv_each(rt_log, x); }

/* ---- rt_tanh: x P(x^2) / Q(x^2), |x| clamped to 9; 5.5 ulp, relative accuracy near 0 too ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_tanh(real x) { return tanh(x); }
RT_INLINE rtv rtv_tanh(rtv x) { return rtv_each(rt_tanh, x); }
#else
RT_INLINE real rt_tanh(real x)
{
    const real y = rt_min(rt_max(x, -9.0f), 9.0f), q = y * y;
    real a = 1.335439113e-8f * q + 2.060888210e-5f, b = 7.776445910e-7f * q + 3.285614820e-4f;
    a = a * q + 3.495575888e-3f;
    b = b * q + 2.587693569e-2f;
    a = a * q + 1.338101536e-1f;
    b = b * q + 4.671433096e-1f;
    a = a * q + 9.999999795e-1f;
    b = b * q + 1.0f;
    return y * a / b;
}
#if RT_VECTORS
RT_INLINE rtv rtv_tanh(rtv x)
{
    const rtv y = rtv_min(rtv_max(x, rtv_set(-9.0f)), rtv_set(9.0f)), q = y * y;
    rtv a = rtv_fma(rtv_set(1.335439113e-8f), q, rtv_set(2.060888210e-5f));
    rtv b = rtv_fma(rtv_set(7.776445910e-7f), q, rtv_set(3.285614820e-4f));
    a = rtv_fma(a, q, rtv_set(3.495575888e-3f));
    b = rtv_fma(b, q, rtv_set(2.587693569e-2f));
    a = rtv_fma(a, q, rtv_set(1.338101536e-1f));
    b = rtv_fma(b, q, rtv_set(4.671433096e-1f));
    a = rtv_fma(a, q, rtv_set(9.999999795e-1f));
    b = rtv_fma(b, q, rtv_set(1.0f));
    return y * a / b;
}
#else
RT_INLINE rtv rtv_tanh(rtv x) { return rt_tanh(x); }
#endif
#endif

/* ---- rt_sigmoid: 1 / (1 + exp(-x)); 3.2 ulp ---- */
RT_INLINE real rt_sigmoid(real x) { return (real)1 / ((real)1 + rt_exp(-x)); }
RT_INLINE rtv rtv_sigmoid(rtv x) { return rtv_set((real)1) / (rtv_set((real)1) + rtv_exp(-x)); }

/* ---- rt_flush_denormals: numbers too small to matter become 0, which keeps the processor fast ---- */
RT_INLINE void rt_flush_denormals(void)
{
#if defined __SSE__ && defined __GNUC__
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u);
#elif defined __aarch64__ && defined __GNUC__
    uint64_t fpcr;
    __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
    __asm__ volatile("msr fpcr, %0" : : "r"(fpcr | (UINT64_C(1) << 24)));
#endif
}

#endif /* RT_MATH_H */
