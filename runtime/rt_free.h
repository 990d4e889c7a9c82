/* rt_free.h -- what rt_math.h takes from libm otherwise, for targets without one (-DRT_FREESTANDING): square roots, and in
 * double precision exp, log and tanh. Takes and gives numbers, uses no library. C99 and C++11; blocks as in rt_vector.h.
 * The order of operations is fixed: the same bits on every target that does not contract products into sums.
 */
#ifndef RT_FREE_H
#define RT_FREE_H

#include "rt_vector.h"

/* ---- rt_bits, rt_from_bits: of a double ---- */
RT_INLINE uint64_t rt_bits(double x)
{
    uint64_t w;
    memcpy(&w, &x, sizeof w);
    return w;
}
RT_INLINE double rt_from_bits(uint64_t w)
{
    double x;
    memcpy(&x, &w, sizeof x);
    return x;
}

/* ---- rt_own_sqrt: halves the exponent, then Newton, then a last step with the exact square: correctly rounded ---- */
RT_NOINLINE double rt_own_sqrt(double x)
{
    const double infinity = RT_INFINITY;
    double scale = 1.0, y, high, low, h;
    int i;
    if (!(x > 0.0))
        return x < 0.0 ? infinity - infinity : x;       /* zeros and NaN stay */
    if (!(x < infinity))
        return x;
    if (x < 1e-200)
        x *= 1.0531229166855719e65, scale = 3.0814879110195774e-33;         /* 2^216, 2^-108 */
    if (x > 1e300)
        x *= 3.0814879110195774e-33, scale = 1.8014398509481984e16;         /* 2^-108, 2^54 */
    y = rt_from_bits((rt_bits(x) >> 1) + (UINT64_C(0x3ff0000000000000) >> 1));
    for (i = 0; i < 5; i++)
        y = 0.5 * (y + x / y);
    high = y * 134217729.0;                             /* y in two halves, for y y without an error */
    high = high - (high - y);
    low = y - high;
    h = y * y;
    y += ((x - h) - (((high * high - h) + 2.0 * high * low) + low * low)) / (y + y);
    return y * scale;
}
RT_INLINE float rt_own_sqrtf(float x) { return (float)rt_own_sqrt((double)x); }

/* ---- rt_own_reduced: x = n ln 2 + r; gives exp(r) - 1 by its series, to 1e-17, and n ---- */
RT_INLINE double rt_own_reduced(double x, double *n)
{
    const double m = (x * 1.44269504088896338700 + 6755399441055744.0) - 6755399441055744.0;   /* rounds: 1.5 2^52 */
    const double r = (x - m * 6.93147180369123816490e-01) - m * 1.90821492927058770002e-10;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    *n = m;
    return r + p * r * r;
}

/* ---- rt_own_exp: infinite from 709.79 on, 0 below -708.39 ---- */
RT_NOINLINE double rt_own_exp(double x)
{
    double n, p;
    if (!(x < 709.782712893384))
        return x + RT_INFINITY;                         /* NaN stays */
    if (x < -708.3964185322641)
        return 0.0;
    p = 1.0 + rt_own_reduced(x, &n);
    return rt_from_bits(rt_bits(p) + ((uint64_t)(int64_t)n << 52));
}

/* ---- rt_own_log: e ln 2 + 2 artanh((m - 1) / (m + 1)), m in [sqrt 1/2, sqrt 2) ---- */
RT_NOINLINE double rt_own_log(double x)
{
    const double infinity = RT_INFINITY;
    double e = -1023.0, m, s, q, p;
    uint64_t w;
    if (!(x > 0.0))
        return x < 0.0 ? infinity - infinity : x == 0.0 ? -infinity : x;
    if (!(x < infinity))
        return x;
    if (x < 2.3e-308)
        x *= 18014398509481984.0, e -= 54.0;
    w = rt_bits(x) + (UINT64_C(0x3ff0000000000000) - UINT64_C(0x3fe6a09e667f3bcd));
    e += (double)(int64_t)(w >> 52);
    m = rt_from_bits((w & UINT64_C(0xfffffffffffff)) + UINT64_C(0x3fe6a09e667f3bcd));
    s = (m - 1.0) / (m + 1.0);
    q = s * s;
    p = 2.0 / 21.0;
    p = p * q + 2.0 / 19.0;
    p = p * q + 2.0 / 17.0;
    p = p * q + 2.0 / 15.0;
    p = p * q + 2.0 / 13.0;
    p = p * q + 2.0 / 11.0;
    p = p * q + 2.0 / 9.0;
    p = p * q + 2.0 / 7.0;
    p = p * q + 2.0 / 5.0;
    p = p * q + 2.0 / 3.0;
    return e * 6.93147180369123816490e-01 + (2.0 * s + (p * q * s + e * 1.90821492927058770002e-10));
}

/* ---- rt_own_tanh: e / (e + 2), e = exp(2 |x|) - 1 ---- */
RT_NOINLINE double rt_own_tanh(double x)
{
    double y = x < 0.0 ? -x : x, n, p, two;
    if (!(y < 22.0))
        return x != x ? x : x < 0.0 ? -1.0 : 1.0;
    p = rt_own_reduced(2.0 * y, &n);
    two = rt_from_bits((uint64_t)((int64_t)n + 1023) << 52);
    p = two * p + (two - 1.0);
    y = p / (p + 2.0);
    return x < 0.0 ? -y : x == 0.0 ? x : y;
}

#endif /* RT_FREE_H */
