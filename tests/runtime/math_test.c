/* math_test.c -- holds rt_vector.h and rt_math.h to their contracts: every map against long double libm over the
 * whole range, one real against a vector bit for bit, NaN, infinities, partial loads and stores, sums. Prints the
 * largest errors; the exit code says whether all is well. Builds with any width: -DRT_SCALAR, -DRT_DOUBLE, any
 * -march.
 */
#include <math.h>
#include <string.h>

#ifdef RT_FREESTANDING
#include "rt_free.h"
#endif
#include "rt_math.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef RT_TEST_BITS
#define RT_TEST_BITS 18             /* 2^18 points a sweep */
#endif

static int passed, failed;

static void check(int good, const char *what, double found)
{
    if (good)
        passed++;
    else if (failed++ < 40)
        printf("FAILED %s: found %.9g\n", what, found);
}

static rt_word word_of(real x)
{
    rt_word w;
    memcpy(&w, &x, sizeof w);
    return w;
}

static real real_of(rt_word w)
{
    real x;
    memcpy(&x, &w, sizeof x);
    return x;
}

#ifdef RT_DOUBLE
#define TINY DBL_MIN
#define EPSILON DBL_EPSILON
#define DIGITS DBL_MANT_DIG
#define LARGEST DBL_MAX
#else
#define TINY FLT_MIN
#define EPSILON FLT_EPSILON
#define DIGITS FLT_MANT_DIG
#define LARGEST FLT_MAX
#endif

/* distance in units of the last place of the exact value; results below the normal range may be 0 */
static double ulps(real found, long double want)
{
    int e;
    if (want != want || found != found)
        return want != want && found != found ? 0 : HUGE_VAL;
    if ((long double)found == want || (long double)(real)want == (long double)found)
        return 0;
    if (fabsl(want) < (long double)TINY && fabsl((long double)found) <= (long double)TINY)
        return 0;
    if (fabsl(want) > (long double)LARGEST)             /* the true value has no finite neighbour */
        return fabsl((long double)found) >= (long double)LARGEST ? 0 : HUGE_VAL;
    (void)frexpl(want, &e);
    return (double)fabsl(((long double)found - want) / ldexpl(1.0L, e - DIGITS));
}

typedef struct {
    const char *name;
    real (*one)(real);
    rtv (*many)(rtv);
    long double (*exact)(long double);
    double bound;                   /* ulp */
} Map;

#define MAP(f)                                          \
    static real one_##f(real x) { return rt_##f(x); }   \
    RT_NOINLINE rtv many_##f(rtv x) { return rtv_##f(x); }
MAP(exp) MAP(log) MAP(sqrt) MAP(tanh) MAP(sigmoid) MAP(relu) MAP(abs) MAP(sign)

static long double sigmoid_exact(long double x) { return 1 / (1 + expl(-x)); }
static long double relu_exact(long double x) { return x != x ? x : x > 0 ? x : 0; }
static long double sign_exact(long double x) { return x != x ? x : (long double)((x > 0) - (x < 0)); }

static const Map map[] = {
    { "exp", one_exp, many_exp, expl, 2.45 },
    { "log", one_log, many_log, logl, 2.05 },
    { "sqrt", one_sqrt, many_sqrt, sqrtl, 0.5001 },
    { "tanh", one_tanh, many_tanh, tanhl, 5.6 },
    { "sigmoid", one_sigmoid, many_sigmoid, sigmoid_exact, 3.6 },
    { "relu", one_relu, many_relu, relu_exact, 0 },
    { "abs", one_abs, many_abs, fabsl, 0 },
    { "sign", one_sign, many_sign, sign_exact, 0 },
};

typedef struct { double worst; real at; int different; } Tally;

static void try_lanes(const Map *m, const real *x, Tally *t)
{
    real y[RT_LANES];
    int i;
    rtv_store(y, m->many(rtv_load(x)));
    for (i = 0; i < RT_LANES; i++) {
        const real one = m->one(x[i]);
        const double u = ulps(y[i], m->exact((long double)x[i]));
        if (!(u <= t->worst))
            t->worst = u, t->at = x[i];
        if (word_of(one) != word_of(y[i]) && (one == one || y[i] == y[i]))
            t->different++;
    }
}

