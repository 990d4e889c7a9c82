/* probe_test.c -- --probe on a trainer by hand: what goes in by name comes out as loss, outputs, final states and
 * gradients that central differences confirm; what is missing, misshapen or out of range is refused by name.
 * sources: rt_probe.c rt_support.c rt_tensors.c rt_tensors_write.c
 */
#define TOY_NO_MAIN
#include "toy.c"
#include "../../runtime/rt.h"

#include <stdlib.h>
#include <unistd.h>

static int passed, failed;
static char in[300], out[300];
static rt_error error;

static void check(int good, const char *what)
{
    good ? passed++ : failed++;
    if (!good)
        printf("failed: %s (%s)\n", what, error.text);
}

static real weight[V * V], bias[V], memory[B * V];
static int32_t x[T * B], y[T * B];
static rt_tensor given[] = {
    { .name = "param.out.weight", .dtype = sizeof(real) == 8 ? RT_F64 : RT_F32, .rank = 2, .shape = { V, V },
      .data = weight },
    { .name = "param.out.bias", .dtype = sizeof(real) == 8 ? RT_F64 : RT_F32, .rank = 1, .shape = { V },
      .data = bias },
    { .name = "input.chars", .dtype = RT_I32, .rank = 2, .shape = { T, B }, .data = x },
    { .name = "target.next", .dtype = RT_I32, .rank = 2, .shape = { T, B }, .data = y },
    { .name = "state.memory", .dtype = sizeof(real) == 8 ? RT_F64 : RT_F32, .rank = 2, .shape = { B, V },
      .data = memory },
};

static rt_tensors *run(int n)
{
    rt_options o = { .probe = { in, out } };
    if (rt_tensors_save(in, given, n, NULL, 0, error.text, sizeof error.text) || rt_probe(&model, &o, &error))
        return NULL;
    return rt_tensors_open(out, error.text, sizeof error.text);
}

static double loss_now(void)
{
    rt_tensors *t = run(5);
    double v = t ? rt_tensor_value(rt_tensors_find(t, "loss"), 0) : NAN;
    rt_tensors_close(t);
    return v;
}

static void refused(int n, const char *expected)
{
    rt_tensors *t = run(n);
    check(!t && strstr(error.text, expected), expected);
    rt_tensors_close(t);
}

int main(void)
{
    const char *folder = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    snprintf(in, sizeof in, "%s/rnnc_probe_%ld_in", folder, (long)getpid());
    snprintf(out, sizeof out, "%s/rnnc_probe_%ld_out", folder, (long)getpid());
    for (int i = 0; i < V * V; i++)
        weight[i] = (real)(i * 7 % 11 - 5) / 10;
    for (int i = 0; i < V; i++)
        bias[i] = (real)(i % 3) / 10;
    for (int i = 0; i < B * V; i++)
        memory[i] = (real)(i % 5) / 7;
    for (int i = 0; i < T * B; i++)
        x[i] = i * 5 % V, y[i] = i * 3 % V;
    rt_tensors *t = run(5);
    check(t != NULL, "probe");
    if (!t)
        return printf("%d passed, %d failed\n", passed, failed), 1;
    const rt_tensor *loss_out = rt_tensors_find(t, "loss"), *p = rt_tensors_find(t, "output.next");
    const rt_tensor *last = rt_tensors_find(t, "final.memory"), *g = rt_tensors_find(t, "grad.out.weight");
    check(loss_out && loss_out->rank == 0, "the loss has no dimension");
    check(p && p->rank == 3 && p->shape[0] == T && p->shape[1] == B && p->shape[2] == V,
          "an output has steps and batch");
    check(last && last->rank == 2 && rt_tensors_find(t, "grad.out.bias") && t->tensors == 5, "everything else");
    double worst = 0;
    for (int k = 0; g && k < V * V; k += 13) {
        const real keep = weight[k];
        weight[k] = keep + (real)0.01;
        double up = loss_now();
        weight[k] = keep - (real)0.01;
        double d = fabs((up - loss_now()) / 0.02 - rt_tensor_value(g, (size_t)k));
        worst = d <= worst ? worst : d;
        weight[k] = keep;
    }
    check(worst < 1e-4, "gradients against differences");
    rt_tensors_close(t);
    t = run(4);
    check(t != NULL, "states may be left out: zero");
    rt_tensors_close(t);
    refused(3, "no tensor target.next of shape [5, 3]");
    y[4] = V;
    refused(5, "tensor target.next: element 4 is 12, expected 0 to 11");
    y[4] = -2;                                               /* -1: a target that is missing */
    refused(5, "tensor target.next: element 4 is -2");
    y[4] = 0;
    given[2].shape[0] = B, given[2].shape[1] = T;
    refused(5, "tensor input.chars: expected shape [5, 3], found [3, 5]");
    given[2].shape[0] = T, given[2].shape[1] = B;
    given[2].dtype = RT_F32;
    refused(5, "tensor input.chars: expected integers (I32), found F32");
    given[2].dtype = RT_I32;
    given[4].name = "state.memry";
    refused(5, "tensor state.memry is nothing that toy.lua has");
    given[4].name = "state.memory";
    given[0].name = "param.out.wieght";
    refused(5, "tensor param.out.wieght is nothing that toy.lua has");
    unlink(in), unlink(out);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
