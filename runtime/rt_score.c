/* rt_score.c -- how good the network is on the validation part of examples: every one counts exactly once. Takes a
 * trainer whose parameters stay as they are. The loss is the mean over all targets that are there: a batch weighs as
 * many as it has.
 */
#include "rt_examples.h"

#include <math.h>

/* an output that says the same as the target: its own name, else its size */
const rt_port *rt_output_like(const rt_program *p, const rt_port *target, size_t times)
{
    const rt_port *named = rt_find_port(p, RT_OUTPUT, target->name);
    if (named && rt_port_count(named) == rt_port_count(target) * times)
        return named;
    for (int i = 0; i < p->ports; i++)
        if (p->port[i].role == RT_OUTPUT && rt_port_count(&p->port[i]) == rt_port_count(target) * times)
            return &p->port[i];
    return NULL;
}

typedef struct { double right, answers, squares, numbers; } Sums;

static size_t steps_of(const rt_fed *f, size_t example) { return f->at[example + 1] - f->at[example]; }

/* targets of one example that the loss counts */
static double targets(const rt_fed *f, size_t example)
{
    double n = 0;
    for (size_t t = 0; t < steps_of(f, example); t++)
        n += f->port->classes ? f->id[f->at[example] + t] >= 0 : 1;
    return n;
}

static void judge(const rt_fed *f, const real *y, size_t batch, size_t b, size_t example, Sums *s)
{
    const size_t steps = steps_of(f, example), from = f->at[example];
    const size_t n = f->port->classes ? (size_t)f->port->classes : (size_t)f->features;
    for (size_t t = 0; t < steps; t++) {
        const real *p = y + (t * batch + b) * n;
        if (f->port->classes) {
            size_t best = 0, finite = 0;
            for (size_t k = 0; k < n; k++) {
                best = p[k] > p[best] ? k : best;
                finite += isfinite((double)p[k]) != 0;
            }
            s->answers += f->id[from + t] != RT_NO_TARGET;
            s->right += finite == n && f->id[from + t] == (int32_t)best;
        } else if (t + 1 == steps)                           /* numbers: after the last step */
            for (size_t k = 0; k < n; k++, s->numbers++) {
                double d = (double)p[k] - (double)f->x[(from + t) * n + k];
                s->squares += d * d;
            }
    }
}

static double run(rt_trainer *t)
{
    rt_data_fill(&t->data, &t->loss_of, t->start);
    rt_carry_zero(&t->valid_carry);
    rt_carry_put(&t->valid_carry);
    rt_instance_run(&t->loss_of, t->param, NULL);
    return rt_instance_loss(&t->loss_of);
}

/* The loss of a last batch that is filled up with copies of its first example: what those add is known from a batch of
 * copies alone. */
double rt_loss_without_copies(rt_trainer *t, double loss, int n, int batch)
{
    for (int b = 0; b < batch; b++)
        t->start[b] = t->start[0];
    double copies = run(t);
    return (batch * loss - (batch - n) * copies) / n;
}

rt_score rt_evaluate_examples(rt_trainer *t)
{
    const rt_examples *x = t->data.examples;
    const rt_part *q = &t->data.part[RT_VALID];
    const rt_program *p = t->loss_of.program;
    double loss = 0, counted = 0;
    Sums s = { 0, 0, 0, 0 };
    rt_instance_prepare(&t->loss_of, t->param);
    for (long w = 0; w < q->windows; w++) {
        const long left = q->examples - w * q->batch;
        const int n = left < q->batch ? (int)left : q->batch;
        const rt_fed *first = NULL;
        double weight = 0;
        rt_data_starts(&t->data, RT_VALID, 0, w, t->seed, t->start);
        double here = run(t);
        for (int i = 0; i < x->spec->feeds; i++) {
            const rt_fed *f = &x->fed[i];
            const rt_port *target = f->target ? rt_find_port(p, RT_TARGET, f->spec->port) : NULL;
            const rt_port *y = target ? rt_output_like(p, target, f->port->classes ? (size_t)f->port->classes : 1) : NULL;
            for (int b = 0; f->target && b < n; b++) {
                if (y)
                    judge(f, rt_port_data(&t->loss_of, y), y->batch ? (size_t)y->batch : 1, (size_t)b, t->start[b], &s);
                weight += first && first != f ? 0 : targets(f, t->start[b]);
            }
            first = first || !f->target ? first : f;
        }
        if (n < q->batch && !x->ragged)
            here = rt_loss_without_copies(t, here, n, q->batch);
        loss += weight > 0 ? here * weight : 0;
        counted += weight;
    }
    const double mse = s.numbers > 0 ? s.squares / s.numbers : (double)NAN;
    return (rt_score){ loss / counted, sqrt(mse), mse, s.answers > 0 ? s.right / s.answers : (double)NAN };
}

/* what stands behind the loss in a line: " accuracy 0.79", " (RMSE 0.1)", " (1.9 bits/char)" */
void rt_score_text(const rt_trainer *t, const rt_score *s, int digits, char *to, size_t n)
{
    *to = 0;
    if (t->symbols > 0)
        snprintf(to, n, " (%.*f bits/%s)", digits, rt_symbol_bits(t, s->loss), t->data.spec->chars ? "char" : "byte");
    else if (isfinite(s->accuracy))
        snprintf(to, n, " accuracy %.4f", s->accuracy);
    else if (isfinite(s->rmse) && t->data.examples)
        snprintf(to, n, " (RMSE %.*g, MSE %.*g)", digits + 2, s->rmse, digits + 2, s->mse);
    else if (isfinite(s->rmse))
        snprintf(to, n, " (RMSE %.*g)", digits + 2, s->rmse);
}
