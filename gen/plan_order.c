/* plan_order.c -- how each node comes about and where: graph -> Plan.how, home, loops (without kernels yet).
 *
 * A component with a cycle is a loop; all else is computed for all steps at once, unless it is elementwise and feeds
 * one loop only (drawn in), or sums over time what only a loop computes (accumulated in it). What depends on
 * parameters alone is computed once, in `prepare`. Makes no nodes, knows no C.
 */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

const Node *onehot_operand(const Node *n)
{
    for (int i = 0; i < 2; i++)
        if (n->args[i]->op == Oonehot)
            return n->args[i];
    return NULL;
}

/* contract(onehot(id), W) with the class as the only inner letter */
bool is_gather(const Node *n)
{
    if (n->op != Ocontract || n->attr.drop)
        return false;
    const Node *hot = onehot_operand(n);
    if (!hot || n->args[0] == n->args[1] || may_miss(hot))
        return false;
    const Node *w = hot == n->args[0] ? n->args[1] : n->args[0];
    const char *lh = hot == n->args[0] ? n->attr.lx : n->attr.lw, *lw = hot == n->args[0] ? n->attr.lw : n->attr.lx;
    if (w->type.axis || w->type.batch || w->type.shape.rank != 2 || hot->type.shape.rank != 1)
        return false;
    return strlen(n->attr.lo_) == 1 && strchr(lw, lh[0]) && n->attr.lo_[0] != lh[0];
}

/* the gradient of a gather: sum over t, b of a[o] onehot[i] */
bool is_scatter(const Node *n)
{
    if (n->op != Ocontract)
        return false;
    const Node *hot = onehot_operand(n);
    if (!hot || hot->type.shape.rank != 1 || may_miss(hot))
        return false;
    const Node *a = hot == n->args[0] ? n->args[1] : n->args[0];
    return a != hot && a->op != Oonehot && a->type.shape.rank == 1 && n->type.shape.rank == 2 && !n->type.axis &&
           !n->type.batch && a->type.axis == hot->type.axis && a->type.batch == hot->type.batch;
}

bool is_fixed(const Plan *p, const Node *n) { return p->home[n->id] == -2; }

bool reads_in_row(const Node *n)
{
    Kind k = op_info[n->op].kind;
    return k == MAP || k == ROW || k == SUM || is_gather(n);
}

bool operand_in_row(const Node *n, int i)
{
    return reads_in_row(n) && !(is_gather(n) && n->args[i]->op != Oonehot);     /* a matrix has rows of its own */
}

static bool ragged(const Axis *a) { return a && a->ragged; }

bool is_cond_load(const Plan *p, const Node *n)
{
    return p->how[n->id] == BY_ROWS && (n->op == Odelay || n->op == Oedge || n->op == Oplace || n->op == Ospread);
}

/* Can every delay of this operand be a plain offset? Its history rows hold one initial value only: the first delay's.
 * `first` is by node id the delay that owns the history of a stored operand. */
static bool delay_is_view(const Plan *p, Node *d, Node **first)
{
    Node *x = d->args[0];
    if (ragged(d->type.axis) && d->attr.k < 0)
        return false;
    Node *init = d->nargs > 1 ? d->args[1] : NULL;
    Node *base = x;
    while (base->op != Odelay && p->how[base->id] == BY_VIEW)
        base = base->args[0];
    if (base->op == Odelay || base->type.axis != d->type.axis || base->op == Oindex)
        return false;                                   /* a delay of a delay, of another axis, of nothing stored */
    if (base != x && init)
        return false;                                   /* the history would have to hold part of a row */
    if (base->type.batch != d->type.batch)
        return false;                                   /* initial values by example over an operand without batch */
    if (p->purpose == FOR_BLOCK && base->op == Oinput)
        return false;                                   /* the caller's, without room before its first row */
    Node *owner = first[base->id];
    if (!owner) {
        first[base->id] = d;
        return true;
    }
    Node *other = owner->nargs > 1 ? owner->args[1] : NULL;
    return (owner->attr.k > 0) == (d->attr.k > 0) && other == init && (!init || owner->attr.k == d->attr.k);
}

