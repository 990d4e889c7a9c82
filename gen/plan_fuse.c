/* plan_fuse.c -- kernels and their order: Plan.how, home -> items, kernels of loops, prepare.
 *
 * Walks the components in their order (operands first) and appends every computed node to the earliest kernel over the
 * same rows that comes after all it needs, or opens a new one. A rows kernel runs over steps, examples and outer
 * features; its statements are elementwise in the last feature dimension, or reduce it to one number a row.
 * What a kernel really computes is decided later (plan_tape): its statements here are candidates.
 */
#include "plan.h"

#include <string.h>

enum { MOST = 96 };                 /* statements of a kernel: functions stay short, and registers are few anyway */

typedef struct {                    /* a sequence of kernels that is being built */
    Plan *p;
    int loop;                       /* -1: top level, -2: prepare */
    int *done;                      /* by node id: index in this sequence of what completes it, or -1 */
    int *history;                   /* by node id of a delay off the cycle: index of its K_HISTORY, or -1 */
} Seq;

static int count(const Seq *s)
{
    Plan *p = s->p;
    return s->loop == -1 ? p->items : s->loop == -2 ? p->prepares : p->loops[s->loop]->n;
}

static Kernel *at(const Seq *s, int i)
{
    Plan *p = s->p;
    return s->loop == -1 ? p->item[i].kernel : s->loop == -2 ? p->prepare[i] : p->loops[s->loop]->kernel[i];
}

static Kernel *append(const Seq *s, KernelKind kind)
{
    Plan *p = s->p;
    Kernel *k = alloc(p->mem, sizeof *k);
    k->kind = kind, k->id = p->kernels++;
    if (s->loop == -1) {
        p->item = grow(p->mem, p->item, p->items, &p->items_cap, sizeof *p->item);
        p->item[p->items++] = (Item){ .kernel = k };
    } else if (s->loop == -2) {
        p->prepare = grow(p->mem, p->prepare, p->prepares, &p->prepares_cap, sizeof *p->prepare);
        p->prepare[p->prepares++] = k;
    } else {
        Loop *l = p->loops[s->loop];
        l->kernel = grow(p->mem, l->kernel, l->n, &l->cap, sizeof *l->kernel);
        l->kernel[l->n++] = k;
    }
    return k;
}

Type rows_of(const Stmt *s)
{
    Type t = s->n->type;
    if (s->part >= 0) {
        t.shape.dim[t.shape.rank - 1] = s->n->op == Opad ? s->n->args[0]->type.shape.dim[t.shape.rank - 1]
                                                         : s->n->args[s->part]->type.shape.dim[t.shape.rank - 1];
        return t;
    }
    if (s->root < 0 && (s->n->op == Osum || s->n->op == Orowmax || s->n->op == Orowfirst || s->n->op == Oargmax))
        return s->n->args[0]->type;                     /* a reduction runs over its operand */
    return t;
}

/* The least index in the sequence at which a reader of operand o may stand. */
static int after(const Seq *s, Node *o, bool in_row)
{
    Plan *p = s->p;
    int wait = -1;
    while (p->how[o->id] == BY_VIEW) {
        if (!row_transparent(o))
            in_row = false;
        if (o->op == Odelay) {
            if (s->loop >= 0 && p->home[o->args[0]->id] == s->loop)
                return wait > 0 ? wait : 0;             /* an earlier step: nothing to wait for */
            if (s->history[o->id] >= 0 && s->loop == -1)
                wait = s->history[o->id] + 1 > wait ? s->history[o->id] + 1 : wait;
        }
        o = o->args[0];
    }
    int i = s->done[o->id];
    if (p->home[o->id] != s->loop && !(s->loop == -1 && i >= 0))
        i = -1;
    if (i >= 0) {
        bool same = in_row && p->how[o->id] == BY_ROWS && !(o->op == Osum && !reduces_only_row(o));
        i = same ? i : i + 1;
    } else
        i = 0;
    return i > wait ? i : wait;
}

/* lanes: a row is one feature of all examples */
static Shape outer_dims(const Plan *p, Type rows)
{
    Shape s = rows.shape;
    if (p->lanes && rows.batch)
        s.dim[s.rank++] = p->batch;
    return outer_of(s);
}

static int inner_dim(const Plan *p, Type rows) { return p->lanes && rows.batch ? p->batch : inner_of(rows.shape); }

bool kernel_takes(const Plan *p, const Kernel *k, Type rows)
{
    if (!k || k->kind != K_ROWS || k->on != rows.axis || k->batch != rows.batch)
        return false;
    if (!same_shape(k->outer, outer_dims(p, rows)))
        return false;
    int inner = inner_dim(p, rows);
    return k->inner == inner || k->inner == 1 || inner == 1;
}

