/* weights.c -- trained weights for a predictor: from a safetensors file under PyTorch's names, checked against the
 * description; or initial ones at random where no file is named. Takes a model, gives arrays of doubles.
 */
#include "files.h"
#include "rt_tensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int numbers(Arena *mem, const char *text, double **out)   /* any separators: "[1, 2]", "1 2" */
{
    int n = 0, cap = 0;
    *out = NULL;
    for (const char *s = text; *s;) {
        char *end;
        double x = strtod(s, &end);
        if (end == s) {
            s++;
            continue;
        }
        *out = grow(mem, *out, n, &cap, sizeof **out);
        (*out)[n++] = x;
        s = end;
    }
    return n;
}

static void read_vocabulary(Model *m, const rt_tensors *t, const char *path, Weights *w)
{
    const char *text = rt_tensors_meta(t, "vocabulary");
    if (!text || (m->data.into && m->data.unit == UNIT_BYTE))   /* a byte is its class */
        return;
    double *code;
    w->symbols = numbers(m->mem, text, &code);
    int classes = m->data.into ? m->data.into->classes : w->symbols;
    if (w->symbols > classes)
        err((Loc){ path, 0 }, "metadata vocabulary: expected at most %d code points, found %d", classes,
            w->symbols);
    for (int i = 0; i < w->symbols; i++)
        if (!(code[i] >= -1 && code[i] <= 0x10ffff && floor(code[i]) == code[i]))
            err((Loc){ path, 0 }, "metadata vocabulary: entry %d is %g, expected a code point or -1", i + 1,
                code[i]);
    w->unknown = -1;
    w->vocabulary = alloc(m->mem, (size_t)(classes > w->symbols ? classes : w->symbols) * sizeof *w->vocabulary);
    for (int i = 0; i < w->symbols; i++) {
        w->vocabulary[i] = (int32_t)code[i];
        if (w->vocabulary[i] < 0)
            w->unknown = i;
    }
    for (int i = w->symbols; i < classes; i++) {
        w->vocabulary[i] = -1;
        if (w->unknown < 0)
            w->unknown = i;
    }
    w->symbols = classes > w->symbols ? classes : w->symbols;
}

static void read_scale(Model *m, const rt_tensors *t, const char *path, Weights *w, const char *which,
                       const Leaf *leaf)
{
    const char *mean = rt_tensors_meta(t, format(m->mem, "mean.%s", which)), *std = rt_tensors_meta(t, format(m->mem, "std.%s", which));
    if (!mean || !std || !leaf || w->scales == 2)
        return;
    int i = w->scales++, n = (int)shape_size(leaf->type.shape), columns;
    w->scale[i].port = leaf->name;
    w->scale[i].target = leaf->role == TARGET;
    w->scale[i].n = columns = numbers(m->mem, mean, &w->scale[i].mean);
    int stds = numbers(m->mem, std, &w->scale[i].std);
    const bool rows = leaf->role == TARGET && columns > 0 && n % columns == 0;   /* a target of several rows has a row's once */
    if ((!rows && columns != n) || stds != columns)
        err((Loc){ path, 0 }, "metadata mean.%s and std.%s: expected %d numbers each, found %d and %d", which, which, n,
            columns, stds);
    if (columns < n) {
        double *all = alloc(m->mem, 2 * (size_t)n * sizeof *all);
        for (int k = 0; k < n; k++)
            all[k] = w->scale[i].mean[k % columns], all[n + k] = w->scale[i].std[k % columns];
        w->scale[i].n = n, w->scale[i].mean = all, w->scale[i].std = all + n;
    }
    for (int k = 0; k < n; k++)
        if (!(fabs(w->scale[i].mean[k]) < 1e30) || !(w->scale[i].std[k] > 1e-30 && w->scale[i].std[k] < 1e30))
            err((Loc){ path, 0 }, "metadata mean.%s and std.%s: number %d is %g and %g, expected finite ones, std above 0",
                which, which, k + 1, w->scale[i].mean[k], w->scale[i].std[k]);
}

static const char *nearest_tensor(const Model *m, const rt_tensors *t, const char *name)
{
    const char **names = alloc(m->mem, (size_t)(t->tensors + 1) * sizeof *names);
    for (int i = 0; i < t->tensors; i++)
        names[i] = t->tensor[i].name;
    return nearest(name, names, t->tensors);
}

