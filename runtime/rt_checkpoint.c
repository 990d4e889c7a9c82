/* rt_checkpoint.c -- a run as a safetensors file, and back. Weights stand under their own names, so that any
 * program can read them; what only a trainer needs begins with "train." Numbers of the run are metadata: doubles as
 * hexadecimal floats, which lose nothing. "best" files hold weights and what belongs to them, nothing of the clock.
 */
#include "rt.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { METAS = 64, TEXT = 40 };

typedef struct { rt_meta meta[METAS]; char text[METAS][TEXT]; int n; } Metas;

static void put(Metas *m, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void put(Metas *m, const char *key, const char *fmt, ...)
{
    __builtin_va_list v;
    __builtin_va_start(v, fmt);
    vsnprintf(m->text[m->n], TEXT, fmt, v);
    __builtin_va_end(v);
    m->meta[m->n] = (rt_meta){ key, m->text[m->n] };
    m->n++;
}

static void describe(const rt_trainer *t, Metas *m, int best)
{
    m->meta[m->n++] = (rt_meta){ "format", "pt" };
    m->meta[m->n++] = (rt_meta){ "name", t->model->name };
    m->meta[m->n++] = (rt_meta){ "source", t->model->source };
    m->meta[m->n++] = (rt_meta){ "defines", t->model->defines };
    put(m, "hash", "%016" PRIx64, t->model->hash);
    put(m, "seed", "%" PRIu64, t->seed);
    put(m, "step", "%ld", best ? t->best_step : t->step);
    put(m, "train.valid", "%.17g", t->t.valid);
    if (isfinite(t->best))
        put(m, "best", "%a", t->best);
    if (best)
        return;
    put(m, "train.best_step", "%ld", t->best_step);
    put(m, "train.rows", "%zu", t->data.rows);
    put(m, "train.data", "%016" PRIx64, t->data.digest);
    put(m, "train.lr", "%.17g", t->t.lr);
    put(m, "train.clip_norm", "%.17g", t->t.clip_norm);
    put(m, "train.clip_value", "%.17g", t->t.clip_value);
    put(m, "train.steps", "%ld", t->steps);
    put(m, "train.every", "%ld", t->every);
    put(m, "train.limit", "%.17g", t->limit);
    put(m, "train.validated_at", "%ld", t->validated_at);
    put(m, "train.validated", "%a", t->validated);
    put(m, "train.patience", "%ld", t->patience);
    put(m, "train.stale", "%ld", t->stale);
    put(m, "train.scale", "%a", t->scale);
    put(m, "train.plateau_best", "%a", t->plateau_best);
    put(m, "train.stale_best", "%a", t->stale_best);
    put(m, "train.plateau_stale", "%ld", t->plateau_stale);
    put(m, "train.smooth", "%a", t->smooth);
    put(m, "train.logged", "%a", t->logged);
    put(m, "train.logged_steps", "%ld", t->logged_steps);
    put(m, "train.loss", "%a", t->loss);
    put(m, "train.seconds", "%.3f", t->seconds);
}

static const rt_dtype dtype_of_real = sizeof(real) == 8 ? RT_F64 : RT_F32;

static rt_tensor flat(const char *name, const real *data, size_t n)
{
    return (rt_tensor){ .name = name, .dtype = dtype_of_real, .rank = 1, .shape = { (long)n }, .data = data };
}

int rt_checkpoint_save(const rt_trainer *t, const char *file, int best, rt_error *e)
{
    const rt_model *m = t->model;
    for (int i = 0; i < m->params; i++)
        for (size_t j = 0; j < m->param[i].size; j++)
            if (!isfinite(t->param[m->param[i].offset + j]))
                return rt_fail(e, "%s is not finite after step %ld; nothing is saved", m->param[i].name, t->step);
    rt_tensor *x = calloc((size_t)m->params + 3, sizeof *x);
    char *folder = rt_out_folder(m, t->o), *path = folder ? rt_in_folder(folder, file) : NULL;
    int n = 0, bad = x && path ? 0 : rt_fail(e, "out of memory");
    for (int i = 0; !bad && i < m->params; i++) {
        const rt_param *p = &m->param[i];
        rt_tensor *y = &x[n++];
        *y = (rt_tensor){ .name = p->name, .dtype = dtype_of_real, .rank = p->rank, .data = t->param + p->offset };
        for (int k = 0; k < p->rank; k++)
            y->shape[k] = p->shape[k];
    }
    if (!bad && !best && t->m)
        x[n++] = flat("train.m", t->m, m->reals);
    if (!bad && !best && t->v)
        x[n++] = flat("train.v", t->v, m->reals);
    if (!bad && !best && t->carry.count)
        x[n++] = flat("train.state", t->carry.value, t->carry.count);
    Metas s = { .n = 0 };
    int first = s.n = rt_data_metas(&t->data, s.meta);
    for (int i = 0; i < first && !bad; i++)
        bad = s.meta[i].value ? 0 : rt_fail(e, "out of memory");
    describe(t, &s, best);
    bad = bad || rt_tensors_save(path, x, n, s.meta, s.n, e->text, sizeof e->text);
    for (int i = 0; i < first; i++)
        free((char *)s.meta[i].value);
    free(path), free(folder), free(x);
    return bad ? -1 : 0;
}

static void reals(const rt_tensor *x, real *out)
{
    for (size_t i = 0; i < x->count; i++)
        out[i] = (real)rt_tensor_value(x, i);
}

static int load_param(const rt_param *p, const rt_tensors *from, const char *path, real *param,
                      const char *const *names,
                      rt_error *e)
{
    char want[120], found[120];
    const rt_tensor *x = rt_tensors_find(from, p->name);
    rt_shape_text(want, sizeof want, p->rank, p->shape);
    if (!x) {
        const char *near = rt_nearest(p->name, names, from->tensors);
        return rt_fail(e, "%s: no tensor %s of shape %s, which the network needs%s%s%s", path, p->name, want,
                       near ? "; the nearest is " : "", near ? near : "", "");
    }
    int same = x->rank == p->rank;
    for (int k = 0; same && k < p->rank; k++)
        same = x->shape[k] == p->shape[k];
    if (!same)
        return rt_fail(e, "%s: tensor %s: expected shape %s, found %s", path, p->name, want,
                       rt_shape_text(found, sizeof found, x->rank, x->shape));
    if (rt_dtype_whole(x->dtype))
        return rt_fail(e, "%s: tensor %s: expected F32 or F64, found %s", path, p->name, rt_dtype_name(x->dtype));
    reals(x, param + p->offset);
    for (size_t i = 0; i < p->size; i++)
        if (!isfinite(param[p->offset + i]))
            return rt_fail(e, "%s: tensor %s: element %zu is not finite", path, p->name, i);
    return 0;
}

int rt_weights_load(const rt_model *m, const rt_tensors *from, const char *path, real *param, rt_error *e)
{
    const char **names = calloc((size_t)(from->tensors + m->params) + 1, sizeof *names);
    int bad = names ? 0 : rt_fail(e, "out of memory");
    for (int i = 0; !bad && i < from->tensors; i++)
        names[i] = from->tensor[i].name;
    for (int i = 0; !bad && i < m->params; i++)
        bad = load_param(&m->param[i], from, path, param, names, e);
    for (int i = 0; !bad && i < m->params; i++)
        names[i] = m->param[i].name;
    for (int i = 0; !bad && i < from->tensors; i++) {
        const char *name = from->tensor[i].name;
        int known = !strncmp(name, "train.", 6);
        for (int k = 0; !known && k < m->params; k++)
            known = !strcmp(name, m->param[k].name);
        const char *near = known ? NULL : rt_nearest(name, names, m->params);
        if (!known)
            bad = rt_fail(e, "%s: tensor %s is none of the network's parameters%s%s", path, name,
                          near ? "; the nearest is " : "", near ? near : "");
    }
    free(names);
    return bad ? -1 : 0;
}

/* a value of the metadata that must be the same now */
static int same(const rt_tensors *from, const char *path, const char *key, const char *now, const char *what,
                rt_error *e)
{
    const char *then = rt_tensors_meta(from, key);
    if (!then)
        return rt_fail(e, "%s: no metadata %s: not a run's last checkpoint", path, key);
    if (!strcmp(then, now))
        return 0;
    return rt_fail(e, "%s: cannot resume: %s was %s and is %s now; a run goes on with what it began with", path,
                   what, *then ? then : "none", *now ? now : "none");
}

static int load_flat(const rt_tensors *from, const char *path, const char *name, real *to, size_t n, rt_error *e)
{
    if (!to || !n)
        return 0;
    const rt_tensor *x = rt_tensors_find(from, name);
    if (!x || x->count != n || x->dtype != dtype_of_real)
        return rt_fail(e, "%s: expected tensor %s with %zu elements %s, found %s", path, name, n,
                       rt_dtype_name(dtype_of_real),
                       x ? "another size or type" : "none");
    reals(x, to);
    return 0;
}

double rt_meta_number(const rt_tensors *from, const char *key, double otherwise)
{
    const char *s = from ? rt_tensors_meta(from, key) : NULL;
    char *end = NULL;
    const double x = s ? strtod(s, &end) : otherwise;
    return s && (end == s || *end) ? (double)NAN : x;
}

long rt_meta_whole(const rt_tensors *from, const char *key, long otherwise)
{
    const double x = rt_meta_number(from, key, (double)otherwise);
    return x >= 0 && x <= 1e15 && floor(x) == x ? (long)x : -1;
}

static int damaged(const char *path, rt_error *e) { return rt_fail(e, "%s: the numbers of the run are damaged", path); }

int rt_checkpoint_load(rt_trainer *t, const rt_tensors *from, const char *path, rt_error *e)
{
    Metas now = { .n = 0 };
    describe(t, &now, 0);
    static const struct { const char *key, *what; } must[] = {
        { "name", "the model's name" }, { "defines", "the description's parameters (-D)" },
            { "hash", "the description" },
        { "seed", "--seed" }, { "train.rows", "the size of the data" }, { "train.data", "the content of the data" },
        { "train.valid", "the share for validation (--valid)" },
    };
    const rt_tensor *first = t->model->params ? rt_tensors_find(from, t->model->param[0].name) : NULL;
    if (first && first->dtype != dtype_of_real)
        return rt_fail(e, "%s: cannot resume: --precision was %s and is %s now; a run goes on with what it began "
                       "with", path, first->dtype == RT_F64 ? "f64" : "f32", sizeof(real) == 8 ? "f64" : "f32");
    for (size_t i = 0; i < sizeof must / sizeof *must; i++)
        for (int k = 0; k < now.n; k++)
            if (!strcmp(now.meta[k].key, must[i].key) && same(from, path, must[i].key, now.meta[k].value,
                                                              must[i].what, e))
                return -1;
    if (rt_weights_load(t->model, from, path, t->param, e) || load_flat(from, path, "train.m", t->m,
                                                                        t->model->reals, e) ||
        load_flat(from, path, "train.v", t->v, t->model->reals, e) ||
        load_flat(from, path, "train.state", t->carry.value, t->carry.count, e))
        return -1;
    t->step = rt_meta_whole(from, "step", 0);
    t->best = rt_meta_number(from, "best", INFINITY);
    t->best_step = rt_meta_whole(from, "train.best_step", 0);
    t->validated_at = rt_meta_whole(from, "train.validated_at", 0);
    t->validated = rt_meta_number(from, "train.validated", 0);
    t->stale = rt_meta_whole(from, "train.stale", 0);
    t->scale = rt_meta_number(from, "train.scale", 1);
    t->plateau_best = rt_meta_number(from, "train.plateau_best", INFINITY);
    t->stale_best = rt_meta_number(from, "train.stale_best", INFINITY);
    t->plateau_stale = rt_meta_whole(from, "train.plateau_stale", 0);
    t->smooth = rt_meta_number(from, "train.smooth", 0);
    t->logged = rt_meta_number(from, "train.logged", 0);
    t->logged_steps = rt_meta_whole(from, "train.logged_steps", 0);
    t->loss = rt_meta_number(from, "train.loss", 0);
    t->seconds = rt_meta_number(from, "train.seconds", 0);
    if (t->step < 0 || t->best_step < 0 || t->validated_at < 0 || t->stale < 0 || t->plateau_stale < 0 || t->logged_steps < 0 ||
        !(t->scale > 0 && t->scale <= 1) || isnan(t->best) || isnan(t->plateau_best) || isnan(t->stale_best) ||
        !isfinite(t->smooth) || !isfinite(t->logged) || !(t->seconds >= 0))
        return damaged(path, e);
    return 0;
}
