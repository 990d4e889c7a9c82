/* rt_random.c -- random numbers from a key and a counter: number k of a stream is a function of seed, stream and k
 * alone, so a state is two integers. Normal numbers are sampled exactly, by comparing uniform ones (C. Karney,
 * "Sampling exactly from the normal distribution", 2014): no logarithm or cosine whose last bit depends on the
 * machine's libm.
 */
#include "rt.h"

static uint64_t mix(uint64_t z)                              /* the finaliser of splitmix64 */
{
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

rt_random rt_random_new(uint64_t seed, uint64_t stream)
{
    const uint64_t step = UINT64_C(0x9e3779b97f4a7c15);
    return (rt_random){ mix(mix(seed + step) ^ mix((stream + 1) * step)), 0 };
}

uint64_t rt_random_bits(rt_random *r) { return mix(r->key + ++r->count * UINT64_C(0x9e3779b97f4a7c15)); }

double rt_random_uniform(rt_random *r) { return (double)(rt_random_bits(r) >> 11) * 0x1p-53; }

uint64_t rt_random_below(rt_random *r, uint64_t n)
{
    uint64_t rest = (UINT64_MAX % n + 1) % n, x;             /* the last incomplete run of n is left out */
    do
        x = rt_random_bits(r);
    while (x > UINT64_MAX - rest);
    return x % n;
}

void rt_random_order(rt_random *r, long *order, long n)
{
    for (long i = 0; i < n; i++) {
        long j = (long)rt_random_below(r, (uint64_t)i + 1);
        order[i] = order[j];
        order[j] = i;
    }
}

static int with_exp_half(rt_random *r)                       /* true with probability exp(-1/2) */
{
    double a = rt_random_uniform(r), b;
    if (a >= 0.5)
        return 1;
    for (;;) {
        if ((b = rt_random_uniform(r)) >= a)
            return 0;
        if ((a = rt_random_uniform(r)) >= b)
            return 1;
    }
}

static int with_exp(rt_random *r, int k, double x)           /* exp(-x (2k + x) / (2k + 2)) */
{
    double y = x;
    for (int even = 1;; even = !even) {
        double z = rt_random_uniform(r);
        if (!(z < y) || !(rt_random_uniform(r) * (2 * k + 2) < 2 * k + x))
            return even;
        y = z;
    }
}

double rt_random_normal(rt_random *r)
{
    for (;;) {
        int k = 0, good = 1;
        while (with_exp_half(r))
            k++;
        for (int i = k * (k - 1); i > 0 && good; i--)
            good = with_exp_half(r);
        if (!good)
            continue;
        double x = rt_random_uniform(r);
        for (int i = 0; i <= k && good; i++)
            good = with_exp(r, k, x);
        if (good)
            return rt_random_bits(r) >> 63 ? -(k + x) : k + x;
    }
}

/* a + b c with two roundings: a compiler that contracts it would make the weights depend on the processor */
static double plus_product(double a, double b, double c)
{
    volatile double product = b * c;
    return a + product;
}

/* Each 64 bits decide two elements, so that a share is exact to 2^-32. */
void rt_draw_random(const rt_instance *i, uint64_t seed, long step)
{
    for (int k = 0; k < i->program->ports; k++) {
        const rt_port *p = &i->program->port[k];
        if (p->role != RT_RANDOM)
            continue;
        rt_random r = rt_random_new(seed, UINT64_C(0x300000000) + (uint64_t)p->stream);
        r = rt_random_new(r.key, (uint64_t)step);
        real *x = rt_port_data(i, p), value = (real)p->value;
        const uint64_t below = (uint64_t)(p->share * 0x1p32 + 0.5);
        const size_t n = rt_port_count(p), pairs = n / 2;
        for (size_t j = 0; j < pairs; j++) {
            const uint64_t bits = rt_random_bits(&r);
            x[2 * j] = (bits & 0xffffffff) < below ? value : 0;
            x[2 * j + 1] = bits >> 32 < below ? value : 0;
        }
        if (n % 2)
            x[n - 1] = (rt_random_bits(&r) & 0xffffffff) < below ? value : 0;
    }
}

void rt_initial(const rt_model *m, uint64_t seed, real *param)
{
    for (int i = 0; i < m->params; i++) {
        const rt_param *p = &m->param[i];
        rt_random r = rt_random_new(seed, (uint64_t)i);
        for (size_t j = 0; j < p->size; j++)
            param[p->offset + j] = (real)(p->init == RT_UNIFORM
                                          ? plus_product(p->a, p->b - p->a, rt_random_uniform(&r))
                                        : p->init == RT_NORMAL ? plus_product(p->a, p->b, rt_random_normal(&r))
                                            : p->a);
    }
}
