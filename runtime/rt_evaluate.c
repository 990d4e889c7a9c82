/* rt_evaluate.c -- how good the network is on the validation part, and what its loss means. Takes a trainer whose
 * parameters stay as they are; its gradient program and carried state are not touched.
 */
#include "rt.h"

#include <math.h>

/* squared errors of the last step, in the target's own units, of the first n examples */
static double squares(const rt_trainer *t, const rt_port *target, const rt_port *output, int n)
{
    const rt_data *d = &t->data;
    size_t columns = (size_t)d->ys, features = columns * (size_t)d->ahead, batch = (size_t)(target->batch ? target->batch : 1);
    size_t last = target->steps ? (size_t)(target->steps - 1) * batch * features : 0;
    const real *y = (const real *)rt_port_data(&t->loss_of, target) + last;
    const real *z = (const real *)rt_port_data(&t->loss_of, output) + last;
    double sum = 0;
    for (size_t i = 0; i < (size_t)n * features; i++) {
        double x = ((double)z[i] - (double)y[i]) * (d->target.n ? d->target.std[i % columns] : 1);
        sum += x * x;
    }
    return sum;
}

rt_score rt_evaluate(rt_trainer *t)
{
    if (t->data.examples)
        return rt_evaluate_examples(t);
    const rt_part *q = &t->data.part[RT_VALID];
    const rt_program *p = t->loss_of.program;
    const rt_port *target = rt_find_port(p, RT_TARGET, t->data.spec->target);
    const rt_port *output = t->data.is_text || target->classes ? NULL : rt_output_like(p, target, 1);
    double loss = 0, error = 0, counted = 0;
    rt_instance_prepare(&t->loss_of, t->param);
    rt_carry_zero(&t->valid_carry);
    for (long w = 0; w < q->windows; w++) {
        long left = t->data.in_lanes ? q->batch : q->examples - w * q->batch;
        int n = left < q->batch ? (int)left : q->batch;
        rt_data_starts(&t->data, RT_VALID, 0, w, t->seed, t->start);
        rt_data_fill(&t->data, &t->loss_of, t->start);
        rt_carry_put(&t->valid_carry);
        rt_instance_run(&t->loss_of, t->param, NULL);
        if (t->t.carry_state && t->data.in_lanes)
            rt_carry_take(&t->valid_carry);
        const double here = rt_instance_loss(&t->loss_of);
        error += output ? squares(t, target, output, n) : 0;
        loss += (n < q->batch ? rt_loss_without_copies(t, here, n, q->batch) : here) * n;
        counted += n;
    }
    const double mse = output ? error / (counted * (double)(t->data.ys * t->data.ahead)) : (double)NAN;
    return (rt_score){ loss / counted, sqrt(mse), mse, (double)NAN };
}

/* Is the loss of a text the mean of -ln p of the symbols, or their sum over steps or batch? One run says so, if the
 * network gives out its probabilities. */
double rt_symbol_scale(rt_trainer *t)
{
    const rt_program *p = t->loss_of.program;
    const rt_port *target = rt_find_port(p, RT_TARGET, t->data.spec->target);
    if (!t->data.is_text || p->batch != t->gradient_of.program->batch)
        return 0;
    const size_t classes = (size_t)target->classes, n = rt_port_count(target);
    const rt_port *output = rt_output_like(p, target, classes);
    if (!output)
        return 0;
    rt_data_starts(&t->data, RT_TRAIN, 0, 0, t->seed, t->start);
    rt_data_fill(&t->data, &t->loss_of, t->start);
    rt_carry_zero(&t->valid_carry);
    rt_carry_put(&t->valid_carry);
    rt_instance_prepare(&t->loss_of, t->param);
    rt_instance_run(&t->loss_of, t->param, NULL);
    const real *y = rt_port_data(&t->loss_of, output);
    double mean = 0, loss = rt_instance_loss(&t->loss_of);
    rt_data_fill(&t->data, &t->loss_of, t->start);           /* the run may have used the place of its inputs */
    const int32_t *id = rt_port_data(&t->loss_of, target);
    for (size_t i = 0; i < n; i++, y += classes) {
        double sum = 0;
        for (size_t k = 0; k < classes; k++)
            sum += (double)y[k];
        if (!(fabs(sum - 1) < 1e-3) || !(y[id[i]] > 0))
            return 0;
        mean -= log((double)y[id[i]]) / (double)n;
    }
    const double steps = target->steps ? target->steps : 1, batch = target->batch ? target->batch : 1;
    const double candidate[] = { 1, steps, batch, steps * batch };
    for (int i = 0; i < 4; i++)
        if (fabs(loss / mean / candidate[i] - 1) < 1e-3)
            return candidate[i];
    return 0;
}

double rt_symbol_bits(const rt_trainer *t, double loss)
{
    return t->symbols > 0 ? loss / t->symbols / log(2) : (double)NAN;
}
