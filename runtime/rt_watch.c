/* rt_watch.c -- where a number stopped being finite. Takes a trainer right after the run that went wrong:
 * parameters, data and carried state are still those that it began with, so the loss program repeats it with every
 * value kept.
 */
#include "rt.h"

#include <math.h>

static const rt_param *bad_param(const rt_model *m, const real *value, size_t *where)
{
    for (int i = 0; i < m->params; i++)
        for (size_t j = 0; j < m->param[i].size; j++)
            if (!isfinite(value[m->param[i].offset + j]))
                return *where = j, &m->param[i];
    return NULL;
}

/* the first value of the network that is not finite, in the order in which they are computed */
static const rt_watch *bad_value(rt_trainer *t, double *value)
{
    const rt_program *p = t->loss_of.program;
    if (p->batch != t->gradient_of.program->batch || t->carry.count != t->valid_carry.count)
        return NULL;
    rt_data_fill(&t->data, &t->loss_of, t->start);
    for (size_t i = 0; i < t->carry.count; i++)
        t->valid_carry.value[i] = t->carry.value[i];
    rt_carry_put(&t->valid_carry);
    rt_instance_prepare(&t->loss_of, t->param);
    rt_instance_run(&t->loss_of, t->param, NULL);
    for (int i = 0; i < p->watches; i++) {
        const real *x = (const real *)(const void *)(t->loss_of.work + p->watch[i].offset);
        for (size_t j = 0; j < p->watch[i].count; j++)
            if (!isfinite(x[j]))
                return *value = (double)x[j], &p->watch[i];
    }
    return NULL;
}

void rt_blame(rt_trainer *t, double loss, double norm, char *text, size_t n)
{
    size_t where = 0;
    double value = 0;
    int k = snprintf(text, n, "step %ld: the %s is not finite (%g); ", t->step + 1, isfinite(loss)
                     ? "gradient's norm" : "loss",
                     isfinite(loss) ? norm : loss);
    if (k < 0 || (size_t)k >= n)
        return;
    text += k, n -= (size_t)k;
    const rt_param *p = bad_param(t->model, t->param, &where);
    if (p) {
        snprintf(text, n, "parameter %s was not finite before the step", p->name);
        return;
    }
    const rt_watch *w = bad_value(t, &value);
    if (w)
        snprintf(text, n, "the first value that is not finite is %s (%g)", w->name, value);
    else if ((p = bad_param(t->model, t->gradient, &where)) != NULL)
        snprintf(text, n, "every value forwards is finite; the first gradient that is not is that of %s (%g)",
                 p->name,
                 (double)t->gradient[p->offset + where]);
    else
        snprintf(text, n, isfinite(loss)
                 ? "every value and gradient is finite: the squares of the gradients overflow"
                                         : "no value before it is out of bounds");
}
