/* golden.c -- recorded numbers to and from an Env: parameters, inputs, targets, lengths and states under the keys of a golden
 * file. Takes a checked safetensors file, gives arrays of doubles; shapes and classes are checked against the description.
 */
#include "golden.h"
#include "eval.h"

#include <math.h>
#include <string.h>

static const char *const prefix[] = { "param.", "input.", "target.", "state.", "random." };

const char *root_key(Arena *mem, const Root *r)
{
    switch (r->kind) {
    case R_OUTPUT: return format(mem, "output.%s", r->name);
    case R_LOSS: return "loss";
    case R_FINAL: return format(mem, "final.%s", r->name);
    case R_GRAD: break;
    }
    return format(mem, "%s%s", r->leaf->role == PARAM ? "grad." : r->leaf->role == STATE ? "grad_state." : "grad_input.", r->leaf->name);
}

static int full_shape(const Env *env, Type t, long *shape)      /* [steps][batch][features] */
{
    int rank = 0;
    if (t.axis)
        shape[rank++] = t.axis->steps;
    if (t.batch)
        shape[rank++] = env->batch;
    for (int i = 0; i < t.shape.rank; i++)
        shape[rank++] = t.shape.dim[i];
    return rank;
}

static size_t size_of(const Env *env, Type t)
{
    return (size_t)shape_size(t.shape) * (t.axis ? (size_t)t.axis->steps : 1) * (t.batch ? (size_t)env->batch : 1);
}

static rt_tensor *add(Arena *mem, rt_tensor *t, const char *name, rt_dtype type)
{
    t->name = copy_text(mem, name);
    t->dtype = type;
    return t;
}

static const void *reals(Arena *mem, double *x, size_t n, bool twice)
{
    if (twice)
        return x;
    float *f = alloc(mem, (n + 1) * sizeof *f);
    for (size_t i = 0; i < n; i++) {
        f[i] = (float)x[i];
        x[i] = (double)f[i];
    }
    return f;
}

static const void *whole(Arena *mem, const double *x, size_t n)
{
    int32_t *id = alloc(mem, (n + 1) * sizeof *id);
    for (size_t i = 0; i < n; i++)
        id[i] = (int32_t)x[i];
    return id;
}

/* Past the length: 0 in a file that is kept; in one for a single run what must not matter, no numbers and the last class. */
static void fill_padding(const Env *env, const Leaf *l, double with)
{
    const Axis *a = l->type.axis;
    if (!a || !a->ragged || !l->type.batch || l->role == RANDOM)
        return;
    size_t size = (size_t)shape_size(l->type.shape);
    for (int b = 0; b < env->batch; b++)
        for (int t = length_of(env, a, b); t < a->steps; t++)
            for (size_t i = 0; i < size; i++)
                env->leaf[l->index][((size_t)t * (size_t)env->batch + (size_t)b) * size + i] = with;
}

void save_env(Env *env, const char *path, bool twice, const Graph *results, double padding)
{
    Model *m = env->model;
    Arena *mem = arena_new();
    int axes = 0, n = 0, results_n = results ? results->roots : 0;
    for (Axis *a = m->axes; a; a = a->next)
        axes++;
    rt_tensor *t = alloc(mem, (size_t)(m->leaves + axes + results_n + 1) * sizeof *t);
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        if (l->streamed || !env->leaf[i])
            continue;
        rt_tensor *x = add(mem, &t[n++], format(mem, "%s%s", prefix[l->role], l->name), l->classes ? RT_I32 : twice ? RT_F64 : RT_F32);
        x->rank = full_shape(env, l->type, x->shape);
        size_t size = size_of(env, l->type);
        fill_padding(env, l, l->type.axis && l->type.axis->parent ? 0 : !l->classes ? padding : isnan(padding) ? l->classes - 1 : 0);
        x->data = l->classes ? whole(mem, env->leaf[i], size) : reals(mem, env->leaf[i], size, twice);
    }
    int k = 0;
    for (Axis *a = m->axes; a; a = a->next, k++)
        if (a->ragged && !a->parent && env->length && env->length[k]) {
            rt_tensor *x = add(mem, &t[n++], format(mem, "length.%s", a->name), RT_I32);
            x->rank = 1, x->shape[0] = env->batch, x->data = env->length[k];
        }
    Eval *e = results ? eval_new((Graph *)results, env) : NULL;
    for (int i = 0; i < results_n; i++) {
        const Root *r = &results->root[i];
        size_t size;
        rt_tensor *x = add(mem, &t[n++], root_key(mem, r), RT_F64);
        x->rank = full_shape(env, r->node->type, x->shape);
        const double *v = eval(e, r->node, &size);
        double *copy = alloc(mem, (size + 1) * sizeof *copy);
        memcpy(copy, v, size * sizeof *copy);
        x->data = copy;
    }
    if (e)
        eval_free(e);
    char error[512];
    if (rt_tensors_save(path, t, n, NULL, 0, error, sizeof error))
        err((Loc){ 0 }, "%s", error);
    arena_free(mem);
}

