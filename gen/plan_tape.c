/* plan_tape.c -- what is stored and what is computed again: kernels -> Plan.store (rows), again; drops kernels that
 * are left with nothing to write.
 *
 * A value that only its own kernel uses stays in registers. One that others read is stored: for all steps if anything
 * outside its loop reads it (this is the tape of BPTT), else for the steps its delays reach back. Cheap values of what
 * is stored anyway are computed again where they are used.
 */
#include "plan.h"

#include <string.h>

/* memory: n's array is read (firmly: in another order than row by row); else n is computed in place */
typedef void Visit(void *data, Node *n, bool memory, bool firmly);

typedef struct {
    const Plan *p;
    const Kernel *k;
    Visit *visit;
    void *data;
    bool *seen;
} Pull;

static void pull(Pull *c, Node *n, bool in_row)
{
    const Plan *p = c->p;
    if (p->how[n->id] == BY_VIEW) {
        if (row_transparent(n) && in_row) {
            pull(c, n->args[0], true);
            return;
        }
        Node *base = n;
        while (p->how[base->id] == BY_VIEW)
            base = base->args[0];
        if (p->how[base->id] != BY_LEAF || base->op == Oinput || base->op == Oparam)
            c->visit(c->data, base, true, !in_row || base != n->args[0] || !row_transparent(n));
        return;
    }
    if (p->how[n->id] == BY_LEAF) {
        c->visit(c->data, n, true, false);
        return;
    }
    bool mine = p->kernel[n->id] == c->k && p->how[n->id] == BY_ROWS && in_row;
    if (!mine && !(p->again[n->id] && in_row)) {
        c->visit(c->data, n, true, !in_row);
        return;
    }
    if (c->seen[n->id])
        return;
    c->seen[n->id] = true;
    for (int i = 0; i < n->nargs; i++)
        pull(c, n->args[i], operand_in_row(n, i));
    c->visit(c->data, n, false, false);
}

/* Calls visit for what statement st of kernel k needs. */
static void pull_stmt(Pull *c, const Stmt *st)
{
    Node *n = st->n;
    if (st->root >= 0)
        pull(c, n, true);
    else if (st->part >= 0)
        pull(c, n->args[st->part], true);
    else {
        c->seen[n->id] = true;
        for (int i = 0; i < n->nargs; i++)
            pull(c, n->args[i], operand_in_row(n, i));
        c->visit(c->data, n, false, false);
    }
}

static void walk_kernel(const Plan *p, const Kernel *k, Visit *visit, void *data, bool all)
{
    Pull c = { p, k, visit, data, alloc(p->mem, (size_t)p->g->n) };
    switch (k->kind) {
    case K_ROWS:
        for (int i = 0; i < k->n; i++) {
            const Stmt *st = &k->stmt[i];
            bool writes = st->root >= 0 || st->part >= 0 || p->store[st->n->id].rows != ROWS_NONE;
            if (all || writes)
                pull_stmt(&c, st);
        }
        for (int i = 0; i < 2 * k->njoined; i++)
            pull(&c, k->joined[i / 2]->n->args[i % 2], false);
        break;
    case K_PRODUCT:
        for (int i = 0; i < 2; i++)
            pull(&c, k->product->n->args[i], false);
        break;
    case K_SCATTER: {
        Node *n = k->product->n;
        for (int i = 0; i < 2; i++)
            pull(&c, n->args[i]->op == Oonehot ? n->args[i]->args[0] : n->args[i], false);
        break;
    }
    case K_HISTORY:
        if (k->delay->nargs > 1)
            pull(&c, k->delay->args[1], false);
        visit(data, stored_base(p, k->delay), true, true);
        break;
    }
}

typedef struct { void (*f)(void *, Node *); void *data; bool *seen; } Inputs;

static void input(void *data, Node *n, bool memory, bool firmly)
{
    Inputs *in = data;
    (void)firmly;
    if (memory && !in->seen[n->id]) {
        in->seen[n->id] = true;
        in->f(in->data, n);
    }
}

void kernel_inputs(const Plan *p, const Kernel *k, void (*f)(void *, Node *), void *data)
{
    Inputs in = { f, data, alloc(p->mem, (size_t)p->g->n) };
    walk_kernel(p, k, input, &in, false);
}

/* ---- who reads what ---- */

