/* rt_math.h -- elementary functions of reals: rtv_ works on a vector, rt_ on one real. May use nothing but libm,
 * and of that only square roots, and in double precision exp, log and tanh (without a libm: rt_free.h).
 * C99 and C++11; blocks as in rt_vector.h. In single precision exp, log, tanh and sigmoid of one real are a lane
 * of the vector's, so both agree bit for bit under the same flags; in double precision both are libm's. NaN in
 * gives NaN out of every function that computes (comparisons give 0), so that a diverged network cannot hide.
 */
#ifndef RT_MATH_H
#define RT_MATH_H

#include "rt_lanes.h"

/* ---- rtv_lt, rtv_eq: 1 or 0 ---- */
RT_INLINE real rt_lt(real a, real b) { return a < b ? (real)1 : (real)0; }
RT_INLINE real rt_eq(real a, real b) { return a == b ? (real)1 : (real)0; }
RT_INLINE rtv rtv_lt(rtv a, rtv b) { return rtv_if(rtv_less(a, b), rtv_set((real)1), rtv_set((real)0)); }
RT_INLINE rtv rtv_eq(rtv a, rtv b) { return rtv_if(rtv_same(a, b), rtv_set((real)1), rtv_set((real)0)); }

/* ---- rtv_select: x where c is not 0, y elsewhere; never a product, which an infinite loser would spoil ---- */
RT_INLINE real rt_select(real c, real x, real y) { return c != (real)0 ? x : y; }
RT_INLINE rtv rtv_select(rtv c, rtv x, rtv y) { return rtv_if(rtv_same(c, rtv_set((real)0)), y, x); }

/* ---- rtv_abs, rtv_sign, rtv_relu ---- */
RT_INLINE rtv rtv_abs(rtv a) { return rtv_from_words(rtv_words_of(a) & (~(rt_word)0 >> 1)); }
RT_INLINE rtv rtv_sign(rtv a)
{
    const rtv zero = rtv_set((real)0);
    return rtv_if(rtv_less(zero, a), rtv_set((real)1), rtv_if(rtv_less(a, zero), rtv_set((real)-1), a));
}
RT_INLINE rtv rtv_relu(rtv a) { return rtv_at_least(a, rtv_set((real)0)); }
RT_INLINE real rt_abs(real a) { return rtv_first(rtv_abs(rtv_set(a))); }
RT_INLINE real rt_sign(real a) { return a > (real)0 ? (real)1 : a < (real)0 ? (real)-1 : a; }
RT_INLINE real rt_relu(real a) { return a < (real)0 ? (real)0 : a; }

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

/* ---- rtv_sqrt: correctly rounded ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_sqrt(real x) { return RT_LIBM(sqrt)(x); }
#else
RT_INLINE real rt_sqrt(real x) { return RT_LIBM(sqrtf)(x); }
#endif
RT_INLINE rtv rtv_sqrt(rtv x)
{
#if RT_BYTES == 64
    return (rtv)RT_MM(maskz_sqrt)((rtv_mask)-1, (rt_mm)x);
#elif defined RT_MM
    return (rtv)RT_MM(sqrt)((rt_mm)x);
#else
    return rtv_each(rt_sqrt, x);
#endif
}

/* ---- rtv_exp: 2^n p(r), r = x - n ln 2 in two parts; 2.4 ulp; infinite from 88.7228 on, 0 below -87.3365 ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_exp(real x) { return RT_LIBM(exp)(x); }
RT_INLINE rtv rtv_exp(rtv x) { return rtv_each(rt_exp, x); }
#else
#if defined __FLT_EVAL_METHOD__ && (__FLT_EVAL_METHOD__ == 1 || __FLT_EVAL_METHOD__ == 2)
#error "exp() rests on rounding to single precision, and the x87 keeps more: compile with -msse2 -mfpmath=sse"
#endif
RT_INLINE rtv rtv_exp(rtv x)
{
    const rtv shifted = rtv_fma(x, rtv_set(1.44269504f), rtv_set(12582912.0f));     /* rounds: 1.5 2^23 */
    const rtv n = shifted - rtv_set(12582912.0f);
    const rtv r = rtv_fma(n, rtv_set(2.12194440e-4f), rtv_fma(n, rtv_set(-0.693359375f), x));
    rtv p = rtv_fma(rtv_set(8.312525101e-3f), r, rtv_set(4.189011402e-2f));
    p = rtv_fma(p, r, rtv_set(1.666711447e-1f));
    p = rtv_fma(p, r, rtv_set(4.999923179e-1f));
    p = rtv_fma(p, r, rtv_set(1.0f));
    p = rtv_fma(p, r, rtv_set(1.0f));
    p = rtv_from_words(rtv_words_of(p) + (rtv_words_of(shifted) << 23));            /* n onto the exponent */
    p = rtv_if(rtv_less(x, rtv_set(88.7228394f)), p, x + rtv_set(RT_INFINITY));     /* too large, or NaN */
    return rtv_if(rtv_less(x, rtv_set(-87.33654f)), rtv_set(0.0f), p);
}
RT_INLINE real rt_exp(real x) { return rtv_first(rtv_exp(rtv_set(x))); }
#endif

