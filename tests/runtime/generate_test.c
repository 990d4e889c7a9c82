/* generate_test.c -- choices by probabilities: logarithms and powers in whole numbers against libm's, frequencies against the
 * probabilities (chi-square), the likeliest few, and choices that must be the same with every compiler on every machine.
 */
#include "../../runtime/rt_generate.h"

#include <math.h>
#include <stdio.h>

static int passed, failed;

static void check(int good, const char *what, double found)
{
    good ? passed++ : failed++;
    if (!good)
        printf("failed: %s (%.9g)\n", what, found);
}

enum { N = 11, DRAWS = 20000 };
static const real probability[N] = { (real)0.3, (real)0.2, (real)0.15, 0, (real)0.1, (real)0.08, (real)0.07, (real)0.05,
                                     (real)0.03, (real)0.015, (real)0.005 };

static void whole_numbers(void)
{
    double worst = 0, last = 1e300, worst_power = 0, p;
    int ordered = 1, least = 1;
    for (p = 1e-45; p < 1.2; p *= 1.000713) {
        const double cost = (double)rt_cost(p) / 16777216, want = p < 1 ? -log2(p) : 0;
        worst = fabs(cost - want) > worst ? fabs(cost - want) : worst;
        ordered = ordered && cost <= last;
        least = least && rt_cost_least(p) <= rt_cost(p) && rt_cost(p) <= rt_cost_least(p) + (1 << 24);
        last = cost;
        if (want < 32) {
            const double back = (double)rt_power(rt_cost(p)) / 4294967296.0, with = p < 1 ? p : 1;
            const double off = fabs(back - with) / (with + 3e-3);
            worst_power = off > worst_power ? off : worst_power;
        }
    }
    check(worst < 2e-7, "the logarithm", worst);
    check(ordered, "larger probabilities cost less", 0);
    check(least, "the least cost", 0);
    check(worst_power < 2e-7, "the power", worst_power);
    check(rt_power(0) == UINT64_C(1) << 32 && rt_power((uint64_t)33 << 24) == 0 && rt_cost(0.5) == 1 << 24, "whole powers", 0);
    check(rt_by_length(1 << 24, 4, 1) == (uint64_t)1 << 42 && rt_by_length(1 << 24, 4, 0) == (uint64_t)1 << 44, "by length", 0);
}

/* the distance of frequencies from q in chi-square, by degrees of freedom: near 1 */
static double distance(double temperature, int32_t top_k, uint64_t seed, const double *q)
{
    long count[N] = { 0 };
    double sum = 0;
    int free = -1, i, k;
    for (k = 0; k < DRAWS; k++) {
        real p[N];
        uint64_t weight[N];
        int32_t id;
        memcpy(p, probability, sizeof p);
        id = rt_draw(p, N, temperature, top_k, rt_chance(seed, (uint64_t)k), weight);
        if (id < 0 || id >= N)
            return 1e9;
        count[id]++;
    }
    for (i = 0; i < N; i++) {
        if (q[i] == 0 && count[i])
            return 1e9;
        if (q[i] > 0)
            sum += ((double)count[i] - DRAWS * q[i]) * ((double)count[i] - DRAWS * q[i]) / (DRAWS * q[i]), free++;
    }
    return sum / free;
}

static void frequencies(void)
{
    static const double temperatures[] = { 0.5, 0.8, 1, 1.7 };
    int t, k, i;
    for (t = 0; t < 4; t++)
        for (k = 0; k <= 4; k += 2) {
            double q[N] = { 0 }, sum = 0, d;
            for (i = 0; i < N; i++) {
                q[i] = probability[i] > 0 && (k == 0 || i < k + (k > 3)) ? pow((double)probability[i], 1 / temperatures[t]) : 0;
                sum += q[i];
            }
            for (i = 0; i < N; i++)
                q[i] /= sum;
            d = distance(temperatures[t], k, (uint64_t)(7 + t), q);
            check(d < 2.5, "frequencies", d);                /* chance 0.01 or less, for any number of classes here */
        }
}

static void choices(void)
{
    real p[N], none[3] = { 0, 0, 0 }, equal[5] = { (real)0.2, (real)0.2, (real)0.2, (real)0.2, (real)0.2 }, bad[2] = { (real)NAN, (real)NAN };
    uint64_t weight[N], sum = 0;
    int k;
    memcpy(p, probability, sizeof p);
    check(rt_draw(p, N, 0, 0, 1, weight) == 0 && rt_draw(none, 3, 1, 0, 1, weight) == -1 && rt_draw(bad, 2, 1, 0, 1, weight) == -1,
          "the likeliest, none, no numbers", 0);
    rt_only_likeliest(equal, 5, 3);
    check(equal[0] > 0 && equal[2] > 0 && equal[3] == 0 && equal[4] == 0, "of equal ones the first", 0);
    for (k = 0; k < 1000; k++) {                             /* 0.25 and 0.5 are exact: the same everywhere, whatever `real` is */
        real half[4] = { (real)0.25, (real)0.125, (real)0.5, (real)0.125 };
        sum = sum * 31 + (uint64_t)rt_draw(half, 4, k % 2 ? 1 : 0.75, k % 3 ? 0 : 3, rt_chance(42, (uint64_t)k), weight);
    }
    check(sum == UINT64_C(0x41b7495540b84760), "the same choices everywhere", (double)(sum >> 11));
    if (failed)
        printf("0x%llx\n", (unsigned long long)sum);
}

int main(void)
{
    whole_numbers();
    frequencies();
    choices();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