typedef struct {
    Plan *p;
    int item;                       /* of the reader; -1: prepare */
    bool rows;                      /* the reader is a rows kernel */
    bool initial;                   /* it writes a block's initial rows, for which a ring has room */
    bool *soft, *firm, *across;     /* read by rows kernels only; by others; from another item than its own */
    int *item_of;
} Needs;

static void need(void *data, Node *n, bool memory, bool firmly)
{
    Needs *d = data;
    if (!memory || d->p->how[n->id] == BY_LEAF)
        return;
    (d->rows && !firmly ? d->soft : d->firm)[n->id] = true;
    if (d->item != d->item_of[n->id] && !d->initial)
        d->across[n->id] = true;
}

static void all_needs(Plan *p, Needs *d, bool all)
{
    size_t n = (size_t)p->g->n;
    memset(d->soft, 0, n), memset(d->firm, 0, n), memset(d->across, 0, n);
    for (int i = -p->prepares; i < p->items; i++) {
        Kernel *one = i < 0 ? p->prepare[i + p->prepares] : p->item[i].kernel;
        Loop *l = i < 0 ? NULL : p->item[i].loop;
        d->item = i < 0 ? -1 : i;
        for (int j = 0; j < (l ? l->n : 1); j++) {
            Kernel *k = l ? l->kernel[j] : one;
            d->rows = k->kind == K_ROWS;
            d->initial = p->like && k->kind == K_HISTORY;
            walk_kernel(p, k, need, d, all);
        }
    }
    for (int i = 0; i < p->g->roots; i++)
        if (p->root_at[i] == -3) {
            Node *base = stored_base(p, p->g->root[i].node);
            d->firm[base->id] = true;
            d->across[base->id] = d->across[base->id] || p->g->root[i].leaf->ring;   /* of several steps */
        } else if (p->root_at[i] != -2) {
            d->firm[p->g->root[i].node->id] = true;
            d->across[p->g->root[i].node->id] = true;
        }
    for (int i = 0; i < p->order.n; i++) {              /* views of anything but a row need their base in memory */
        Node *x = p->order.node[i];
        if (p->how[x->id] == BY_PARTS || p->how[x->id] == BY_PRODUCT || p->how[x->id] == BY_SCATTER)
            d->firm[x->id] = true;
    }
}

static bool cheap(const Plan *p, const Node *n)
{
    switch (n->op) {
    case Otanh:                                         /* of a trainer: takes what writing and reading it for all steps takes, and no memory */
        return !p->fixed_weights && !p->o->double_precision;
    case Oadd: case Osub: case Omul: case Oneg: case Olt: case Oeq: case Oselect: case Orelu: case Oabs: case Omax:
    case Omin: case Osign: case Oonehot:
        return true;
    default:
        return is_gather(n);
    }
}

static bool is_root(const Plan *p, const Node *n)
{
    for (int i = 0; i < p->g->roots; i++)
        if (p->g->root[i].node == n && p->root_at[i] != -2)
            return true;
    return false;
}

/* Rows that must be kept of n: every delay that reads it as a view says how many before or after. */
static void keep_rows(Plan *p, Needs *d)
{
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        Store *s = &p->store[n->id];
        if (p->how[n->id] == BY_LEAF ? n->op == Oinput : (d->soft[n->id] || d->firm[n->id]) && !p->again[n->id]) {
            s->rows = ROWS_ALL;
            s->row = row_size(p, n);
            if (p->how[n->id] != BY_LEAF && p->home[n->id] >= 0 && n->type.axis && !d->across[n->id])
                s->rows = ROWS_RING, s->ring = 1;
        }
    }
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        if (n->op != Odelay)
            continue;
        Node *base = p->how[n->id] == BY_VIEW ? stored_base(p, n) : stored_base(p, n->args[0]);
        if (!base)
            DIE("%s: the operand of a delay is nowhere", n->name ? n->name : "delay");
        Store *s = &p->store[base->id];
        int k = n->attr.k;
        if (s->rows == ROWS_NONE)
            s->rows = ROWS_ALL, s->row = row_size(p, base);
        if (s->rows == ROWS_RING && s->ring < (k > 0 ? k : -k) + 1)
            s->ring = (k > 0 ? k : -k) + 1;
        if (p->how[n->id] == BY_VIEW) {
            if (k > s->before)
                s->before = k;
            if (-k > s->after)
                s->after = -k;
        }
    }
    for (int i = 0; i < p->order.n; i++)                /* a ring keeps initial rows among its own */
        if (p->store[p->order.node[i]->id].rows == ROWS_RING)
            p->store[p->order.node[i]->id].before = p->store[p->order.node[i]->id].after = 0;
}