/* evenly over all bit patterns, then densely where the function moves */
static void try_map(const Map *m)
{
    const long points = 1 << RT_TEST_BITS;
    const rt_word step = (rt_word)(~(rt_word)0 / (rt_word)points) | 1;
    Tally t = { 0, 0, 0 };
    real x[RT_LANES];
    rt_word w = 0;
    long i;
    int j;
    for (i = 0; i < points; i += RT_LANES) {
        for (j = 0; j < RT_LANES; j++)
            x[j] = real_of(w), w += step;
        try_lanes(m, x, &t);
    }
    for (i = 0; i < points; i += RT_LANES) {
        for (j = 0; j < RT_LANES; j++)
            x[j] = (real)(-90 + 180 * ((double)(i + j) + 0.37) / (double)points);
        try_lanes(m, x, &t);
        for (j = 0; j < RT_LANES; j++)
            x[j] = (real)(-2 + 4 * ((double)(i + j) + 0.37) / (double)points);
        try_lanes(m, x, &t);
    }
    printf("%-8s %5.2f ulp at %.9g, %d of %ld differ between one and many\n", m->name, t.worst, (double)t.at,
           t.different, 3 * points);
    check(t.worst <= m->bound, m->name, t.worst);
    check(t.different == 0, "one and many agree", t.different);
}

static void try_special(const Map *m)
{
    const real nan = RT_INFINITY - RT_INFINITY;
    const real x[] = { nan, -nan, RT_INFINITY, -RT_INFINITY, 0, -(real)0, (real)TINY, (real)TINY / 8,
                       -(real)TINY / 8, (real)LARGEST, -(real)LARGEST, (real)88.7, (real)88.75, -(real)88, 1, -1 };
    size_t i;
    for (i = 0; i < sizeof x / sizeof *x; i++) {
        real lanes[RT_LANES];
        const long double want = m->exact((long double)x[i]);
        rtv_store(lanes, m->many(rtv_set(x[i])));
        check(ulps(lanes[RT_LANES - 1], want) <= m->bound, m->name, (double)lanes[RT_LANES - 1]);
        check(ulps(m->one(x[i]), want) <= m->bound, m->name, (double)m->one(x[i]));
        check((lanes[0] != lanes[0]) == (want != want), "NaN only where it belongs", (double)x[i]);
    }
    {
        const rt_word odd = word_of(nan) | 0x155;       /* a NaN that carries something */
        const real y = m->one(real_of(odd));
        check(y != y, "NaN with a payload", (double)y);
    }
}

/* Far out exactly 1, so that 1 - y^2 is 0: a gradient of one rounding each step adds up. */
static void try_saturated(void)
{
    const real x[] = { (real)9.5, (real)12.3, 25, (real)87.6, RT_INFINITY };
    size_t i;
    for (i = 0; i < sizeof x / sizeof *x; i++) {
        const real y = sizeof(real) == 8 ? x[i] * 3 : x[i];
        check(rt_tanh(y) == 1, "tanh is 1", (double)y);
        check(rt_tanh(-y) == -1, "tanh is -1", (double)y);
        check(rt_sigmoid(y * 2) == 1, "sigmoid is 1", (double)y);
    }
}

/* ---- two and three operands ---- */

static int same(real a, real b) { return a == b || (a != a && b != b); }

static void try_pairs(void)
{
    const real nan = RT_INFINITY - RT_INFINITY;
    const real v[] = { nan, RT_INFINITY, -RT_INFINITY, 0, 1, -1, (real)2.5 };
    const size_t n = sizeof v / sizeof *v;
    size_t i, j;
    for (i = 0; i < n; i++)
        for (j = 0; j < n; j++) {
            const real a = v[i], b = v[j];
            const rtv va = rtv_set(a), vb = rtv_set(b), one = rtv_set(1);
            const int none = a == a && b == b;
            check(same(rt_max(a, b), !none ? nan : a > b ? a : b), "max", (double)rt_max(a, b));
            check(same(rt_min(a, b), !none ? nan : a < b ? a : b), "min", (double)rt_min(a, b));
            check(same(rtv_first(rtv_max(va, vb)), rt_max(a, b)), "max of vectors", (double)a);
            check(same(rtv_first(rtv_min(va, vb)), rt_min(a, b)), "min of vectors", (double)a);
            check(same(rtv_first(rtv_lt(va, vb)), a < b), "lt of vectors", (double)rtv_first(rtv_lt(va, vb)));
            check(same(rtv_first(rtv_eq(va, vb)), a == b), "eq of vectors", (double)rtv_first(rtv_eq(va, vb)));
            check(same(rt_lt(a, b), a < b) && same(rt_eq(a, b), a == b), "lt, eq", (double)a);
            check(same(rtv_first(rtv_select(va, vb, one)), a != 0 ? b : 1), "select of vectors", (double)a);
            check(same(rt_select(a, b, 1), a != 0 ? b : 1), "select", (double)a);
            check(same(rtv_first(rtv_at_least(va, one)), a != a ? a : a < 1 ? 1 : a), "at least", (double)a);
            check(same(rtv_first(rtv_at_most(va, one)), a != a ? a : a > 1 ? 1 : a), "at most", (double)a);
        }
    check(rtv_first(rtv_fma(rtv_set(3), rtv_set(5), rtv_set(7))) == 22, "fma", 0);
}