static const rt_tensor *need(const rt_tensors *t, const char *key, const char *path)
{
    const rt_tensor *x = rt_tensors_find(t, key);
    if (x)
        return x;
    const char *names[512];
    int n = 0;
    for (int i = 0; i < t->tensors && n < 512; i++)
        names[n++] = t->tensor[i].name;
    const char *near = nearest(key, names, n);
    err((Loc){ path, 0 }, "no tensor '%s'%s%s%s", key, near ? "; the nearest is '" : "", near ? near : "", near ? "'" : "");
}

static void check_shape(const Env *env, const Leaf *l, const rt_tensor *x, const char *path)
{
    long shape[8];
    int rank = full_shape(env, l->type, shape);
    char want[128], found[128];
    if (x->rank != rank || memcmp(x->shape, shape, (size_t)rank * sizeof *shape))
        err((Loc){ path, 0 }, "tensor '%s': expected shape %s, found %s", x->name, rt_shape_text(want, sizeof want, rank, shape),
            rt_shape_text(found, sizeof found, x->rank, x->shape));
}

int golden_batch(const rt_tensors *t, const Model *m, const char *path)
{
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        if (l->role == PARAM || !l->type.batch || l->streamed)
            continue;
        const rt_tensor *x = rt_tensors_find(t, format(m->mem, "%s%s", prefix[l->role], l->name));
        if (!x)
            continue;
        const int at = l->type.axis != NULL;
        const Env of = { .model = (Model *)m, .batch = x->rank > at ? (int)x->shape[at] : 1 };
        check_shape(&of, l, x, path);                   /* memory goes with it: as many numbers as the file has */
        if (of.batch < 1)
            err((Loc){ path, 0 }, "tensor '%s': a batch of no examples", x->name);
        return of.batch;
    }
    err((Loc){ path, 0 }, "no tensor of the file says how many examples the batch has; a golden file holds input.NAME, output.NAME and others");
}

bool golden_parameters(const rt_tensors *t)
{
    for (int i = 0; i < t->tensors; i++)
        if (!strncmp(t->tensor[i].name, "param.", 6))
            return true;
    return false;
}

Env *golden_env(Arena *mem, const rt_tensors *t, Model *m, int batch, const char *path, const Env *weights)
{
    Env *env = alloc(mem, sizeof *env);
    int axes = 0;
    for (Axis *a = m->axes; a; a = a->next)
        axes++;
    *env = (Env){ m, batch, alloc(mem, (size_t)(m->leaves + 64) * sizeof *env->leaf), alloc(mem, (size_t)(axes + 1) * sizeof *env->length) };
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        if (l->streamed)
            continue;
        const char *key = format(mem, "%s%s", prefix[l->role], l->name);
        size_t size = size_of(env, l->type);
        const bool there = rt_tensors_find(t, key), known = weights && (l->role == PARAM || (l->role == TARGET && !there));
        if (known || (l->role == STATE && !there)) {    /* a state that is not given is zero */
            env->leaf[i] = alloc(mem, (size + 1) * sizeof(double));
            if (known)
                memcpy(env->leaf[i], weights->leaf[i], size * sizeof(double));
            continue;
        }
        const rt_tensor *x = need(t, key, path);
        check_shape(env, l, x, path);
        env->leaf[i] = alloc(mem, (size + 1) * sizeof(double));
        rt_tensor_doubles(x, env->leaf[i]);
        if (l->classes && !rt_dtype_whole(x->dtype))
            err((Loc){ path, 0 }, "tensor '%s': expected class ids, whole numbers (I32), found %s", key, rt_dtype_name(x->dtype));
        for (size_t j = 0; l->classes && j < size; j++)
            if (!(env->leaf[i][j] >= (l->role == TARGET ? -1 : 0) && env->leaf[i][j] < l->classes))
                err((Loc){ path, 0 }, "tensor '%s': element %zu is class %g of %d", key, j, env->leaf[i][j], l->classes);
    }
    int k = 0;
    for (Axis *a = m->axes; a; a = a->next, k++) {
        if (!a->ragged || a->parent)
            continue;
        const rt_tensor *x = need(t, format(mem, "length.%s", a->name), path);
        if (x->rank != 1 || x->shape[0] != batch || !rt_dtype_whole(x->dtype))
            err((Loc){ path, 0 }, "tensor '%s': expected %d whole numbers", x->name, batch);
        env->length[k] = alloc(mem, (size_t)batch * sizeof(int));
        for (int b = 0; b < batch; b++) {
            int64_t n = rt_tensor_whole(x, (size_t)b);
            if (n < 0 || n > a->steps)
                err((Loc){ path, 0 }, "tensor '%s': length %lld of an axis of %d steps", x->name, (long long)n, a->steps);
            env->length[k][b] = (int)n;
        }
    }
    return env;
}

void golden_results(const rt_tensors *golden, Graph *reference, const char *path, Arena *mem)
{
    static const char *const held[] = { "output.", "loss", "grad.", "grad_input.", "grad_state.", "final." };
    for (int i = 0; i < golden->tensors; i++) {
        const char *name = golden->tensor[i].name;
        bool result = false, found = false;
        for (int j = 0; j < 6; j++)
            result = result || !strncmp(name, held[j], strlen(held[j]));
        for (int j = 0; j < reference->roots; j++)
            found = found || !strcmp(root_key(mem, &reference->root[j]), name);
        if (result && !found)
            err((Loc){ path, 0 }, "tensor '%s' is nothing that the model computes", name);
    }
}
