/* optimizer_test.c -- six updates of five parameters held to torch.optim (1.13, double precision), at any number of
 * parameters; the norm; and random numbers: their moments, permutations, and values that must be the same everywhere.
 * sources: rt_optimizer.c rt_random.c rt_support.c
 */
#include "../../runtime/rt.h"

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

static const struct { rt_training t; double want[5]; } rows[] = {
    { { .kind = RT_SGD, .lr = 0.1 },
      { -0.5, -0.2, -0.175, 0.4, 0.425 } },
    { { .kind = RT_SGD, .lr = 0.1, .momentum = 0.9, .dampening = 0.3, .weight_decay = 0.05 },
      { -0.358598785845, -0.53490440377, -0.265279334164, 0.682764082235, 0.141382214309 } },
    { { .kind = RT_SGD, .lr = 0.1, .momentum = 0.9, .nesterov = 1, .clip_norm = 1 },
      { -0.521544773433, -0.289590453062, -0.275856670185, 0.544917853571, 0.388779232411 } },
    { { .kind = RT_ADAGRAD, .lr = 0.1, .eps = 1e-10, .weight_decay = 0.01, .clip_value = 0.6 },
      { -0.475547734761, -0.247258678426, -0.1942948765, 0.357494044345, 0.442235139746 } },
    { { .kind = RT_RMSPROP, .lr = 0.01, .alpha = 0.95, .eps = 1e-8, .weight_decay = 0.01 },
      { -0.491304052979, -0.252738008496, -0.0934807675263, 0.30333583943, 0.466417483028 } },
    { { .kind = RT_RMSPROP, .lr = 0.01, .alpha = 0.99, .eps = 1e-8, .momentum = 0.5 },
      { -0.445288818371, -0.311988477176, -0.336566344306, 0.477126184408, 0.355073105112 } },
    { { .kind = RT_ADAM, .lr = 0.02, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8 },
      { -0.478779652448, -0.278868619404, -0.0481601505307, 0.305949692585, 0.472051076677 } },
    { { .kind = RT_ADAM, .lr = 0.02, .beta1 = 0.8, .beta2 = 0.99, .eps = 1e-3, .weight_decay = 0.1,
        .clip_norm = 0.7 },
      { -0.46837526467, -0.262248459942, -0.0453409820523, 0.291122449492, 0.465846370929 } },
    { { .kind = RT_ADAMW, .lr = 0.02, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .weight_decay = 0.5 },
      { -0.450512442835, -0.262886758924, -0.0464555757946, 0.289607978735, 0.443748537406 } },
};

static double worst(const rt_training *t, const double *want, size_t n)
{
    real *p = rt_zeros(n * sizeof *p), *g = rt_zeros(n * sizeof *p);
    real *m = rt_uses_m(t) ? rt_zeros(n * sizeof *p) : NULL, *v = rt_uses_v(t) ? rt_zeros(n * sizeof *p) : NULL;
    double most = 0;
    for (size_t i = 0; i < n; i++)
        p[i] = (real)((double)(i % 5) * 0.25 - 0.5);
    for (int s = 1; s <= 6; s++) {
        for (size_t i = 0; i < n; i++)
            g[i] = (real)(((int)(i % 5) * 7 + s * 3) % 11 - 5) / 4;
        double norm = rt_norm(g, n < 5 ? n : 5), scale = t->clip_norm > 0 ? t->clip_norm / (norm + 1e-6) : 1;
        rt_update(t, s, scale < 1 ? scale : 1, n, p, g, m, v);
    }
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)p[i] - want[i % 5]) / (fabs(want[i % 5]) + 0.01);
        most = d <= most ? most : d;
    }
    free(p), free(g), free(m), free(v);
    return most;
}

int main(void)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t n = 5; n <= 640; n = n * 2 + 3) {
            double d = worst(&rows[i].t, rows[i].want, n);
            char what[60];
            snprintf(what, sizeof what, "optimiser of row %zu, %zu parameters", i, n);
            check(d < 3e-6, what, d);
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