/* ---- lanes: partial, strided, reduced ---- */

static void try_lane_work(void)
{
    real *x = (real *)malloc(sizeof(real) * 64 * RT_LANES), y[2 * RT_LANES];
    const real nan = RT_INFINITY - RT_INFINITY;
    int n, i, good, stride;
    if (!x)
        exit(1);
    for (i = 0; i < 64 * RT_LANES; i++)
        x[i] = (real)(i + 1);
    for (n = 0; n <= RT_LANES; n++) {
        real *edge = (real *)malloc(sizeof(real) * (size_t)(n + !n));           /* sanitizers see a step too far */
        real want = 0;
        if (!edge)
            exit(1);
        for (i = 0; i < n; i++)
            edge[i] = x[i], want += x[i];
        rtv_store(y, rtv_load_n(edge, n));
        for (i = 0, good = 1; i < RT_LANES; i++)
            good = good && y[i] == (i < n ? x[i] : 0);
        check(good, "load_n", n);
        check(rtv_sum(rtv_load_n(edge, n)) == want, "sum", (double)rtv_sum(rtv_load_n(edge, n)));
        rtv_store(y, rtv_first_n(rtv_load(x), n, -RT_INFINITY));
        for (i = 0, good = 1; i < RT_LANES; i++)
            good = good && y[i] == (i < n ? x[i] : -RT_INFINITY);
        check(good, "first_n", n);
        rtv_store_n(edge, rtv_set(5), n);
        for (i = 0, good = 1; i < n; i++)
            good = good && edge[i] == 5;
        check(good, "store_n", n);
        for (stride = 1; stride < 60; stride += 7) {
            rtv_store(y, rtv_load_every_n(x, stride, n));
            for (i = 0, good = 1; i < RT_LANES; i++)
                good = good && y[i] == (i < n ? x[i * stride] : 0);
            check(good, "load_every_n", n);
        }
        free(edge);
    }
    for (i = 0; i < 2 * RT_LANES; i++)
        y[i] = -1;
    rtv_store_n(y, rtv_set(7), RT_LANES - 1);
    check(y[RT_LANES - 1] == -1, "store_n writes no more", (double)y[RT_LANES - 1]);
    rtv_store(y, rtv_load_every(x, 3));
    for (i = 0, good = 1; i < RT_LANES; i++)
        good = good && y[i] == x[3 * i];
    check(good, "load_every", 0);
    rtv_store(y, rtv_index(1000));
    for (i = 0, good = 1; i < RT_LANES; i++)
        good = good && y[i] == (real)(1000 + i);
    check(good, "index", 0);
    for (i = 0; i < RT_LANES; i++) {
        int j;
        for (j = 0; j < RT_LANES; j++)
            y[j] = (real)(-j - 1);
        y[i] = 9;
        check(rtv_max_of(rtv_load(y)) == 9, "max_of", i);
        y[i] = nan;
        check(rtv_max_of(rtv_load(y)) != rtv_max_of(rtv_load(y)), "max_of with NaN", i);
        check(rtv_sum(rtv_load(y)) != rtv_sum(rtv_load(y)), "sum with NaN", i);
    }
    check(rtv_max_of(rtv_set(-RT_INFINITY)) == -RT_INFINITY, "max_of of nothing", 0);
    free(x);
}

static void try_flush(void)
{
    volatile real small = (real)TINY, half = (real)0.5;
    rt_flush_denormals();
#if defined __SSE__ || defined __aarch64__
    check(small * half == 0, "denormals are flushed", (double)(small * half));
#endif
    (void)small, (void)half;
}

int main(void)
{
    size_t i;
    printf("%d lanes of %d bytes\n", RT_LANES, (int)sizeof(real));
    for (i = 0; i < sizeof map / sizeof *map; i++) {
        try_map(&map[i]);
        try_special(&map[i]);
    }
    try_saturated();
    try_pairs();
    try_lane_work();
    try_flush();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
