/* import_weights.c -- `rnnc import FILE.safetensors MODEL.lua`: do these weights fit this description? Says everything that does not, with
 * the nearest names; writes nothing.
 */
#include "files.h"
#include "rt_tensors.h"

#include <stdlib.h>
#include <math.h>
#include <string.h>

/* of the names that stand alone, file's or model's: a prefix such as "model." or "module." is no reason to be far away */
static const char *closest(const char *name, const char **names, int n)
{
    for (int i = 0; i < n; i++) {
        size_t a = strlen(name), b = strlen(names[i]);
        const char *longer = a > b ? name : names[i], *shorter = a > b ? names[i] : name;
        size_t d = a > b ? a - b : b - a;
        if (d && longer[d - 1] == '.' && !strcmp(longer + d, shorter))
            return names[i];
    }
    return nearest(name, names, n);
}

static bool fits(const Leaf *l, const rt_tensor *x)
{
    bool same = x->rank == l->type.shape.rank;
    for (int i = 0; same && i < x->rank; i++)
        same = x->shape[i] == l->type.shape.dim[i];
    return same;
}

/* the first element that is no number, -1: all are */
static long not_finite(Arena *mem, const rt_tensor *x)
{
    double *v = alloc(mem, ((size_t)x->count + 1) * sizeof *v);
    rt_tensor_doubles(x, v);
    for (size_t i = 0; i < (size_t)x->count; i++)
        if (!isfinite(v[i]))
            return (long)i;
    return -1;
}

int check_weights(Model *m, const Options *o)
{
    Arena *mem = m->mem;
    char error[512], shape[128];
    rt_tensors *t = rt_tensors_open(o->model, error, sizeof error);
    if (!t)
        err((Loc){ 0 }, "%s", error);
    m->file = o->rest[0];
    read_model(m);
    const char **in_file = alloc(mem, (size_t)(t->tensors + 1) * sizeof *in_file), **in_model = alloc(mem, (size_t)(m->leaves + 1) * sizeof *in_model);
    int files = 0, models = 0, bad = 0, good = 0;
    for (int i = 0; i < t->tensors; i++) {
        bool used = !strncmp(t->tensor[i].name, "train.", 6);
        for (int j = 0; j < m->leaves && !used; j++)
            used = m->leaf[j]->role == PARAM && !strcmp(m->leaf[j]->name, t->tensor[i].name);
        if (!used)
            in_file[files++] = t->tensor[i].name;
    }
    for (int i = 0; i < m->leaves; i++)
        if (m->leaf[i]->role == PARAM && !rt_tensors_find(t, m->leaf[i]->name))
            in_model[models++] = m->leaf[i]->name;
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        const rt_tensor *x = l->role == PARAM ? rt_tensors_find(t, l->name) : NULL;
        if (l->role != PARAM)
            continue;
        const char *near = x ? NULL : closest(l->name, in_file, files);
        if (!x)
            printf("missing  %s %s%s%s\n", l->name, type_text(mem, l->type), near ? "; the nearest that is left is " : "", near ? near : "");
        else if (!fits(l, x))
            printf("shape    %s: expected %s, found %s\n", l->name, type_text(mem, l->type), rt_shape_text(shape, sizeof shape, x->rank, x->shape));
        else if (rt_dtype_whole(x->dtype))
            printf("type     %s: expected real numbers, found %s\n", l->name, rt_dtype_name(x->dtype));
        else if (not_finite(mem, x) >= 0)
            printf("number   %s: element %ld is not finite\n", l->name, not_finite(mem, x));
        else {
            good++;
            continue;
        }
        bad++;
    }
    for (int i = 0; i < files; i++) {
        const rt_tensor *x = rt_tensors_find(t, in_file[i]);
        const char *near = closest(in_file[i], in_model, models);
        printf("unknown  %s %s%s%s\n", in_file[i], rt_shape_text(shape, sizeof shape, x->rank, x->shape), near ? "; the nearest that is missing is " : "",
               near ? near : "");
        bad++;
    }
    if (!o->quiet)
        printf("%s: %d tensors fit %s, %d do not\n", o->model, good, m->name, bad);
    rt_tensors_close(t);
    return bad > 0;
}
