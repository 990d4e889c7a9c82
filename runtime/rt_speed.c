/* rt_speed.c -- how fast a training step is beside what the processor could do at best: the time of products at the
 * measured peak of multiply-adds is a floor that no program gets below. The peak is measured before and after each
 * round of steps, since a processor's clock follows what its neighbours do. Takes a model, prints a few lines.
 */
#include "rt.h"
#include "rt_math.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHAINS = 12, ROUNDS = 11 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* GFLOP/s of independent chains of multiply-adds in registers, for a millisecond */
static double peak(void)
{
    rtv s[CHAINS];
    const long n = 400000;
    static volatile real seed = (real)0.999;
    const rtv a = rtv_set(seed), b = rtv_set((real)1e-3);
    RT_UNROLL
    for (int i = 0; i < CHAINS; i++)
        s[i] = rtv_set((real)i);
    double begun = rt_cpu();
    for (long k = 0; k < n; k++)
        RT_UNROLL
        for (int i = 0; i < CHAINS; i++)
            s[i] = rtv_fma(s[i], a, b);
    double took = rt_cpu() - begun;
    real sum = 0;
    RT_UNROLL
    for (int i = 0; i < CHAINS; i++)
        sum += rtv_sum(s[i]);
    seed = sum > 1 ? (real)0.999 : (real)0.998;              /* so that the chains are needed */
    return 2.0 * RT_LANES * CHAINS * (double)n / took / 1e9;
}

/* Classes of all kinds: the same one everywhere would keep its row of a matrix near. */
static void spread_classes(const rt_program *p, void *work)
{
    for (int i = 0; i < p->ports; i++) {
        const rt_port *q = &p->port[i];
        if (q->classes <= 0 || (q->role != RT_INPUT && q->role != RT_TARGET))
            continue;
        int32_t *id = (int32_t *)(void *)((char *)work + q->offset);
        size_t n = (size_t)(q->steps ? q->steps : 1) * (size_t)(q->batch ? q->batch : 1);
        for (size_t j = 0; j < n; j++)
            id[j] = (int32_t)(((uint32_t)j * 2654435761u >> 8) % (uint32_t)q->classes);
    }
}

/* the most memory that this program has held so far, in bytes; 0: the system does not say */
static double most_memory(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[256];
    long kib = 0;
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "VmHWM:", 6))
            kib = strtol(line + 6, NULL, 10);
    if (f)
        fclose(f);
    return 1024.0 * (double)kib;
}

int rt_speed(const rt_model *m, rt_error *e)
{
    rt_instance g;
    real *param = rt_zeros(m->reals * sizeof(real)), *grad = rt_zeros(m->reals * sizeof(real));
    double time[ROUNDS], reached[ROUNDS];
    if (!param || !grad)
        return rt_fail(e, "out of memory");
    if (rt_instance_new(&g, m->gradient, e))
        return -1;
    rt_initial(m, 1, param);
    spread_classes(m->gradient, g.work);
    double (*now)(void) = m->threads > 1 ? rt_clock : rt_cpu;
    const int threads = m->threads > 1 ? m->threads : 1;
    char with[40] = "";
    if (threads > 1)
        snprintf(with, sizeof with, "; %d threads, wall time", threads);
    long runs = 1;
    for (;; runs *= 2) {                                     /* at least 20 ms a measurement */
        double begun = now();
        for (long i = 0; i < runs; i++)
            rt_instance_prepare(&g, param), rt_instance_run(&g, param, grad);
        if (now() - begun > 0.02)
            break;
    }
    double before = peak();
    for (int round = 0; round < ROUNDS; round++) {
        double begun = now();
        for (long i = 0; i < runs; i++)
            rt_instance_prepare(&g, param), rt_instance_run(&g, param, grad);
        time[round] = (now() - begun) / (double)runs;
        double after = peak();
        reached[round] = m->flops / 1e9 / threads / time[round] * 2 / (before + after);
        before = after;
    }
    qsort(time, ROUNDS, sizeof *time, by_value), qsort(reached, ROUNDS, sizeof *reached, by_value);
    double took = time[ROUNDS / 2], part = reached[ROUNDS / 2], floor = took * part;
    printf("  %-34s %.4g us (forward, backward, all gradients; batch %d%s)\n", "a training step", took * 1e6,
           m->gradient->batch, with);
    printf("  %-34s %.4g us (%.4g MFLOP in products at %.1f GFLOP/s%s, measured meanwhile)\n", "its arithmetic floor", floor * 1e6,
           m->flops / 1e6, floor > 0 ? m->flops / threads / floor / 1e9 : before, threads > 1 ? " a thread" : "");
    printf("  %-34s %.0f %%\n", "fraction of the floor reached", 100 * part);
    const double held = most_memory();
    if (held > 0)
        printf("  %-34s %.4g MB\n", "most memory held", held / 1e6);
    free(g.work), free(param), free(grad);
    return 0;
}