static How how_of(Plan *p, Node *n, Node **first)
{
    View v;
    switch (op_info[n->op].kind) {
    case LEAF:
        return BY_LEAF;
    case PRODUCT:
        return is_scatter(n) ? BY_SCATTER : is_gather(n) ? BY_ROWS : BY_PRODUCT;
    case DELAY:
        return delay_is_view(p, n, first) ? BY_VIEW : BY_ROWS;
    case VIEW:
        if (n->op == Oconcat || n->op == Opad)
            return BY_PARTS;
        p->how[n->id] = BY_VIEW;
        if (n->op == Oreshape && view_of(p, n->args[0], &v) && !view_of(p, n, &v))
            p->how[n->args[0]->id] = BY_ROWS;           /* copied, so that its features lie side by side */
        return BY_VIEW;
    case CROSS:
        p->how[n->id] = BY_VIEW;
        if (n->op == Oedge && (ragged(n->args[0]->type.axis) || abs(n->attr.k) > n->args[0]->type.axis->steps))
            return BY_ROWS;                             /* steps that do not exist are 0 */
        if (n->op == Omatrix || n->op == Oalong || n->op == Osample || n->op == Oedge)
            return view_of(p, n, &v) ? BY_VIEW : BY_ROWS;
        return BY_ROWS;
    default:
        return BY_ROWS;
    }
}

static bool is_root(const Plan *p, const Node *n)
{
    for (int i = 0; i < p->g->roots; i++)
        if (p->g->root[i].node == n)
            return true;
    return false;
}

/* A product with weights is taken step by step where one step's examples fill the kernel's tiles and the weights stay in the
 * second cache: then its result does too, instead of going through memory for all steps. */
static bool by_step(const Plan *p, const Node *n)
{
    enum { EXAMPLES = 24, WEIGHTS = 1 << 17 };
    if (p->how[n->id] != BY_PRODUCT || n->attr.drop || p->fixed_weights || p->batch < EXAMPLES)
        return false;
    int w = n->args[0]->type.axis ? 1 : 0;
    const Node *weights = n->args[w], *rows = n->args[1 - w];
    return !weights->type.axis && !weights->type.batch && rows->type.axis && rows->type.batch && rows->type.shape.rank == 1 &&
           shape_size(weights->type.shape) <= WEIGHTS;
}

bool reduces_only_row(const Node *n)
{
    return !n->attr.drop && !(n->attr.dims & ~(1 << (n->args[0]->type.shape.rank - 1)));
}

/* elementwise, or one number of a row: as fast for one step as for all */
static bool by_rows(const Plan *p, const Node *n)
{
    if (n->op == Osum || n->op == Orowmax || n->op == Orowfirst)
        return !p->lanes && reduces_only_row(n);
    return p->how[n->id] == BY_ROWS && (op_info[n->op].kind == MAP || n->op == Oonehot || is_gather(n));
}

/* may join a loop that alone uses it: by rows, a view, a product that is as fast step by step; never a recurrence's delay */
static bool may_draw_in(const Plan *p, const Node *n)
{
    if (by_step(p, n))
        return true;
    if (p->how[n->id] == BY_PARTS)
        return true;
    if (p->how[n->id] == BY_VIEW)
        return n->op != Odelay;
    return by_rows(p, n) || is_cond_load(p, n);
}

/* what a value is read from, within a step: through slices and broadcasts; NULL: through a delay */
static Node *same_step(const Plan *p, Node *n)
{
    while (p->how[n->id] == BY_VIEW && op_info[n->op].kind == VIEW)
        n = n->args[0];
    return p->how[n->id] == BY_VIEW ? NULL : n;
}

/* Is x there before the loop, in it, or can it be computed in it by rows? With `draw` it is. */
static bool at_hand(Plan *p, Node *x, int loop, bool draw, bool *seen)
{
    int h = p->home[x->id], when = h >= 0 ? p->loops[h]->comp : p->comps.of[x->id];
    if (p->how[x->id] == BY_LEAF || h == -2 || h == loop || when < p->loops[loop]->comp || seen[x->id])
        return true;                                    /* what was seen to fail has ended the search */
    if (h >= 0 || p->how[x->id] != BY_ROWS || !by_rows(p, x) || x->type.axis != p->loops[loop]->axis)
        return false;
    for (int j = 0; j < x->nargs; j++) {
        Node *o = same_step(p, x->args[j]);
        if (!o || !at_hand(p, o, loop, draw, seen))
            return false;
    }
    seen[x->id] = true;
    if (draw)
        p->home[x->id] = loop;
    return true;
}

/* What is computed by rows from what a loop computes, and from what is there before the loop, is computed in it, while its
 * operands are at hand: what only such nodes read need not be stored for all steps. `which`: only these; NULL: all. */