static int place_rows(Seq *s, Stmt st, int lo)
{
    Type rows = rows_of(&st);
    int i = lo;
    while (i < count(s) && (!kernel_takes(s->p, at(s, i), rows) || at(s, i)->n >= MOST))
        i++;
    Kernel *k = i < count(s) ? at(s, i) : append(s, K_ROWS);
    if (!k->n) {
        k->on = rows.axis, k->axis = s->loop >= 0 ? NULL : rows.axis;
        k->batch = rows.batch, k->outer = outer_dims(s->p, rows), k->inner = 1;
        k->lanes = s->p->lanes && rows.batch;
    }
    if (inner_dim(s->p, rows) > k->inner)
        k->inner = inner_dim(s->p, rows);
    k->stmt = grow(s->p->mem, k->stmt, k->n, &k->cap, sizeof *k->stmt);
    k->stmt[k->n++] = st;
    return i;
}

static void add_history(Seq *s, Node *d)
{
    Kernel *k = append(s, K_HISTORY);
    k->delay = d;
    s->history[d->id] = count(s) - 1;
}

static void place(Seq *s, Node *n)
{
    Plan *p = s->p;
    int i = -1;
    switch (p->how[n->id]) {
    case BY_LEAF:
        return;
    case BY_VIEW:
        if (n->op == Odelay && s->loop == -1)
            add_history(s, n);
        return;
    case BY_ROWS: {
        int lo = 0;
        for (int j = 0; j < n->nargs; j++) {
            int a = after(s, n->args[j], operand_in_row(n, j));
            lo = a > lo ? a : lo;
        }
        i = place_rows(s, (Stmt){ n, -1, -1 }, lo);
        p->kernel[n->id] = at(s, i);
        break;
    }
    case BY_PARTS:
        for (int j = 0; j < n->nargs; j++) {
            int at_j = place_rows(s, (Stmt){ n, j, -1 }, after(s, n->args[j], true));
            i = at_j > i ? at_j : i;
        }
        p->kernel[n->id] = at(s, i);
        break;
    case BY_PRODUCT:
    case BY_SCATTER: {
        Kernel *k = append(s, p->how[n->id] == BY_PRODUCT ? K_PRODUCT : K_SCATTER);
        k->on = n->args[0]->type.axis ? n->args[0]->type.axis : n->args[1]->type.axis;
        k->axis = s->loop >= 0 ? NULL : k->on;
        k->product = alloc(p->mem, sizeof *k->product);
        k->product->n = n;
        p->kernel[n->id] = k;
        i = count(s) - 1;
        break;
    }
    }
    s->done[n->id] = i;
}

/* Operands first; within a loop delays cut the cycle, so that topo order serves. */
static void build_loop(Plan *p, int l, Seq *top)
{
    Seq body = { p, l, alloc(p->mem, (size_t)p->g->n * sizeof(int)), top->history };
    for (int i = 0; i < p->g->n; i++)
        body.done[i] = -1;
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        if (p->home[n->id] != l)
            continue;
        if (p->how[n->id] == BY_VIEW && n->op == Odelay)
            add_history(top, n);
        place(&body, n);
    }
    p->item = grow(p->mem, p->item, p->items, &p->items_cap, sizeof *p->item);
    p->item[p->items++] = (Item){ .loop = p->loops[l] };
    for (int i = 0; i < p->order.n; i++)
        if (p->home[p->order.node[i]->id] == l)
            top->done[p->order.node[i]->id] = p->items - 1;
}

void plan_fuse(Plan *p)
{
    size_t n = (size_t)p->g->n;
    Seq top = { p, -1, alloc(p->mem, n * sizeof(int)), alloc(p->mem, n * sizeof(int)) }, prep = top;
    prep.loop = -2, prep.done = alloc(p->mem, n * sizeof(int));
    p->kernel = alloc(p->mem, n * sizeof *p->kernel);
    for (size_t i = 0; i < n; i++)
        top.done[i] = top.history[i] = prep.done[i] = -1;
    for (int i = 0; i < p->order.n; i++)
        if (p->home[p->order.node[i]->id] == -2 && !p->fixed_weights)
            place(&prep, p->order.node[i]);
    int l = 0;
    for (int c = 0; c < p->comps.n; c++) {
        Component *comp = &p->comps.comp[c];
        if (comp->loop) {
            while (p->loops[l]->comp != c)
                l++;
            build_loop(p, l, &top);
            continue;
        }
        for (int i = 0; i < comp->n; i++)
            if (p->home[comp->node[i]->id] == -1)
                place(&top, comp->node[i]);
    }
    for (int i = 0; i < p->g->roots; i++) {             /* what cannot be computed in its root's own array is copied */
        Root *r = &p->g->root[i];
        Node *x = r->node;
        if (p->root_at[i] == -2) {                      /* plan_tape's choice is made there; a copy stands at the end */
            bool last = r->kind == R_FINAL && !by_arguments(p);
            place_rows(&top, (Stmt){ x, -1, i }, last ? count(&top) : after(&top, x, true));
        }
    }
}
