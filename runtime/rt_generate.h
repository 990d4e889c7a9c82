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
typedef struct { uint64_t key, cost; double p; int32_t from, id; } rt_continued;
RT_INLINE int rt_continued_better(const rt_continued *a, const rt_continued *b)
{
    if (a->key != b->key)
        return a->key < b->key;
    if (a->from != b->from)
        return a->from < b->from;
    return a->p > b->p;                                      /* of equal ones the first stays before */
}
RT_INLINE void rt_keep(rt_continued *list, int32_t *n, int32_t most, rt_continued x)
{
    int32_t i;
    if (*n == most && !rt_continued_better(&x, &list[most - 1]))
        return;
    for (i = *n < most ? (*n)++ : most - 1; i > 0 && rt_continued_better(&x, &list[i - 1]); i--)
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

/* ---- rt_generate: ids one by one, drawn or the likeliest, into ids[most]; how many, -1: no probability is above 0 ---- */
typedef void rt_after(void *context, void *state, int32_t id, real *p);   /* reads id, says how probable each class is then */
RT_INLINE int32_t rt_generate(rt_after *after, void *context, void *state, int32_t classes, int32_t most, int32_t stop, double temperature,
                              int32_t top_k, uint64_t seed, int32_t first, int32_t *ids, real *p, uint64_t *weight)
{
    int32_t id = first, n = 0;
    while (n < most) {
        after(context, state, id, p);
        id = rt_draw(p, classes, temperature, top_k, rt_chance(seed, (uint64_t)n), weight);
        if (id < 0)
            return -1;
        if (id == stop)
            break;
        ids[n++] = id;
    }
    return n;
}

/* ---- rt_beam: `width` texts followed at once, each with a state of `bytes`; ids of the best, how many, -1 as above ---- */
typedef struct { uint64_t cost; int32_t last, n, ended; } rt_text;
RT_INLINE size_t rt_beam_bytes(size_t bytes, size_t width, size_t most)
{
    return width * (2 * ((bytes + 7) / 8 * 8 + sizeof(rt_text) + 4 * most) + sizeof(rt_continued));
}
RT_INLINE void rt_continue(const rt_text *text, int32_t from, const real *p, int32_t classes, double power, rt_continued *best, int32_t *found,
                           int32_t width)
{
    rt_continued x;
    int32_t i;
    x.from = from;
    for (i = 0; i < classes; i++) {
        if (!(p[i] > (real)0))
            continue;
        x.p = (double)p[i], x.id = i;
        x.key = rt_by_length(text->cost + rt_cost_least(x.p), text->n + 1, power);
        if (*found == width && x.key > best[width - 1].key)
            continue;                                        /* spares most logarithms */
        x.cost = text->cost + rt_cost(x.p);
        x.key = rt_by_length(x.cost, text->n + 1, power);
        rt_keep(best, found, width, x);
    }
}
RT_INLINE int32_t rt_beam(rt_after *after, void *context, const void *start, size_t bytes, int32_t classes, int32_t width, int32_t most,
                          int32_t stop, double power, int32_t first, int32_t *ids, real *p, void *workspace)
{
    const size_t slot = (bytes + 7) / 8 * 8, row = (size_t)(most > 0 ? most : 0), wide = (size_t)(width < 1 ? 1 : width);
    unsigned char *state = (unsigned char *)workspace, *next_state = state + wide * slot;
    rt_continued *best = (rt_continued *)(void *)(next_state + wide * slot);
    rt_text *text = (rt_text *)(void *)(best + wide), *next = text + wide;
    int32_t *said = (int32_t *)(void *)(next + wide), *says = said + wide * row, texts = 1, open = 1, found, step, i;
    memcpy(state, start, bytes);
    text[0].cost = 0, text[0].last = first, text[0].n = text[0].ended = 0;
    for (step = 0; step < most && open > 0; step++) {
        void *swap;
        for (found = i = 0; i < texts; i++) {
            if (text[i].ended) {                             /* competes as it is, its end counts as a class */
                rt_continued x;
                x.cost = text[i].cost, x.p = 1, x.from = i, x.id = -1;
                x.key = rt_by_length(x.cost, text[i].n + 1, power);
                rt_keep(best, &found, (int32_t)wide, x);
                continue;
            }
            after(context, state + (size_t)i * slot, text[i].last, p);
            if (rt_likeliest(p, classes) < 0)
                return -1;
            rt_continue(&text[i], i, p, classes, power, best, &found, (int32_t)wide);
        }
        for (open = i = 0; i < found; i++) {
            const rt_text *from = &text[best[i].from];
            int32_t *to = says + (size_t)i * row;
            memcpy(to, said + (size_t)best[i].from * row, (size_t)from->n * sizeof *to);
            next[i].cost = best[i].cost, next[i].last = best[i].id, next[i].n = from->n;
            next[i].ended = best[i].id < 0 || best[i].id == stop;
            if (next[i].ended)
                continue;
            memcpy(next_state + (size_t)i * slot, state + (size_t)best[i].from * slot, bytes);
            to[next[i].n++] = best[i].id;
            open++;
        }
        texts = found;
        swap = text, text = next, next = (rt_text *)swap;
        swap = state, state = next_state, next_state = (unsigned char *)swap;
        swap = said, said = says, says = (int32_t *)swap;
    }
    memcpy(ids, said, (size_t)text[0].n * sizeof *ids);
    return text[0].n;
}

#endif /* RT_GENERATE_H */
