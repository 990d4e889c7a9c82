/* joined.c -- a predictor, step by step, against the outputs that the oracle recorded in a golden file of one example. */
#include "joined.h"
#include "rt_tensors.h"

#include <math.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char error[400];
    rt_tensors *t = rt_tensors_open(argc > 1 ? argv[1] : "", error, sizeof error);
    const rt_tensor *x = t ? rt_tensors_find(t, "input.x") : NULL, *y = t ? rt_tensors_find(t, "output.out") : NULL;
    joined_state s;
    double worst = 0;
    if (!x || !y)
        return puts(t ? "no such tensors" : error), 1;
    joined_reset(&s);
    for (size_t i = 0; i < y->count / 2; i++) {
        float in[3], out[2];
        for (size_t j = 0; j < 3; j++)
            in[j] = (float)rt_tensor_value(x, 3 * i + j);
        joined_step(&s, in, out);
        for (size_t j = 0; j < 2; j++) {
            double off = fabs((double)out[j] - rt_tensor_value(y, 2 * i + j));
            worst = off <= worst ? worst : off;
        }
    }
    rt_tensors_close(t);
    printf("worst %s\n", worst <= 1e-6 ? "below 1e-6" : "too large");
    return !(worst <= 1e-6);
}