static void drop_idle(Plan *p, Kernel **k, int *n)
{
    int out = 0;
    for (int i = 0; i < *n; i++) {
        bool works = k[i]->kind != K_ROWS;
        for (int j = 0; j < k[i]->n; j++) {
            Stmt *st = &k[i]->stmt[j];
            works = works || st->root >= 0 || st->part >= 0 || p->store[st->n->id].rows != ROWS_NONE;
        }
        if (works)
            k[out++] = k[i];
    }
    *n = out;
}

static void item_positions(Plan *p, int *item_of)
{
    for (int i = 0; i < p->g->n; i++)
        item_of[i] = -1;
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        for (int j = 0; j < p->items; j++)
            if (p->home[n->id] >= 0 ? p->item[j].loop == p->loops[p->home[n->id]]
                                    : p->item[j].kernel && p->item[j].kernel == p->kernel[n->id])
                item_of[n->id] = j;
    }
}

/* A predictor holds it, and it is no larger than what it is made of. */
static bool is_constant(const Plan *p, const Node *x)
{
    bool larger = true;
    for (int i = 0; i < x->nargs; i++)
        larger = larger && shape_size(x->args[i]->type.shape) < shape_size(x->type.shape);
    return p->fixed_weights && is_fixed(p, x) && !larger;
}

void plan_tape(Plan *p)
{
    size_t n = (size_t)p->g->n;
    p->again = alloc(p->mem, n);
    p->store = alloc(p->mem, n * sizeof *p->store);
    p->position = alloc(p->mem, n * sizeof *p->position);
    for (size_t i = 0; i < n; i++)
        p->store[i].root = -1;
    Needs d = { p, 0, false, false, alloc(p->mem, n), alloc(p->mem, n), alloc(p->mem, n), p->position };
    item_positions(p, p->position);
    all_needs(p, &d, true);
    int *cost = alloc(p->mem, n * sizeof *cost);
    for (int i = 0; i < p->order.n; i++) {              /* operands first, so that chains of cheap values are seen */
        Node *x = p->order.node[i];
        if (p->how[x->id] != BY_ROWS || !cheap(p, x) || d.firm[x->id] || !d.soft[x->id] || is_root(p, x) || is_constant(p, x))
            continue;
        bool ok = true;
        int c = 1;
        for (int j = 0; j < x->nargs && ok; j++) {
            Node *o = x->args[j];
            while (p->how[o->id] == BY_VIEW && row_transparent(o))
                o = o->args[0];
            Node *base = stored_base(p, o);
            if (p->again[o->id])
                c += cost[o->id];
            else if (o->op == Oconst || o->op == Oindex || o->op == Olength || o->op == Olanes)
                ;
            else if (!base || !(p->how[base->id] == BY_LEAF || d.firm[base->id] ||
                                (d.soft[base->id] && (d.across[base->id] || !d.across[x->id]))))
                ok = false;
            else if (p->how[base->id] != BY_LEAF && d.across[x->id] && !d.across[base->id])
                ok = false;
        }
        cost[x->id] = c;
        p->again[x->id] = ok && c <= 3;
    }
    for (int round = 0; round < 2; round++) {           /* what is computed again may spare what only it had read */
        all_needs(p, &d, round == 0);
        for (size_t i = 0; i < n; i++)
            p->store[i] = (Store){ .root = -1 };
        keep_rows(p, &d);
    }
    for (int i = 0; i < p->g->roots; i++)
        if (p->root_at[i] == -1)
            p->store[p->g->root[i].node->id].root = i;
    drop_idle(p, p->prepare, &p->prepares);
    int out = 0;
    for (int i = 0; i < p->items; i++) {
        int one = 1;
        if (p->item[i].loop)
            drop_idle(p, p->item[i].loop->kernel, &p->item[i].loop->n);
        else
            drop_idle(p, &p->item[i].kernel, &one);
        if (p->item[i].loop ? p->item[i].loop->n : one)
            p->item[out++] = p->item[i];
    }
    p->items = out;
    item_positions(p, p->position);
}
