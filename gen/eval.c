/* eval.c -- the oracle: any graph in double precision, value by value on demand. It shares nothing with the
 * planner: it knows neither components nor an order, only what a node's value at a step is made of. Values are
 * kept, so that each is computed once; a stack of its own carries the demands, however many steps lie behind
 * each other.
 */
#include "graph.h"
#include "eval.h"

#include <stdlib.h>
#include <string.h>

typedef struct { Node *n; int t; } Demand;

struct Eval {
    Graph *g;
    const Env *env;
    double **value;                 /* by id: [steps][batch][features] */
    unsigned char **done;           /* by id: for each step */
    int *left;                      /* by id: steps not yet computed */
    Demand *stack;
    size_t height, cap;
    double rounding;                /* > 0: every result is off by at most this, relatively, at random */
    uint64_t random;
};

Eval *eval_new(Graph *g, const Env *env)
{
    Eval *e = calloc(1, sizeof *e);
    size_t n = (size_t)g->n + 1;
    if (!e)
        DIE("out of memory");
    e->g = g, e->env = env;
    e->value = calloc(n, sizeof *e->value), e->done = calloc(n, sizeof *e->done),
    e->left = calloc(n, sizeof *e->left);
    if (!e->value || !e->done || !e->left)
        DIE("out of memory");
    return e;
}

void eval_round(Eval *e, double rounding, uint64_t seed)
{
    e->rounding = rounding;
    e->random = seed;
}

void eval_free(Eval *e)
{
    for (int i = 0; i < e->g->n; i++)
        free(e->value[i]), free(e->done[i]);
    free(e->value), free(e->done), free(e->left), free(e->stack);
    free(e);
}

static int steps_of(const Node *n) { return n->type.axis ? n->type.axis->steps : 1; }

int length_of(const Env *env, const Axis *a, int b)
{
    if (a->parent) {
        int len = length_of(env, a->parent, b) - 1 - a->offset;
        return len < 0 ? 0 : len / a->stride + 1;
    }
    const int *length = a->ragged && env->length ? env->length[axis_index(env->model, a)] : NULL;
    return length ? length[b] : a->steps;
}

static size_t row_reals(const Eval *e, const Node *n)
{
    return (size_t)shape_size(n->type.shape) * (n->type.batch ? (size_t)e->env->batch : 1);
}

const double *eval_row(const Eval *e, const Node *n, int t, int b)
{
    size_t size = (size_t)shape_size(n->type.shape), rows = n->type.batch ? (size_t)e->env->batch : 1;
    return e->value[n->id] + ((n->type.axis ? (size_t)t : 0) * rows + (n->type.batch ? (size_t)b : 0)) * size;
}

static bool is_done(const Eval *e, const Node *n, int t)
{
    return e->done[n->id] && e->done[n->id][n->type.axis ? t : 0];
}

static void want(Eval *e, Node *n, int t)
{
    if (is_done(e, n, t))
        return;
    if (e->height == e->cap) {
        e->cap = e->cap ? 2 * e->cap : 1024;
        e->stack = realloc(e->stack, e->cap * sizeof *e->stack);
        if (!e->stack)
            DIE("out of memory");
    }
    e->stack[e->height++] = (Demand){ n, n->type.axis ? t : 0 };
}

static void want_all(Eval *e, Node *n)
{
    if (e->left[n->id] == 0 && e->done[n->id])
        return;
    for (int t = steps_of(n) - 1; t >= 0; t--)
        want(e, n, t);
}

/* Demands what n at step t is made of. */
static void want_operands(Eval *e, Node *n, int t)
{
    if (n->op == Odelay) {
        int u = t - n->attr.k;
        if (n->nargs > 1)
            want(e, n->args[1], 0);
        if (u >= 0 && u < steps_of(n))
            want(e, n->args[0], u);
        return;
    }
    bool all = op_info[n->op].kind == CROSS;
    for (int i = 0; i < n->nargs; i++)
        if (all || (n->args[i]->type.axis && n->args[i]->type.axis != n->type.axis))
            want_all(e, n->args[i]);
        else
            want(e, n->args[i], t);
}

static void leaf_value(Eval *e, Node *n, double *out)
{
    const Env *env = e->env;
    size_t total = row_reals(e, n) * (size_t)steps_of(n);
    switch (n->op) {
    case Oconst:
        out[0] = n->attr.value;
        return;
    case Olanes:
        out[0] = env->batch;
        return;
    case Oindex:
        for (int t = 0; t < steps_of(n); t++)
            out[t] = t;
        return;
    case Olength:
        for (int b = 0; b < env->batch; b++)
            out[b] = length_of(env, n->attr.axis, b);
        return;
    default:
        break;
    }
    const Leaf *l = n->attr.leaf;
    if (!env->leaf[l->index])
        err(l->loc, "no value for '%s'", l->name);
    memcpy(out, env->leaf[l->index], total * sizeof *out);
    const Axis *a = n->type.axis;
    if (!a || !a->ragged || !n->type.batch || l->role == RANDOM)
        return;
    size_t size = (size_t)shape_size(n->type.shape);    /* what lies past the length is zeroed on the way in */
    for (int b = 0; b < env->batch; b++)
        for (int t = length_of(env, a, b); t < a->steps; t++)
            memset(out + ((size_t)t * (size_t)env->batch + (size_t)b) * size, 0, size * sizeof *out);
}

/* what arithmetic of less precision does to a result: not to a choice between values, nor to where they lie */
static void round_off(Eval *e, const Node *n, double *x, size_t count)
{
    bool choice = n->op == Oneg || n->op == Orelu || n->op == Oabs || n->op == Osign || n->op == Omax || n->op == Omin ||
                  n->op == Olt || n->op == Oeq || n->op == Oselect;
    if (!(op_info[n->op].kind == MAP && !choice) && n->op != Osoftmax && n->op != Ologsoftmax && n->op != Osum &&
        n->op != Ocontract)
        return;
    for (size_t i = 0; i < count; i++) {
        e->random = e->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        x[i] *= 1 + e->rounding * ((double)(e->random >> 11) * 0x1p-52 - 1);
    }
}

static void compute(Eval *e, Node *n, int t)
{
    int steps = steps_of(n);
    size_t row = row_reals(e, n);
    if (!e->value[n->id]) {
        e->value[n->id] = calloc(row * (size_t)steps + 1, sizeof(double));
        e->done[n->id] = calloc((size_t)steps, 1);
        if (!e->value[n->id] || !e->done[n->id])
            DIE("out of memory");
        e->left[n->id] = steps;
    }
    if (op_info[n->op].kind == LEAF) {
        leaf_value(e, n, e->value[n->id]);
        memset(e->done[n->id], 1, (size_t)steps);
        e->left[n->id] = 0;
        return;
    }
    eval_step(e, e->env, n, t, e->value[n->id] + row * (size_t)t);
    if (e->rounding > 0)
        round_off(e, n, e->value[n->id] + row * (size_t)t, row);
    e->done[n->id][t] = 1;
    e->left[n->id]--;
}

const double *eval(Eval *e, Node *n, size_t *size)
{
    want_all(e, n);
    while (e->height) {
        Demand d = e->stack[e->height - 1];
        if (is_done(e, d.n, d.t)) {
            e->height--;
            continue;
        }
        size_t before = e->height;
        want_operands(e, d.n, d.t);
        if (e->height == before) {
            compute(e, d.n, d.t);
            e->height--;
        }
    }
    if (size)
        *size = row_reals(e, n) * (size_t)steps_of(n);
    return e->value[n->id];
}
