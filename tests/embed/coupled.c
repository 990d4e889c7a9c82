/* coupled.c -- a predictor, step by step, against the outputs that the oracle recorded in a golden file of one example. */
#include "coupled.h"
#include "rt_tensors.h"

#include <math.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char error[400];
    rt_tensors *t = rt_tensors_open(argc > 1 ? argv[1] : "", error, sizeof error);
    const rt_tensor *x = t ? rt_tensors_find(t, "input.x") : NULL, *y = t ? rt_tensors_find(t, "output.out") : NULL;
    coupled_state s;
    double worst = 0;
    if (!x || !y)
        return puts(t ? "no such tensors" : error), 1;
    coupled_reset(&s);
    for (size_t i = 0; i < y->count / 6; i++) {
        float in[2] = { (float)rt_tensor_value(x, 2 * i), (float)rt_tensor_value(x, 2 * i + 1) }, out[6];
        coupled_step(&s, in, out);
        for (size_t j = 0; j < 6; j++) {
            double off = fabs((double)out[j] - rt_tensor_value(y, 6 * i + j));
            worst = off <= worst ? worst : off;
        }
    }
    printf("worst %s\n", worst <= 1e-6 ? "below 1e-6" : "too large");
    return !(worst <= 1e-6);
}