/* ---- rtv_log: e ln 2 + 2 artanh((m - 1) / (m + 1)), m in [sqrt 1/2, sqrt 2); 2 ulp, denormals too ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_log(real x) { return RT_LIBM(log)(x); }
RT_INLINE rtv rtv_log(rtv x) { return rtv_each(rt_log, x); }
#else
RT_INLINE rtv rtv_log(rtv x)
{
    const rtv zero = rtv_set(0.0f), one = rtv_set(1.0f), infinity = rtv_set(RT_INFINITY);
    const rtv_mask tiny = rtv_less(x, rtv_set(1.17549435e-38f));
    const rtv_words bits = rtv_words_of(rtv_if(tiny, x * rtv_set(8388608.0f), x)) - 0x3f3504f3u;
    const rtv e = rtv_from_words(((bits + 0x3f800000u) >> 23) + 0x4b000000u) -      /* its bias, and that of 2^23 */
                  rtv_if(tiny, rtv_set(8388608.0f + 127.0f + 23.0f), rtv_set(8388608.0f + 127.0f));
    const rtv m = rtv_from_words((bits & 0x7fffffu) + 0x3f3504f3u);
    const rtv s = (m - one) / (m + one), q = s * s;
    rtv p = rtv_fma(rtv_set(0.222222222f), q, rtv_set(0.285714286f));
    p = rtv_fma(p, q, rtv_set(0.4f));
    p = rtv_fma(p, q, rtv_set(0.666666667f)) * q;
    p = rtv_fma(s, p, s + s);
    p = rtv_fma(e, rtv_set(0.693359375f), rtv_fma(e, rtv_set(-2.12194440e-4f), p));
    p = rtv_if(rtv_less(x, infinity), p, x);                                        /* infinite, or NaN */
    p = rtv_if(rtv_less(x, zero), infinity - infinity, p);
    return rtv_if(rtv_same(x, zero), -infinity, p);
}
RT_INLINE real rt_log(real x) { return rtv_first(rtv_log(rtv_set(x))); }
#endif

/* ---- rtv_over: a / b for b from 1 on; where dividing takes long, by an approximate reciprocal, made exact in one step ---- */
#if RT_BYTES == 64 && !defined RT_DOUBLE
RT_INLINE rtv rtv_over(rtv a, rtv b)
{
    const rtv r = (rtv)RT_MM(maskz_rcp14)((rtv_mask)-1, (rt_mm)b), q = a * r;
    return rtv_fma(q, rtv_fma(-b, r, rtv_set(1.0f)), q);
}
#else
RT_INLINE rtv rtv_over(rtv a, rtv b) { return a / b; }
#endif

/* ---- rtv_tanh: x P(x^2) / Q(x^2), |x| bounded where that is 1, so that what is saturated passes no gradient on; 5.6 ulp,
 * relative accuracy near 0 too. Halves of the polynomials side by side: an addition waits for the one before ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_tanh(real x) { return RT_LIBM(tanh)(x); }
RT_INLINE rtv rtv_tanh(rtv x) { return rtv_each(rt_tanh, x); }
#else
RT_INLINE rtv rtv_tanh(rtv x)
{
    const rtv y = rtv_at_most(rtv_at_least(x, rtv_set(-9.07f)), rtv_set(9.07f)), q = y * y, q2 = q * q;
    rtv a = rtv_fma(rtv_set(1.335439113e-8f), q, rtv_set(2.060888210e-5f));
    rtv b = rtv_fma(rtv_set(7.776445910e-7f), q, rtv_set(3.285614820e-4f));
    a = rtv_fma(a, q, rtv_set(3.495575888e-3f));
    b = rtv_fma(b, q, rtv_set(2.587693569e-2f));
    a = rtv_fma(a, q2, rtv_fma(rtv_set(1.338101536e-1f), q, rtv_set(9.999999795e-1f)));
    b = rtv_fma(b, q2, rtv_fma(rtv_set(4.671433096e-1f), q, rtv_set(1.0f)));
    return rtv_over(y * a, b);
}
RT_INLINE real rt_tanh(real x) { return rtv_first(rtv_tanh(rtv_set(x))); }
#endif

/* ---- rtv_sigmoid: 1 / (1 + exp(-x)), exp as above without what bounds on x make needless; 3.5 ulp ---- */
#ifdef RT_DOUBLE
RT_INLINE real rt_sigmoid(real x) { return (real)1 / ((real)1 + rt_exp(-x)); }
RT_INLINE rtv rtv_sigmoid(rtv x) { return rtv_set((real)1) / (rtv_set((real)1) + rtv_exp(-x)); }
#else
RT_INLINE rtv rtv_sigmoid(rtv x)
{
    const rtv y = rtv_at_most(rtv_at_least(x, rtv_set(-88.3f)), rtv_set(80.0f));
    const rtv shifted = rtv_fma(y, rtv_set(-1.44269504f), rtv_set(12583039.0f));    /* 1.5 2^23 and the exponent's bias */
    const rtv n = shifted - rtv_set(12583039.0f), power = rtv_from_words(rtv_words_of(shifted) << 23);
    const rtv r = rtv_fma(n, rtv_set(2.12194440e-4f), rtv_fma(n, rtv_set(-0.693359375f), -y)), r2 = r * r;
    const rtv high = rtv_fma(rtv_set(8.312525101e-3f), r, rtv_set(4.189011402e-2f));
    const rtv low = rtv_fma(rtv_set(1.666711447e-1f), r, rtv_set(4.999923179e-1f));
    const rtv p = rtv_fma(rtv_fma(high, r2, low), r2, r + rtv_set(1.0f));
    return rtv_over(rtv_set(1.0f), rtv_fma(p, power, rtv_set(1.0f)));               /* NaN stays NaN: power may be anything */
}
RT_INLINE real rt_sigmoid(real x) { return rtv_first(rtv_sigmoid(rtv_set(x))); }
#endif

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
