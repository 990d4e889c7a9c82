/* verify_pass.c -- equality by evaluation: random values for every leaf, and what two graphs make of them. */
#include "graph.h"
#include "eval.h"

#include <math.h>
#include <string.h>

#define DRAW UINT64_C(0x9e3779b97f4a7c15)

static uint64_t next(uint64_t *s)                       /* splitmix64 */
{
    uint64_t z = (*s += DRAW);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static double uniform(uint64_t *s) { return (double)(next(s) >> 11) * 0x1p-53; }

static double normal(uint64_t *s)                       /* Box and Muller */
{
    double u = 1 - uniform(s), v = uniform(s);
    return sqrt(-2 * log(u)) * cos(6.283185307179586 * v);
}

/* weights: of parameters only, the same numbers: what the others would draw is skipped */
static Env *draw(Arena *mem, Model *m, int batch, uint64_t seed, bool weights)
{
    Env *env = alloc(mem, sizeof *env);
    int axes = 0, k = 0;
    for (Axis *a = m->axes; a; a = a->next)
        axes++;
    *env = (Env){m, batch, alloc(mem, (size_t)(m->leaves + 64) * sizeof *env->leaf),
                 alloc(mem, (size_t)(axes + 1) * sizeof *env->length)};
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        size_t n = (size_t)shape_size(l->type.shape) * (l->type.axis ? (size_t)l->type.axis->steps : 1) *
                   (l->type.batch ? (size_t)batch : 1);
        if (weights && l->role != PARAM) {
            seed += (uint64_t)n * (l->role == RANDOM || l->classes ? 1 : 2) * DRAW;
            continue;
        }
        double *x = env->leaf[i] = alloc(mem, (n + 1) * sizeof *x);
        for (size_t j = 0; j < n; j++)
            if (l->role == PARAM)
                x[j] = l->init.kind == INIT_CONSTANT ? l->init.a
                       : l->init.kind == INIT_NORMAL ? l->init.a + l->init.b * normal(&seed)
                                                     : l->init.a + (l->init.b - l->init.a) * uniform(&seed);
            else if (l->role == RANDOM)
                x[j] = uniform(&seed) < l->share ? l->value : 0;
            else if (l->classes) {
                uint64_t bits = next(&seed);            /* a target may be missing: -1 */
                x[j] = l->role == TARGET && bits >> 61 == 0 ? -1 : (double)(bits % (uint64_t)l->classes);
            } else
                x[j] = 0.5 * normal(&seed);
    }
    for (Axis *a = m->axes; a; a = a->next, k++) {
        if (!a->ragged || a->parent)
            continue;
        env->length[k] = alloc(mem, (size_t)batch * sizeof(int));
        for (int b = 0; b < batch; b++)                 /* the extremes first */
            env->length[k][b] = b == 0   ? a->steps
                                : b == 1 ? 1
                                : b == 2 ? 0
                                         : (int)(next(&seed) % (uint64_t)(a->steps + 1));
    }
    return env;
}

Env *random_env(Arena *mem, Model *m, int batch, uint64_t seed) { return draw(mem, m, batch, seed, false); }

Env *random_weights(Arena *mem, Model *m, uint64_t seed) { return draw(mem, m, 1, seed, true); }

double relative_error(const double *got, const double *want, size_t n)
{
    double d = 0, w = 0;
    for (size_t i = 0; i < n; i++) {
        d += (got[i] - want[i]) * (got[i] - want[i]);
        w += want[i] * want[i];
    }
    double e = w > 0 ? sqrt(d / w) : sqrt(d);
    return e == e ? e : INFINITY;
}

static const Root *same_root(const Graph *g, const Root *r)
{
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == r->kind && g->root[i].leaf == r->leaf &&
            (g->root[i].name == r->name || (g->root[i].name && r->name && !strcmp(g->root[i].name, r->name))))
            return &g->root[i];
    return NULL;
}

static void padding_is_nothing(const Env *env, const Node *n, double *x)
{
    const Axis *a = n->type.axis;
    if (!a || !a->ragged || !n->type.batch)
        return;
    size_t size = (size_t)shape_size(n->type.shape);
    for (int b = 0; b < env->batch; b++)
        for (int t = length_of(env, a, b); t < a->steps; t++)
            memset(x + ((size_t)t * (size_t)env->batch + (size_t)b) * size, 0, size * sizeof *x);
}

void verify_pass(Graph *before, Graph *after, const char *name)
{
    Arena *mem = arena_new();
    Env *env = random_env(mem, before->model, 3, 1);
    Eval *a = eval_new(before, env), *b = eval_new(after, env);
    for (int i = 0; i < before->roots; i++) {
        const Root *r = &before->root[i], *s = same_root(after, r);
        if (!s)
            DIE("%s lost %s", name, r->name ? r->name : "the loss");
        size_t n, m;
        const double *u = eval(a, r->node, &n), *v = eval(b, s->node, &m);
        if (n != m)
            DIE("%s changed the type of %s", name, r->name ? r->name : "the loss");
        double *x = alloc(mem, (n + 1) * sizeof *x), *y = alloc(mem, (n + 1) * sizeof *y);
        memcpy(x, u, n * sizeof *x), memcpy(y, v, n * sizeof *y);
        padding_is_nothing(env, r->node, x), padding_is_nothing(env, s->node, y);
        double e = relative_error(y, x, n);
        if (!(e <= 1e-9))
            DIE("%s changed %s by %g", name, r->name ? r->name : "the loss", e);
    }
    eval_free(a), eval_free(b);
    arena_free(mem);
}
