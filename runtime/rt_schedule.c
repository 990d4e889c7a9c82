/* rt_schedule.c -- the learning rate of each step, as the description's schedule says, and when a run that gets no
 * better ends. Takes a trainer, whose step and validation losses decide; what must survive an interruption is in
 * it.
 */
#include "rt.h"

#include <math.h>

int rt_schedule_begin(rt_trainer *t, rt_error *e)
{
    const rt_schedule *s = &t->t.schedule;
    const double pass = (double)t->data.part[RT_TRAIN].windows;
    t->period = s->epochs > 0 ? (long)ceil(s->epochs * pass - 1e-9) : s->steps;
    if (s->kind == RT_COSINE_RATE && !t->period && !(t->period = t->steps))
        return rt_fail(e, "how long is the schedule? A run that ends by time alone does not say; expected "
                       "nn.cosine { steps = N }, or --steps or --epochs");
    if (s->kind == RT_COSINE_RATE && s->warm_up >= t->period)
        return rt_fail(e, "nn.cosine: warm_up: expected fewer than the %ld steps of the schedule, found %ld",
                       t->period, s->warm_up);
    if (s->kind != RT_CONSTANT_RATE && s->least > t->t.lr)
        return rt_fail(e, "the learning rate %g is below the schedule's least, %g", t->t.lr, s->least);
    if (!t->validates && (s->kind == RT_PLATEAU_RATE || t->patience > 0))
        return rt_fail(e, "%s waits for validation losses, but nothing validates; expected --valid SHARE, "
                       "--valid-data FILE or train = { valid = SHARE }",
                       t->patience > 0 ? "patience" : "nn.plateau");
    return 0;
}

int rt_is_scheduled(const rt_trainer *t)
{
    return t->t.schedule.kind != RT_CONSTANT_RATE || t->t.schedule.warm_up > 0;
}

double rt_rate(const rt_trainer *t, long step)
{
    const rt_schedule *s = &t->t.schedule;
    const double warm = step < s->warm_up ? (double)(step + 1) / (double)s->warm_up : 1;
    double rate = t->t.lr;
    if (s->kind == RT_STEP_RATE)
        rate = fmax(rate * pow(s->factor, (double)(step / t->period)), s->least);
    else if (s->kind == RT_PLATEAU_RATE)
        rate = fmax(rate * t->scale, s->least);
    else if (s->kind == RT_COSINE_RATE && step >= s->warm_up) {
        const double done = (double)(step - s->warm_up) / (double)(t->period - s->warm_up);
        rate = s->least + (rate - s->least) * (1 + cos(acos(-1) * fmin(done, 1))) / 2;
    }
    return rate * warm;
}

int rt_heed(rt_trainer *t, double loss)
{
    const rt_schedule *s = &t->t.schedule;
    t->stale = loss < t->stale_best ? 0 : t->stale + 1;
    t->stale_best = fmin(t->stale_best, loss);
    if (s->kind != RT_PLATEAU_RATE)
        return 0;
    if (loss < t->plateau_best * (1 - s->threshold)) {
        t->plateau_best = loss;
        t->plateau_stale = 0;
    } else if (++t->plateau_stale > s->patience) {
        const double scale = fmax(t->scale * s->factor, s->least / t->t.lr);
        const int lower = (t->scale - scale) * t->t.lr > 1e-8;   /* PyTorch's eps: less is not worth it */
        t->plateau_stale = 0;
        t->scale = lower ? scale : t->scale;
        return lower;
    }
    return 0;
}