static void draw_along(Plan *p, const bool *which)
{
    size_t n = (size_t)p->g->n;
    int *last = alloc(p->mem, n * sizeof *last);        /* the last loop that it is computed from, by rows; -1: none */
    bool *seen = alloc(p->mem, n);
    for (int i = 0; i < p->order.n; i++) {
        Node *x = p->order.node[i];
        int *loop = &last[x->id];
        *loop = p->home[x->id];
        if (*loop != -1 || p->how[x->id] != BY_ROWS || !by_rows(p, x))
            continue;
        for (int j = 0; j < x->nargs; j++) {
            const Node *o = same_step(p, x->args[j]);
            if (o && last[o->id] > *loop)
                *loop = last[o->id];
        }
        if (*loop < 0 || x->type.axis != p->loops[*loop]->axis || (which && !which[x->id]))
            continue;
        memset(seen, 0, n);
        if (!at_hand(p, x, *loop, false, seen))
            continue;
        memset(seen, 0, n);
        at_hand(p, x, *loop, true, seen);
    }
}

/* by node id: a product needs all its steps at once, so that it is stored wherever it is computed */
static bool *needed_at_once(const Plan *p)
{
    bool *all = alloc(p->mem, (size_t)p->g->n);
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        bool product = (p->how[n->id] == BY_PRODUCT || p->how[n->id] == BY_SCATTER) && p->home[n->id] == -1 && !by_step(p, n);
        for (int j = 0; j < n->nargs && product; j++) {
            const Node *o = same_step(p, n->args[j]);
            if (o)
                all[o->id] = true;
        }
    }
    return all;
}

typedef struct {                    /* who uses a value */
    int only;                       /* the one loop; -3: nobody yet, -4: others too */
    int first;                      /* of the loops; -1: none */
    int soonest;                    /* component of the first use outside of loops */
} Users;

static void used_by(const Plan *p, Users *u, const Node *user, const Users *its)
{
    int h = p->home[user->id], soonest = p->comps.of[user->id], first = h;
    u->only = u->only == -3 ? (h >= 0 ? h : -4) : u->only == h ? h : -4;
    if (h < 0 && p->how[user->id] == BY_VIEW && op_info[user->op].kind == VIEW)   /* not of other steps than its own */
        first = its->first, soonest = its->soonest;
    if (first >= 0 && (u->first < 0 || first < u->first))
        u->first = first;
    if (h < 0 && soonest < u->soonest)
        u->soonest = soonest;
}

/* What a loop alone uses is computed in it, and what can be by rows in the first that uses it. */
static void draw_in(Plan *p)
{
    Users *users = alloc(p->mem, (size_t)p->g->n * sizeof *users);
    for (int i = 0; i < p->g->n; i++)
        users[i] = (Users){ -3, -1, p->comps.n };
    for (int i = 0; i < p->order.n; i++) {              /* topo cuts delay -> operand: such users are counted first */
        Node *x = p->order.node[i];
        if (x->op != Odelay || !x->args[0])
            continue;
        Users *u = &users[x->args[0]->id];
        u->only = p->home[x->id] >= 0 && u->only == -3 ? p->home[x->id] : u->only == p->home[x->id] ? p->home[x->id] : -4;
        u->soonest = -1;
    }
    for (int i = p->order.n - 1; i >= 0; i--) {
        Node *x = p->order.node[i];
        Users *u = &users[x->id];
        int loop = u->only >= 0 && may_draw_in(p, x) ? u->only : -1;
        if (u->only == -4 && u->first >= 0 && u->soonest > p->loops[u->first]->comp && by_rows(p, x))
            loop = u->first;
        if (p->home[x->id] == -1 && loop >= 0 && !is_root(p, x) && x->type.axis == p->loops[loop]->axis)
            p->home[x->id] = loop;
        for (int j = x->op == Odelay; j < x->nargs; j++)
            used_by(p, &users[x->args[j]->id], x, u);
    }
}

