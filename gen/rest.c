/* rest.c -- where the states of a step go on inputs of 0: it is taken again and again, in double precision, until nothing changes
 * any more. Takes the graph of a step and numbers for its parameters, gives the values of its states; refuses what
 * grows without bound or never comes to rest. Changes nothing.
 */
#include "rest.h"

#include <math.h>
#include <string.h>

typedef struct {
    Leaf *leaf;
    Node *next;
    double *rows, *last;            /* what the state holds; its newest value */
    size_t size;
    int ring;                       /* rows */
} Moving;

/* One step: the change of each state, beside its size; the largest, and whose it is. */
static double advance(Graph *g, Env *env, Moving *s, int n, long t, const Moving **whose)
{
    Eval *e = eval_new(g, env);
    double most = 0;
    for (int i = 0; i < n; i++)                         /* all of them before a state changes */
        eval(e, s[i].next, NULL);
    for (int i = 0; i < n; i++) {
        const double *x = eval(e, s[i].next, NULL);
        for (size_t j = 0; j < s[i].size; j++) {
            const double change = fabs(x[j] - s[i].last[j]) / (1 + fabs(s[i].last[j]));
            if (!(change <= most) || !(fabs(x[j]) < 1e30))
                most = fabs(x[j]) < 1e30 ? change : INFINITY, *whose = &s[i];
            if (most == INFINITY)
                break;
        }
        if (most == INFINITY)
            break;
        memcpy(s[i].last, x, s[i].size * sizeof *x);
        memcpy(s[i].rows + (size_t)(t % s[i].ring) * s[i].size, x, s[i].size * sizeof *x);
    }
    eval_free(e);
    return most;
}

double **rest_of(Graph *g, double **parameter, Loc loc)
{
    Model *m = g->model;
    Arena *mem = m->mem;
    double **value = alloc(mem, (size_t)(m->leaves + 1) * sizeof *value);
    Moving *s = alloc(mem, (size_t)(g->roots + 1) * sizeof *s);
    Env env = { .model = m, .batch = 1, .leaf = value };
    int n = 0, longest = 1;
    const Moving *whose = NULL;
    for (int i = 0; i < m->leaves; i++)                 /* an input at one step, or of one sequence; a step reads no other */
        value[i] = m->leaf[i]->role == PARAM ? parameter[i]
                   : m->leaf[i]->type.axis   ? NULL
                                             : alloc(mem, ((size_t)shape_size(m->leaf[i]->type.shape) + 1) * sizeof **value);
    Eval *before = eval_new(g, &env);
    for (int i = 0; i < g->roots; i++) {
        if (g->root[i].kind != R_FINAL)
            continue;
        Leaf *l = g->root[i].leaf;
        Moving *x = &s[n++];
        *x = (Moving){ l, g->root[i].node, .size = (size_t)shape_size(l->type.shape), .ring = l->ring ? l->ring : 1 };
        x->rows = alloc(mem, x->size * (size_t)x->ring * sizeof *x->rows);
        x->last = alloc(mem, x->size * sizeof *x->last);
        if (l->start)
            memcpy(x->rows, eval(before, l->start, NULL), x->size * (size_t)x->ring * sizeof *x->rows);
        memcpy(x->last, x->rows + (size_t)(x->ring - 1) * x->size, x->size * sizeof *x->last);
        longest = longest > x->ring ? longest : x->ring;
    }
    eval_free(before);
    /* four thousand million products are some tens of seconds; what decays comes to rest much sooner */
    const double affordable = 4e9 / (double)(m->reals + 1);
    const long limit = 8L * longest + (long)(affordable < 2000 ? 2000 : affordable > 100000 ? 100000 : affordable);
    double change = 0;
    int calm = 0;
    for (long t = 0; t < limit && calm <= longest; t++) {
        for (int i = 0; i < n; i++)
            value[s[i].leaf->index] = s[i].rows + (size_t)(t % s[i].ring) * s[i].size;
        change = advance(g, &env, s, n, t, &whose);
        if (change == INFINITY)
            err(loc, "nn.model: reset = \"rest\": on inputs of 0 the state '%s' grows without bound: after %ld steps it is no number below "
                "1e30; expected one that comes to rest", whose->leaf->name, t + 1);
        calm = change <= 1e-12 ? calm + 1 : 0;
    }
    if (calm <= longest && n)
        err(loc, "nn.model: reset = \"rest\": on inputs of 0 the state '%s' does not come to rest: after %ld steps it still changes by %.2g a "
            "step, in a cycle or too slowly", whose->leaf->name, limit, change);
    for (int i = 0; i < n; i++)
        value[s[i].leaf->index] = s[i].last;
    return value;
}
