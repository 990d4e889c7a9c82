/* rt_generate.h -- a choice among classes by their probabilities: the likeliest, one drawn by lot, the best of several
 * unfinished texts. Takes probabilities, gives class ids. Everything after the probabilities is whole numbers, so that a
 * choice hangs on no libm, no order of summation and no compiler: logarithms are 2^24 times those to base 2. Blocks as in
 * rt_vector.h.
 */
#ifndef RT_GENERATE_H
#define RT_GENERATE_H

#include "rt_vector.h"

/* ---- rt_chance: number k of a seed, 64 random bits ---- */
RT_INLINE uint64_t rt_chance_mix(uint64_t z)                 /* the finaliser of splitmix64 */
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}
RT_INLINE uint64_t rt_chance(uint64_t seed, uint64_t k)
{
    const uint64_t step = UINT64_C(0x9e3779b97f4a7c15);
    return rt_chance_mix(rt_chance_mix(seed + step) + (k + 1) * step);
}

/* ---- rt_cost: -log2(p) of 0 < p; above 1 counts as 1. p <= q gives rt_cost(p) >= rt_cost(q). ---- */
RT_INLINE uint64_t rt_cost_least(double p)                   /* at most rt_cost(p), at once */
{
    uint64_t bits;
    if (p >= 1)
        return 0;
    memcpy(&bits, &p, sizeof bits);
    return (uint64_t)(1022 - (bits >> 52)) << 24;
}
RT_INLINE uint64_t rt_cost(double p)
{
    uint64_t bits, x, log = 0;
    int i;
    if (p >= 1)
        return 0;
    memcpy(&bits, &p, sizeof bits);
    x = (bits >> 21 & 0x7fffffff) | UINT64_C(0x80000000);    /* 1 <= x < 2, times 2^31 */
    for (i = 0; i < 24; i++) {                               /* a bit of log2(x) is whether its square reaches 2 */
        x = x * x >> 31;
        log = log << 1 | x >> 32;
        x >>= x >> 32;
    }
    return ((uint64_t)(1023 - (bits >> 52)) << 24) - log;
}

/* ---- rt_power: 2^32 times 2^-cost ---- */
RT_INLINE uint64_t rt_power(uint64_t cost)
{
    static const uint32_t root[24] = {                       /* 2^31 times 2^(-1/2), 2^(-1/4), .. */
        1518500250, 1805811301, 1969251188, 2056437387, 2101467502, 2124350982, 2135885998, 2141676973,
        2144578345, 2146030505, 2146756953, 2147120270, 2147301951, 2147392798, 2147438222, 2147460935,
        2147472292, 2147477970, 2147480809, 2147482228, 2147482938, 2147483293, 2147483471, 2147483559,
    };
    uint64_t x = UINT64_C(1) << 62;
    int i;
    if (cost >> 24 > 32)
        return 0;
    for (i = 0; i < 24; i++)
        if (cost >> (23 - i) & 1)
            x = (x >> 31) * root[i];
    return x >> 30 >> (cost >> 24);
}

/* ---- rt_likeliest: the first largest of p; -1: none is above 0 ---- */
RT_INLINE int32_t rt_likeliest(const real *p, int32_t n)
{
    int32_t best = -1, i;
    for (i = 0; i < n; i++)
        if (p[i] > (best < 0 ? (real)0 : p[best]))
            best = i;
    return best;
}

/* ---- rt_only_likeliest: 0 for all of p but the k largest; of equal ones the first ---- */
RT_INLINE void rt_only_likeliest(real *p, int32_t n, int32_t k)
{
    uint64_t low = 0, high = UINT64_C(0x7ff0000000000000), bits;   /* numbers above 0 are ordered as their bits are */
    int32_t left, i;
    if (k < 1 || k >= n)
        return;
    while (low < high) {                                     /* the largest number that k or more reach */
        const uint64_t middle = low + (high - low + 1) / 2;
        for (left = 0, i = 0; i < n; i++) {
            const double x = (double)p[i];
            memcpy(&bits, &x, sizeof bits);
            left += x > 0 && bits >= middle;
        }
        if (left >= k)
            low = middle;
        else
            high = middle - 1;
    }
    for (left = k, i = 0; i < n; i++) {
        const double x = (double)p[i];
        memcpy(&bits, &x, sizeof bits);
        left -= x > 0 && bits > low;
    }
    for (i = 0; i < n; i++) {
        const double x = (double)p[i];
        memcpy(&bits, &x, sizeof bits);
        if (!(x > 0 && bits > low) && !(x > 0 && bits == low && left-- > 0))
            p[i] = (real)0;
    }
}

/* ---- rt_draw: a class by lot, p to the power 1/temperature; temperature 0: the likeliest. -1: none is above 0 ---- */
RT_INLINE int32_t rt_draw(real *p, int32_t n, double temperature, int32_t top_k, uint64_t chance, uint64_t *weight)
{
    const int32_t best = rt_likeliest(p, n);
    uint64_t total = 0, least, x;                            /* x: chance * total / 2^64 */
    int32_t i;
    if (best < 0 || !(temperature > 0))
        return best;
    rt_only_likeliest(p, n, top_k);
    least = rt_cost((double)p[best]);
    for (i = 0; i < n; i++) {
        weight[i] = 0;
        if (p[i] > (real)0 && temperature == 1)
            weight[i] = (uint64_t)((p[i] < (real)1 ? (double)p[i] : 1) * 4294967296.0);
        else if (p[i] > (real)0) {
            const double cost = (double)(rt_cost((double)p[i]) - least) / temperature;
            weight[i] = cost < 33.0 * 16777216 ? rt_power((uint64_t)cost) : 0;
        }
        total += weight[i];
    }
    if (total == 0)
        return best;
    x = (chance >> 32) * (total & 0xffffffff) + ((chance & 0xffffffff) * (total & 0xffffffff) >> 32);
    x = (x >> 32) + (chance >> 32) * (total >> 32) + (((x & 0xffffffff) + (chance & 0xffffffff) * (total >> 32)) >> 32);
    for (i = 0; x >= weight[i]; i++)
        x -= weight[i];
    return i;
}

/* ---- rt_keep: the best few continuations of several texts, best first ---- */
typedef struct { uint64_t key, cost; double p; int32_t from, id; } rt_path;   /* id -1: an ended text as it is */
RT_INLINE int rt_path_better(const rt_path *a, const rt_path *b)
{
    if (a->key != b->key)
        return a->key < b->key;
    if (a->from != b->from)
        return a->from < b->from;
    return a->p > b->p;                                      /* of equal ones the first stays before */
}
RT_INLINE void rt_keep(rt_path *list, int32_t *n, int32_t most, rt_path x)
{
    int32_t i;
    if (*n == most && !rt_path_better(&x, &list[most - 1]))
        return;
    for (i = *n < most ? (*n)++ : most - 1; i > 0 && rt_path_better(&x, &list[i - 1]); i--)
        list[i] = list[i - 1];
    list[i] = x;
}

/* ---- rt_by_length: a cost divided by length to a power ---- */
RT_INLINE uint64_t rt_by_length(uint64_t cost, int32_t length, double power)
{
    if (cost >> 43)
        cost = UINT64_C(1) << 43;
    if (!(power > 0) || length < 2)
        return cost << 20;
    return cost * (rt_power((uint64_t)((double)rt_cost(1.0 / (double)length) * power)) >> 12);
}

#endif /* RT_GENERATE_H */
