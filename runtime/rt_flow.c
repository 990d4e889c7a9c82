/* rt_flow.c -- how far back the loss reaches: the norm of the gradient of the last step's loss with respect to each
 * state, by distance from that step, as a mean over examples and batches. Takes a trainer whose parameters stay as
 * they are, and the program `flow`; writes a CSV file.
 */
#include "rt.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BATCHES = 20 };

typedef struct { double norm, clipped; long examples; } Sum;

typedef struct {
    rt_instance flow;
    rt_carry carry;
    Sum *sum;                                                /* [states][steps] */
    int steps;                                               /* of the longest state */
    double norm, most, left;                                 /* of all gradients; what clipping left of it */
    int batches;
} Flow;

/* the share of the gradients' norm that clipping leaves */
static double clipping(const rt_trainer *t, double norm)
{
    double scale = t->t.clip_norm > 0 && t->t.clip_norm < norm + 1e-6 ? t->t.clip_norm / (norm + 1e-6) : 1;
    if (!(t->t.clip_value > 0) || !(norm > 0))
        return scale;
    double sum = 0;
    for (size_t i = 0; i < t->model->reals; i++) {
        double x = fmin(fabs((double)t->gradient[i]) * scale, t->t.clip_value);
        sum += x * x;
    }
    return sqrt(sum) / norm;
}

static int length_of(const Flow *f, const char *axis, int b, int steps)
{
    const rt_port *p = rt_find_port(f->flow.program, RT_LENGTH, axis);
    return p ? ((const int32_t *)rt_port_data(&f->flow, p))[b] : steps;
}

static void add(Flow *f, const rt_flow *state, Sum *sum, const int *length, double share)
{
    const rt_port *p = rt_find_port(f->flow.program, RT_OUTPUT, state->name);
    const real *x = rt_port_data(&f->flow, p);
    const int batch = p->batch ? p->batch : 1, steps = p->steps ? p->steps : 1;
    const size_t units = rt_port_count(p) / (size_t)batch / (size_t)steps;
    for (int t = 0; t < steps; t++)
        for (int b = 0; b < batch; b++, x += units) {
            double n = 0;
            for (size_t i = 0; i < units; i++)
                n += (double)x[i] * (double)x[i];
            if (t >= length[b])
                continue;
            Sum *s = sum + (state->ahead ? t : length[b] - 1 - t);
            s->norm += sqrt(n), s->clipped += sqrt(n) * share, s->examples++;
        }
}

static int one_batch(Flow *f, rt_trainer *t, long window, int *length, rt_error *e)
{
    const rt_model *m = t->model;
    rt_data_starts(&t->data, RT_TRAIN, 0, window, t->seed, t->start);
    rt_data_fill(&t->data, &t->gradient_of, t->start);
    rt_data_fill(&t->data, &f->flow, t->start);
    rt_carry_put(&t->carry), rt_carry_put(&f->carry);
    for (int i = 0; i < m->flow_states; i++)                 /* before the run, which may use their place */
        for (int b = 0; b < f->flow.program->batch; b++)
            length[i * f->flow.program->batch + b] = length_of(f, m->flow_state[i].axis, b, f->steps);
    rt_instance_run(&t->gradient_of, t->param, t->gradient);
    rt_instance_run(&f->flow, t->param, NULL);
    const double norm = rt_norm(t->gradient, m->reals), share = clipping(t, norm);
    if (!isfinite(norm))
        return rt_fail(e, "batch %ld: the gradient is not finite", window + 1);
    for (int i = 0; i < m->flow_states; i++)
        add(f, &m->flow_state[i], f->sum + (size_t)i * (size_t)f->steps, length + i * f->flow.program->batch,
            share);
    f->norm += norm, f->left += norm * share, f->most = fmax(f->most, norm), f->batches++;
    if (t->t.carry_state)
        rt_carry_take(&t->carry), rt_carry_take(&f->carry);
    return 0;
}

static int write(const Flow *f, const rt_trainer *t, const char *path, rt_error *e)
{
    FILE *to = fopen(path, "w");
    if (!to)
        return rt_fail(e, "%s: %s", path, strerror(errno));
    fprintf(to, "state,distance,norm,relative,clipped\n");
    for (int i = 0; i < t->model->flow_states; i++) {
        const Sum *s = f->sum + (size_t)i * (size_t)f->steps;
        const double first = s->examples ? s->norm / (double)s->examples : 0;
        for (int k = 0; k < f->steps && s[k].examples; k++) {
            const double n = (double)s[k].examples, norm = s[k].norm / n;
            fprintf(to, "%s,%d,%.9g,", t->model->flow_state[i].name, k, norm);
            if (first > 0)
                fprintf(to, "%.9g", norm / first);
            fprintf(to, ",%.9g\n", s[k].clipped / n);
        }
    }
    if (fclose(to))
        return rt_fail(e, "%s: %s", path, strerror(errno));
    return 0;
}

static int run(Flow *f, rt_trainer *t, rt_error *e)
{
    const rt_model *m = t->model;
    for (int i = 0; i < m->flow->ports; i++)
        if (m->flow->port[i].role == RT_OUTPUT && m->flow->port[i].steps > f->steps)
            f->steps = m->flow->port[i].steps;
    const size_t batch = (size_t)(m->flow->batch > 0 ? m->flow->batch : 1), states = (size_t)m->flow_states;
    int *length = calloc(states * batch, sizeof *length);
    f->sum = calloc(states * (size_t)f->steps + 1, sizeof *f->sum);
    int bad = length && f->sum ? rt_instance_new(&f->flow, m->flow, e) || rt_carry_new(&f->carry, &f->flow, e)
                               : rt_fail(e, "out of memory");
    if (!bad) {
        rt_carry_zero(&t->carry), rt_carry_zero(&f->carry);
        rt_instance_prepare(&t->gradient_of, t->param), rt_instance_prepare(&f->flow, t->param);
    }
    for (long w = 0; !bad && w < t->data.part[RT_TRAIN].windows && w < BATCHES; w++)
        bad = one_batch(f, t, w, length, e);
    free(length);
    return bad ? -1 : 0;
}

int rt_gradient_flow(rt_trainer *t, rt_error *e)
{
    Flow f = { .steps = 0 };
    int bad = t->model->flow_states ? run(&f, t, e) : rt_fail(e, "%s has no recurrent state", t->model->source);
    if (!bad)
        bad = write(&f, t, t->o->flow, e);
    if (!bad)
        rt_note(t, "%s: %d batch%s; the norm of all gradients is %.4g (at most %.4g), of which clipping leaves "
                "%.3g%%", t->o->flow, f.batches, f.batches == 1 ? "" : "es", f.norm / f.batches, f.most,
                f.norm > 0 ? 100 * f.left / f.norm : 100);
    free(f.sum), free(f.flow.work), free(f.carry.value);
    return bad ? -1 : 0;
}
