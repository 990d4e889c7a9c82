/* order.c -- a few steps of order.lua beside what its formulas give in the order in which they are written. */
#include "order.h"

#include <math.h>
#include <stdio.h>

static int wrong;

static void near(const char *what, const float *is, const double *should)
{
    for (int i = 0; i < 4; i++)
        if (!(fabs(is[i] - should[i]) <= 1e-5 * fabs(should[i])))
            wrong = 1, printf("%s[%d] is %g, should be %g\n", what, i, is[i], should[i]);
}

int main(void)
{
    const float x[4] = { 0.1f, 0.2f, 0.3f, -1 }, large[4] = { 1e5f, 2e4f, 3, -1e5f }, far[4] = { 1e25f, 1e24f, 1e25f, 1e20f };
    const float little[4] = { 1e-4f, 2e-4f, 3e-4f, 1e-5f }, none[4] = { 0, 0, 0, 0 };
    const double after[4] = { 0.001, 0.001, 0.001, 0.001 };
    float masked[4], left[4], lost[4], small[4], huge[4];
    double soft[4], all = 0, product[4], more[4], rest[4];
    order_state s;
    order_reset(&s);
    order_step(&s, x, none, huge, left, lost, masked, small);
    for (int i = 0; i < 4; i++)
        all += soft[i] = exp(2 * (double)x[i]);
    for (int i = 0; i < 4; i++)
        soft[i] /= all;
    near("masked", masked, soft);
    order_step(&s, large, large, huge, left, lost, masked, small);
    near("left", left, after);
    order_reset(&s);
    order_step(&s, large, none, huge, left, lost, masked, small);
    order_step(&s, little, none, huge, left, lost, masked, small);
    for (int i = 0; i < 4; i++) {
        const volatile float sum = large[i] + little[i];
        const volatile float taken = sum - large[i];
        rest[i] = (double)little[i] - (double)taken;
    }
    near("lost", lost, rest);
    order_step(&s, far, far, huge, left, lost, masked, small);
    for (int i = 0; i < 4; i++) {
        product[i] = (double)far[i] * 1e-25 * ((double)far[i] * 1e-25);
        more[i] = (double)far[i] * 1e-13 * ((double)far[i] * 1e-13);
    }
    near("small", small, product);
    near("huge", huge, more);
    if (!wrong)
        puts("in the order of the description");
    return wrong;
}
