/* rt_optimizer.c -- one update of all parameters, as torch.optim defines it, and the norm that clipping needs.
 * Takes arrays that are zero behind their end up to a whole vector (rt_zeros), so there is no remainder to treat
 * apart.
 */
#include "rt.h"
#include "rt_math.h"

#include <math.h>

double rt_norm(const real *g, size_t n)
{
    enum { BLOCK = 4096 };                                   /* summed in reals; the blocks in double */
    double sum = 0;
    for (size_t from = 0; from < n; from += BLOCK) {
        size_t to = from + BLOCK < n ? from + BLOCK : n;
        rtv s[4] = { rtv_set(0), rtv_set(0), rtv_set(0), rtv_set(0) };
        size_t i = from;
        for (; i + 4 * RT_LANES <= to; i += 4 * RT_LANES)
            for (size_t k = 0; k < 4; k++) {
                rtv x = rtv_load(g + i + k * RT_LANES);
                s[k] = rtv_fma(x, x, s[k]);
            }
        for (; i < to; i += RT_LANES) {
            rtv x = to - i >= RT_LANES ? rtv_load(g + i) : rtv_load_n(g + i, (int)(to - i));
            s[0] = rtv_fma(x, x, s[0]);
        }
        sum += (double)rtv_sum((s[0] + s[1]) + (s[2] + s[3]));
    }
    return sqrt(sum);
}

int rt_uses_m(const rt_training *t)
{
    return t->kind == RT_ADAM || t->kind == RT_ADAMW || ((t->kind == RT_SGD || t->kind == RT_RMSPROP) &&
                                                         t->momentum != 0);
}

int rt_uses_v(const rt_training *t) { return t->kind != RT_SGD; }

typedef struct { rtv scale, least, most, decay; int clip; } Clip;

/* the gradient as the optimiser sees it: scaled by the norm's clipping, cut by element, with weight decay */
RT_INLINE rtv gradient_at(const real *g, rtv p, const Clip *c)
{
    rtv x = rtv_load(g) * c->scale;
    if (c->clip)
        x = rtv_max(rtv_min(x, c->most), c->least);
    return rtv_fma(c->decay, p, x);
}

/* d / (sqrt(s) factor + eps). With AVX-512 by estimates of 14 bits and a step of Newton's each, to about 2e-7:
 * dividing and taking roots would be most of an update's time. */
RT_INLINE rtv over_root(rtv d, rtv s, rtv factor, rtv eps)
{
#if RT_VECTORS && defined __AVX512F__ && !defined RT_DOUBLE
    const __m512 least = _mm512_max_ps(_mm512_set1_ps(1e-37f), (__m512)s);   /* the estimate for 0 is infinite */
    const rtv x = (rtv)least, half = rtv_set((real)0.5), y = (rtv)_mm512_rsqrt14_ps(least);
    const rtv root = x * y, better = rtv_fma(rtv_fma(-root, y, rtv_set(1)) * half, root, root);
    const rtv below = rtv_fma(better, factor, eps), r = (rtv)_mm512_rcp14_ps((__m512)below);
    return d * rtv_fma(rtv_fma(-below, r, rtv_set(1)), r, r);
#else
    return d / rtv_fma(rtv_sqrt(s), factor, eps);
#endif
}

static void sgd(const rt_training *t, const Clip *c, long step, size_t n, real *restrict param,
                const real *restrict g, real *restrict m)
{
    const rtv lr = rtv_set((real)t->lr), momentum = rtv_set((real)t->momentum);
    const rtv fresh = rtv_set((real)(step == 1 ? 1.0 : 1.0 - t->dampening));
    for (size_t i = 0; i < n; i += RT_LANES) {
        rtv p = rtv_load(param + i), d = gradient_at(g + i, p, c);
        if (m) {
            rtv b = rtv_fma(momentum, rtv_load(m + i), fresh * d);
            rtv_store(m + i, b);
            d = t->nesterov ? rtv_fma(momentum, b, d) : b;
        }
        rtv_store(param + i, p - lr * d);
    }
}

void rt_optimizer_start(const rt_training *t, size_t n, real *v)
{
    for (size_t i = 0; t->kind == RT_ADAGRAD && i < n; i++)
        v[i] = (real)t->initial;
}