/* The tensor for a leaf, with its shape checked. */
static const rt_tensor *tensor_for(const Model *m, const rt_tensors *t, const char *path, const Leaf *l)
{
    const rt_tensor *x = rt_tensors_find(t, l->name);
    if (!x) {
        const char *near = nearest_tensor(m, t, l->name);
        err((Loc){ path, 0 }, "no tensor '%s', which the model needs%s%s%s", l->name, near ? "; the nearest is '" : "", near ? near : "",
            near ? "'" : "");
    }
    bool same = x->rank == l->type.shape.rank;
    for (int i = 0; same && i < x->rank; i++)
        same = x->shape[i] == l->type.shape.dim[i];
    char found[128];
    if (!same)
        err((Loc){ path, 0 }, "tensor '%s': expected shape %s, found %s", l->name, type_text(m->mem, l->type),
            rt_shape_text(found, sizeof found, x->rank, x->shape));
    if (rt_dtype_whole(x->dtype))
        err((Loc){ path, 0 }, "tensor '%s': expected F32 or F64, found %s", l->name, rt_dtype_name(x->dtype));
    return x;
}

static bool known(const Model *m, const char *name)
{
    for (int i = 0; i < m->leaves; i++)
        if (m->leaf[i]->role == PARAM && !strcmp(m->leaf[i]->name, name))
            return true;
    return !strncmp(name, "train.", 6);                 /* an optimiser's: a checkpoint of a trainer */
}

void load_weights(Model *m, const Options *o, Weights *w)
{
    if (!o->weights) {
        if (!o->quiet)
            fprintf(stderr, "rnnc: no --weights: the predictor gets initial weights (seed %d)\n", o->seed);
        Env *env = random_weights(m->mem, m, (uint64_t)o->seed);
        w->leaf = env->leaf;
        w->from = "Initial weights, not trained.";
        return;
    }
    char error[512];
    rt_tensors *t = rt_tensors_open(o->weights, error, sizeof error);
    if (!t)
        err((Loc){ 0 }, "%s", error);
    w->leaf = alloc(m->mem, (size_t)(m->leaves + 64) * sizeof *w->leaf);
    for (int i = 0; i < m->leaves; i++) {
        if (m->leaf[i]->role != PARAM)
            continue;
        const rt_tensor *x = tensor_for(m, t, o->weights, m->leaf[i]);
        w->leaf[i] = alloc(m->mem, (x->count + 1) * sizeof(double));
        rt_tensor_doubles(x, w->leaf[i]);
        for (size_t j = 0; j < x->count; j++)
            if (!(w->leaf[i][j] - w->leaf[i][j] == 0))
                err((Loc){ o->weights, 0 }, "tensor '%s': element %zu is not finite", x->name, j);
    }
    for (int i = 0; i < t->tensors; i++)
        if (!known(m, t->tensor[i].name)) {
            const char **names = alloc(m->mem, (size_t)(m->leaves + 1) * sizeof *names);
            int n = 0;
            for (int j = 0; j < m->leaves; j++)
                if (m->leaf[j]->role == PARAM)
                    names[n++] = m->leaf[j]->name;
            const char *near = nearest(t->tensor[i].name, names, n);
            err((Loc){ o->weights, 0 }, "tensor '%s' is not in the model%s%s%s", t->tensor[i].name, near ? "; the nearest is '" : "",
                near ? near : "", near ? "'" : "");
        }
    read_vocabulary(m, t, o->weights, w);
    read_symbols(m, t, o->weights, w);
    read_scale(m, t, o->weights, w, "into", m->data.into);
    read_scale(m, t, o->weights, w, "target", m->data.target);
    const char *step = rt_tensors_meta(t, "step");
    if (step && (!*step || step[strspn(step, "0123456789")]))      /* it will stand in a comment */
        err((Loc){ o->weights, 0 }, "metadata step: expected a whole number, found '%s'", step);
    w->from = step ? format(m->mem, "Trained weights, after %s steps.", step) : "Trained weights.";
    rt_tensors_close(t);
}

void use_weights(Model *m, const Options *o, Env *env)
{
    Weights w = { 0 };
    load_weights(m, o, &w);
    for (int i = 0; i < m->leaves; i++)
        if (m->leaf[i]->role == PARAM)
            env->leaf[i] = w.leaf[i];
}