static void find_homes(Plan *p)
{
    for (int i = 0; i < p->comps.n; i++) {
        Component *c = &p->comps.comp[i];
        if (!c->loop)
            continue;
        Loop *loop = alloc(p->mem, sizeof *loop);
        loop->axis = c->axis, loop->up = c->up, loop->comp = i;
        p->loops = grow(p->mem, p->loops, p->nloops, &p->loops_cap, sizeof *p->loops);
        for (int j = 0; j < c->n; j++)
            p->home[c->node[j]->id] = p->nloops;
        p->loops[p->nloops++] = loop;
    }
    for (int i = 0; i < p->order.n; i++) {              /* parameters alone: once, in prepare */
        Node *x = p->order.node[i];
        bool fixed = x->op != Oconst && x->op != Olanes && !x->type.axis && !x->type.batch && !x->adjoint &&
                     (x->op == Oparam || x->nargs > 0);
        for (int j = 0; j < x->nargs && fixed; j++)
            fixed = p->home[x->args[j]->id] == -2 || x->args[j]->op == Oconst;
        bool only_consts = x->nargs > 0;
        for (int j = 0; j < x->nargs; j++)
            only_consts = only_consts && x->args[j]->op == Oconst;
        if (fixed && !only_consts && p->home[x->id] == -1)
            p->home[x->id] = -2;
    }
    draw_along(p, needed_at_once(p));
    draw_in(p);
    draw_along(p, NULL);
    for (int i = 0; i < p->order.n; i++) {              /* values of one loop put together, while they are in registers */
        Node *x = p->order.node[i];
        if (p->how[x->id] != BY_PARTS || p->home[x->id] != -1)
            continue;
        int h = p->home[x->args[0]->id];
        bool mine = h >= 0 && x->type.axis == p->loops[h]->axis;
        for (int j = 0; j < x->nargs && mine; j++)
            mine = p->how[x->args[j]->id] == BY_ROWS && p->home[x->args[j]->id] == h && x->args[j]->type.axis == x->type.axis &&
                   x->args[j]->type.batch == x->type.batch;
        if (mine)
            p->home[x->id] = h;
    }
    for (int i = 0; i < p->order.n; i++) {              /* sums over time of what a loop computes */
        Node *x = p->order.node[i];
        if (x->op != Osum || !(x->attr.drop & DROP_T) || p->home[x->id] != -1)
            continue;
        Node *a = x->args[0];
        while (p->how[a->id] == BY_VIEW && a->op == Oexpand)
            a = a->args[0];
        int h = p->home[a->id];
        if (h >= 0 && (p->how[a->id] == BY_ROWS || p->how[a->id] == BY_PARTS) && a->type.axis == p->loops[h]->axis)
            p->home[x->id] = h;
    }
}

static bool lies_dense(const Plan *p, Node *n)
{
    View v;
    if (!view_of(p, n, &v))
        return false;
    long stride = 1;
    for (int i = n->type.shape.rank - 1; i >= 0; i--) {
        if (n->type.shape.dim[i] > 1 && v.sf[i] != stride)
            return false;
        stride *= n->type.shape.dim[i];
    }
    return true;
}

void plan_order(Plan *p)
{
    p->order = topo_roots(p->mem, p->g);
    p->comps = components(p->mem, p->g);
    p->lanes = lanes_fit(p);
    size_t n = (size_t)p->g->n;
    p->how = alloc(p->mem, n * sizeof *p->how);
    p->home = alloc(p->mem, n * sizeof *p->home);
    for (size_t i = 0; i < n; i++)
        p->home[i] = -1;
    Node **first = alloc(p->mem, n * sizeof *first);
    for (int i = 0; i < p->order.n; i++)                /* delays last: their operands may come after them */
        if (p->order.node[i]->op != Odelay)
            p->how[p->order.node[i]->id] = how_of(p, p->order.node[i], first);
    for (int i = 0; i < p->order.n; i++)
        if (p->order.node[i]->op == Odelay)
            p->how[p->order.node[i]->id] = how_of(p, p->order.node[i], first);
    for (int i = 0; i < p->order.n; i++) {              /* what only now turns out to need a copy */
        Node *x = p->order.node[i], *a = x->nargs ? x->args[0] : NULL;
        View v;
        if (x->op == Oreshape && p->how[x->id] == BY_VIEW && view_of(p, a, &v) && !view_of(p, x, &v))
            p->how[a->id] = BY_ROWS;
        if (x->op == Odelay && p->how[a->id] == BY_VIEW && !stored_base(p, a))
            p->how[a->id] = BY_ROWS;                    /* one number, repeated */
    }
    for (int i = 0; i < p->g->roots && p->purpose == FOR_BLOCK; i++) {   /* a state is taken from where it lies side by side */
        Node *x = p->g->root[i].node;
        if (p->g->root[i].kind == R_FINAL && p->how[x->id] == BY_VIEW && !lies_dense(p, x))
            p->how[x->id] = BY_ROWS;
        p->unlike = p->unlike || (p->how[x->id] == BY_LEAF && x->op != Oinput);
    }
    find_homes(p);
}