static void adagrad(const rt_training *t, const Clip *c, long step, size_t n, real *restrict param, const real *restrict g,
                    real *restrict v)
{
    const rtv lr = rtv_set((real)(t->lr / (1 + (double)(step - 1) * t->lr_decay))), eps = rtv_set((real)t->eps), one = rtv_set(1);
    for (size_t i = 0; i < n; i += RT_LANES) {
        rtv p = rtv_load(param + i), d = gradient_at(g + i, p, c), s = rtv_fma(d, d, rtv_load(v + i));
        rtv_store(v + i, s);
        rtv_store(param + i, p - lr * over_root(d, s, one, eps));
    }
}

static void rmsprop(const rt_training *t, const Clip *c, size_t n, real *restrict param, const real *restrict g,
                    real *restrict m, real *restrict v)
{
    const rtv lr = rtv_set((real)t->lr), eps = rtv_set((real)t->eps), momentum = rtv_set((real)t->momentum);
    const rtv alpha = rtv_set((real)t->alpha), beta = rtv_set((real)(1 - t->alpha)), one = rtv_set(1);
    for (size_t i = 0; i < n; i += RT_LANES) {
        rtv p = rtv_load(param + i), d = gradient_at(g + i, p, c),
            s = rtv_fma(alpha, rtv_load(v + i), beta * d * d);
        rtv_store(v + i, s);
        d = over_root(d, s, one, eps);
        if (m) {
            d = rtv_fma(momentum, rtv_load(m + i), d);
            rtv_store(m + i, d);
        }
        rtv_store(param + i, p - lr * d);
    }
}

static void adam(const rt_training *t, const Clip *c, long step, size_t n, real *restrict param,
                 const real *restrict g, real *restrict m, real *restrict v)
{
    const double bias1 = 1 - pow(t->beta1, (double)step), bias2 = 1 - pow(t->beta2, (double)step);
    const rtv rate = rtv_set((real)(t->lr / bias1)), root = rtv_set((real)(1 / sqrt(bias2))),
        eps = rtv_set((real)t->eps);
    const rtv b1 = rtv_set((real)t->beta1), b2 = rtv_set((real)t->beta2);
    const rtv a1 = rtv_set((real)(1 - t->beta1)), a2 = rtv_set((real)(1 - t->beta2));
    const rtv keep = rtv_set((real)(t->kind == RT_ADAMW ? 1 - t->lr * t->weight_decay : 1));
    for (size_t i = 0; i < n; i += RT_LANES) {
        rtv p = rtv_load(param + i), d = gradient_at(g + i, p, c);
        rtv first = rtv_fma(b1, rtv_load(m + i), a1 * d), second = rtv_fma(b2, rtv_load(v + i), a2 * d * d);
        rtv_store(m + i, first);
        rtv_store(v + i, second);
        rtv_store(param + i, p * keep - rate * over_root(first, second, root, eps));
    }
}

void rt_update(const rt_training *t, long step, double scale, size_t n, real *param, const real *gradient, real *m,
               real *v)
{
    const Clip c = { rtv_set((real)scale), rtv_set((real)-t->clip_value), rtv_set((real)t->clip_value),
                     rtv_set((real)(t->kind == RT_ADAMW ? 0 : t->weight_decay)), t->clip_value > 0 };
    switch (t->kind) {
    case RT_SGD: sgd(t, &c, step, n, param, gradient, m); break;
    case RT_ADAGRAD: adagrad(t, &c, step, n, param, gradient, v); break;
    case RT_RMSPROP: rmsprop(t, &c, n, param, gradient, m, v); break;
    case RT_ADAM: case RT_ADAMW: adam(t, &c, step, n, param, gradient, m, v); break;
    }
}

typedef struct { const rt_model *model; const rt_training *t; long step; double scale; real *param, *m, *v; const real *gradient; } Update;

static void update_share(void *data, int me)                 /* whole lines, so that no two threads write to one */
{
    const Update *u = data;
    const size_t lines = (u->model->reals + 63) / 64, threads = (size_t)u->model->threads;
    const size_t from = lines * (size_t)me / threads * 64, next = lines * ((size_t)me + 1) / threads * 64;
    const size_t to = next < u->model->reals ? next : u->model->reals;
    if (from < to)
        rt_update(u->t, u->step, u->scale, to - from, u->param + from, u->gradient + from, u->m ? u->m + from : NULL,
                  u->v ? u->v + from : NULL);
}

void rt_update_all(const rt_model *model, const rt_training *t, long step, double scale, real *param, const real *gradient, real *m, real *v)
{
    Update u = { model, t, step, scale, param, m, v, gradient };
    if (model->all)
        model->all(update_share, &u);
    else
        rt_update(t, step, scale, model->reals, param, gradient, m, v);
}
