/* optimizer_test.c -- twenty updates of five parameters held to torch.optim (1.13, double precision), at any number
 * of parameters; the norm; and random numbers: their moments, permutations, and values that must be the same everywhere.
 * sources: rt_optimizer.c rt_random.c rt_support.c
 */
#include "../../runtime/rt.h"
#include "optimizers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

static void check(int good, const char *what, double found)
{
    good ? passed++ : failed++;
    if (!good)
        printf("failed: %s (%.9g)\n", what, found);
}

static double worst(const rt_training *t, const double *want, size_t n)
{
    real *p = rt_zeros(n * sizeof *p), *g = rt_zeros(n * sizeof *p);
    real *m = rt_uses_m(t) ? rt_zeros(n * sizeof *p) : NULL, *v = rt_uses_v(t) ? rt_zeros(n * sizeof *p) : NULL;
    double most = 0;
    rt_optimizer_start(t, n, v);
    for (size_t i = 0; i < n; i++)
        p[i] = (real)((double)(i % 5) * 0.25 - 0.5);
    for (int s = 1; s <= STEPS; s++) {
        for (size_t i = 0; i < n; i++)
            g[i] = (real)(((int)(i % 5) * 7 + s * 3) % 11 - 5) / 4;
        double norm = rt_norm(g, PARAMETERS), scale = t->clip_norm > 0 ? t->clip_norm / (norm + 1e-6) : 1;
        rt_update(t, s, scale < 1 ? scale : 1, n, p, g, m, v);
    }
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)p[i] - want[i % PARAMETERS]) / (fabs(want[i % PARAMETERS]) + 0.01);
        most = d <= most ? most : d;
    }
    free(p), free(g), free(m), free(v);
    return most;
}

/* masks: as often as their share says, a function of seed, step and stream, and not of each other */
static void masks(void)
{
    enum { M = 99999 };
    static struct { _Alignas(64) real x[M], y[M]; } work;
    const rt_port port[] = { { .name = "x", .role = RT_RANDOM, .rank = 1, .shape = { M }, .share = 0.3, .value = 2 },
                             { .name = "y", .role = RT_RANDOM, .rank = 1, .shape = { M }, .share = 0.8, .value = 1, .stream = 1,
                               .offset = sizeof work.x / 64 * 64 + 64 } };
    const rt_program program = { .port = port, .ports = 2 };
    unsigned char *bytes = rt_zeros(2 * sizeof work);
    const rt_instance i = { &program, bytes };
    const real *x = (const real *)bytes, *y = (const real *)(bytes + port[1].offset);
    double a = 0, b = 0, both = 0, again = 0;
    rt_draw_random(&i, 5, 1000);
    for (int k = 0; k < M; k++)
        a += x[k] == 2, b += y[k] == 1, both += x[k] == 2 && y[k] == 1, work.x[k] = x[k], failed += x[k] != 0 && x[k] != 2;
    check(fabs(a / M - 0.3) < 0.006, "share of a mask", a / M);
    check(fabs(b / M - 0.8) < 0.006, "share of another", b / M);
    check(fabs(both / M - 0.24) < 0.006, "masks are independent", both / M);
    rt_draw_random(&i, 5, 1001);
    for (int k = 0; k < M; k++)
        again += x[k] == 2 && work.x[k] == 2;
    check(fabs(again / M - 0.09) < 0.004, "steps are independent", again / M);
    rt_draw_random(&i, 5, 1000);
    check(!memcmp(x, work.x, sizeof work.x), "the same step draws the same", 0);
    free(bytes);
}

int main(void)
{
    masks();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t n = 5; n <= 640; n = n * 2 + 3) {
            double d = worst(&rows[i].t, rows[i].want, n);
            char what[60];
            snprintf(what, sizeof what, "optimiser of row %zu, %zu parameters", i, n);
            check(d < 1e-5, what, d);
        }
    enum { N = 100003 };
    real *x = rt_zeros(N * sizeof *x);
    double sum = 0;
    for (int i = 0; i < N; i++) {
        x[i] = (real)sin(i);
        sum += (double)x[i] * (double)x[i];
    }
    check(fabs(rt_norm(x, N) / sqrt(sum) - 1) < 1e-6, "norm", rt_norm(x, N));
    x[N / 2] = (real)NAN;
    check(!(rt_norm(x, N) < INFINITY), "the norm of a NaN is none", rt_norm(x, N));
    free(x);

    rt_random r = rt_random_new(42, 3), same;
    double mean = 0, square = 0, cube = 0, fourth = 0, beyond = 0;
    for (int i = 0; i < 400000; i++) {
        double z = rt_random_normal(&r);
        mean += z, square += z * z, cube += z * z * z, fourth += z * z * z * z, beyond += fabs(z) > 2;
    }
    check(fabs(mean / 4e5) < 0.006, "mean of normal numbers", mean / 4e5);
    check(fabs(square / 4e5 - 1) < 0.01, "variance", square / 4e5);
    check(fabs(cube / 4e5) < 0.03, "third moment", cube / 4e5);
    check(fabs(fourth / 4e5 - 3) < 0.08, "fourth moment", fourth / 4e5);
    check(fabs(beyond / 4e5 - 0.0455003) < 0.0015, "share beyond 2", beyond / 4e5);
    same = r;
    check(rt_random_bits(&r) == rt_random_bits(&same), "a state is all that there is", 0);
    mean = square = 0;
    for (int i = 0; i < 400000; i++) {
        double u = rt_random_uniform(&r);
        mean += u, square += u * u;
        failed += !(u >= 0 && u < 1);
    }
    check(fabs(mean / 4e5 - 0.5) < 0.003 && fabs(square / 4e5 - 1.0 / 3) < 0.003, "uniform numbers", mean / 4e5);
    long order[1000], seen[1000] = { 0 };
    rt_random_order(&r, order, 1000);
    for (int i = 0; i < 1000; i++)
        seen[order[i]]++;
    for (int i = 0; i < 1000; i++)
        failed += seen[i] != 1;
    r = rt_random_new(1, 0);
    rt_random q = rt_random_new(1, 1);
    check(rt_random_bits(&r) != rt_random_bits(&q), "streams differ", 0);
    r = rt_random_new(7, 9);
    double a = rt_random_normal(&r), b = rt_random_normal(&r), c = rt_random_uniform(&r);
    check(a == 0x1.7cc4fffcae046p-2 && b == -0x1.0577f5361ca22p-1 && c == 0x1.421ffdb8fee5ep-2,
          "the same everywhere", a);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
