/* derive.c -- adjoints: graph and loss -> the same graph with the gradients of leaves as further roots. One
 * rule an operation; a delay's adjoint is the delay that looks the other way, so that backpropagation through
 * time needs nothing else. May not mention buffers; broadcasting is reduced()'s business alone, masks are made
 * by the constructors.
 */
#include "graph.h"

#include <string.h>

typedef struct { Node **node; int n, cap; } List;

typedef struct {
    Graph *g;
    Order order;
    bool *active;                   /* by id: on a way from the loss to a wanted leaf */
    List *parts;                    /* by id: contributions to its adjoint */
    Node **opened;                  /* by id of a delay: its adjoint's delay */
    int n;                          /* nodes when derivation began */
} Derive;

typedef void Vjp(Derive *d, Node *n, Node *a);

/* ---- collecting ---- */

static void append(Derive *d, List *l, Node *x)
{
    l->node = grow(d->g->mem, l->node, l->n, &l->cap, sizeof *l->node);
    l->node[l->n++] = x;
}

/* An adjoint without batch on a ragged axis is a sum over the examples, 0 where none has the step: it is whole without a
 * mask, which would give it a batch again. */
static bool is_whole(const Node *a) { return ragged(a) && !a->type.batch; }

static Node *sum_adjoint(Graph *g, Node *c, int drop, int dims)
{
    if (!(drop & DROP_T) || !is_whole(c))
        return sum_of(g, c, drop, dims);
    return node(g, Osum, 1, &c, (Attr){ .drop = drop, .dims = dims });
}

/* Adjoint of broadcasting: sum over whatever x lacks. */
static Node *reduced(Graph *g, Node *c, const Node *x)
{
    int rank = c->type.shape.rank, dims = 0;
    for (int i = 0; i < rank; i++) {
        int j = i - (rank - x->type.shape.rank);
        if (c->type.shape.dim[i] != (j < 0 ? 1 : x->type.shape.dim[j]))
            dims |= 1 << i;
    }
    int drop = (c->type.axis && !x->type.axis ? DROP_T : 0) | (c->type.batch && !x->type.batch ? DROP_B : 0);
    return reshape_to(g, sum_adjoint(g, c, drop, dims), x->type.shape);
}

static void give(Derive *d, Node *n, int i, Node *c)
{
    Node *x = n->args[i];
    if (x->id < d->n && d->active[x->id] && !is_const(c, 0))
        append(d, &d->parts[x->id], reduced(d->g, c, x));
}

static bool wants(const Derive *d, const Node *n, int i)
{
    const Node *x = n->args[i];
    return x->id < d->n && d->active[x->id];
}

static Node *zero(Derive *d) { return constant(d->g, 0); }

/* ---- the rules, in the order of ops.h; a is the adjoint of n ---- */

#define VJP(name) static void vjp_##name(Derive *d, Node *n, Node *a)
#define G (d->g)
#define X (n->args[0])
#define Y (n->args[1])

VJP(none) { (void)d, (void)n, (void)a; }
VJP(add) { give(d, n, 0, a), give(d, n, 1, a); }
VJP(sub) { give(d, n, 0, a), give(d, n, 1, node1(G, Oneg, a)); }
VJP(mul)
{
    if (wants(d, n, 0))
        give(d, n, 0, node2(G, Omul, a, Y));
    if (wants(d, n, 1))
        give(d, n, 1, node2(G, Omul, a, X));
}
VJP(div)                                                /* a / y; -a (x / y) / y */
{
    if (wants(d, n, 0))
        give(d, n, 0, node2(G, Odiv, a, Y));
    if (wants(d, n, 1))
        give(d, n, 1, node2(G, Odiv, node1(G, Oneg, node2(G, Omul, a, n)), Y));
}
VJP(neg) { give(d, n, 0, node1(G, Oneg, a)); }
VJP(exp) { give(d, n, 0, node2(G, Omul, a, n)); }
VJP(log) { give(d, n, 0, node2(G, Odiv, a, X)); }
VJP(sqrt) { give(d, n, 0, node2(G, Odiv, node2(G, Omul, a, constant(G, 0.5)), n)); }
/* a (1 - y^2) */
VJP(tanh) { give(d, n, 0, node2(G, Omul, a, node2(G, Osub, constant(G, 1), node2(G, Omul, n, n)))); }
/* a y (1 - y) */
VJP(sigmoid) { give(d, n, 0, node2(G, Omul, a, node2(G, Omul, n, node2(G, Osub, constant(G, 1), n)))); }
VJP(relu) { give(d, n, 0, select_of(G, node2(G, Olt, zero(d), n), a, zero(d))); }
VJP(abs) { give(d, n, 0, node2(G, Omul, a, node1(G, Osign, X))); }
VJP(max)                                                /* at a tie the first takes all */
{
    Node *second = node2(G, Olt, X, Y);
    give(d, n, 0, select_of(G, second, zero(d), a)), give(d, n, 1, select_of(G, second, a, zero(d)));
}
VJP(min)
{
    Node *second = node2(G, Olt, Y, X);
    give(d, n, 0, select_of(G, second, zero(d), a)), give(d, n, 1, select_of(G, second, a, zero(d)));
}
VJP(select) { give(d, n, 1, select_of(G, X, a, zero(d))), give(d, n, 2, select_of(G, X, zero(d), a)); }
VJP(softmax)                                            /* y (a - sum a y) */
{
    Node *s = sum_of(G, node2(G, Omul, a, n), 0, 1 << (n->type.shape.rank - 1));
    give(d, n, 0, node2(G, Omul, n, node2(G, Osub, a, s)));
}
VJP(logsoftmax)                                         /* a - softmax(x) sum a */
{
    Node *s = sum_of(G, a, 0, 1 << (n->type.shape.rank - 1));
    give(d, n, 0, node2(G, Osub, a, node2(G, Omul, node1(G, Osoftmax, X), s)));
}
VJP(sum) { give(d, n, 0, expand_to(G, a, X->type)); }
VJP(expand) { give(d, n, 0, a); }
VJP(reshape) { give(d, n, 0, reshape_to(G, a, X->type.shape)); }
VJP(slice)
{
    Attr at = { .lo = n->attr.lo, .hi = X->type.shape.dim[X->type.shape.rank - 1] - n->attr.hi };
    give(d, n, 0, node(G, Opad, 1, &a, at));
}
VJP(pad) { give(d, n, 0, slice_of(G, a, n->attr.lo, n->attr.lo + X->type.shape.dim[X->type.shape.rank - 1])); }
VJP(concat)
{
    int at = 0;
    for (int i = 0; i < n->nargs; i++) {
        int size = n->args[i]->type.shape.dim[n->args[i]->type.shape.rank - 1];
        if (wants(d, n, i))
            give(d, n, i, slice_of(G, a, at, at + size));
        at += size;
    }
}
static Node *product_adjoint(Graph *g, Node *a, Node *w, const char *la, const char *lw, const char *lo, int drop)
{
    if (!(drop & DROP_T) || !is_whole(a) || w->type.batch)
        return contract_of(g, a, w, la, lw, lo, drop);
    Node *v = contract_of(g, a, w, la, lw, lo, drop & ~DROP_T);   /* no example: nothing to be summed in one product */
    return sum_adjoint(g, v, DROP_T, 0);
}
VJP(contract)                                           /* a product's adjoints are products */
{
    bool t = a->type.axis || X->type.axis || Y->type.axis, b = a->type.batch || X->type.batch || Y->type.batch;
    for (int i = 0; i < 2; i++) {
        const Node *of = n->args[i];
        int drop = (t && !of->type.axis ? DROP_T : 0) | (b && !of->type.batch ? DROP_B : 0);
        if (wants(d, n, i))
            give(d, n, i, i == 0 ? product_adjoint(G, a, Y, n->attr.lo_, n->attr.lw, n->attr.lx, drop)
                                 : product_adjoint(G, a, X, n->attr.lo_, n->attr.lx, n->attr.lw, drop));
    }
}
/* its operand's part was opened before; the initial rows' is here */
VJP(delay)
{
    if (n->nargs > 1 && wants(d, n, 1))
        give(d, n, 1, edge_of(G, a, n->attr.k));
}
VJP(edge)
{
    Attr at = { .k = n->attr.k, .axis = X->type.axis };
    give(d, n, 0, node(G, Oplace, 1, &a, at));
}
VJP(place) { give(d, n, 0, edge_of(G, a, n->attr.k)); }
VJP(matrix)
{
    Attr at = { .axis = X->type.axis };
    give(d, n, 0, node(G, Oalong, 1, &a, at));
}
VJP(along) { give(d, n, 0, is_whole(a) ? node1(G, Omatrix, a) : matrix_of(G, a)); }
VJP(sample) { give(d, n, 0, node1(G, Ospread, a)); }
VJP(spread)
{
    Attr at = { .axis = X->type.axis };
    give(d, n, 0, node(G, Osample, 1, &a, at));
}

#undef G
#undef X
#undef Y

static Vjp *const rule[OP_COUNT] = {
#define OP(name, in, type, vjp, kind, ...) vjp_##vjp,
#include "ops.h"
#undef OP
};

static bool flows(const Node *n, int i) { return rule[n->op] != vjp_none && !(n->op == Oselect && i == 0); }

/* ---- the sum of the contributions ---- */

/* pads that tile n are the concatenation of what they pad: the adjoint of a split */
static void tile_pads(Derive *d, Node *n, List *l)
{
    int rank = n->type.shape.rank, count = 0, at = 0;
    Node *pads[64];
    for (int i = 0; i < l->n && count < 64; i++)
        if (l->node[i]->op == Opad)
            pads[count++] = l->node[i];
    if (count < 2 || !rank)
        return;
    for (int i = 1; i < count; i++)                     /* by place; few, so by insertion */
        for (int j = i; j > 0 && pads[j]->attr.lo < pads[j - 1]->attr.lo; j--) {
            Node *p = pads[j];
            pads[j] = pads[j - 1], pads[j - 1] = p;
        }
    for (int i = 0; i < count; i++) {
        if (pads[i]->attr.lo != at)
            return;
        at = n->type.shape.dim[rank - 1] - pads[i]->attr.hi;
    }
    if (at != n->type.shape.dim[rank - 1])
        return;
    int out = 0;
    for (int i = 0; i < l->n; i++)
        if (l->node[i]->op != Opad)
            l->node[out++] = l->node[i];
    l->n = out;
    for (int i = 0; i < count; i++)
        pads[i] = pads[i]->args[0];
    append(d, l, concat_of(d->g, count, pads));
}

/* delay(x, k) + place(v, k) = delay(x, k, v): a final state's adjoint starts the backward recurrence */
static void start_recurrences(Derive *d, Node *n, List *l)
{
    if (!n->type.axis || n->type.axis->ragged)
        return;
    for (int i = 0; i < d->order.n; i++) {
        Node *o = d->opened[d->order.node[i]->id];
        if (!o || o->nargs > 1 || d->order.node[i]->args[0] != n)
            continue;
        for (int j = 0; j < l->n; j++)
            if (l->node[j]->op == Oplace && l->node[j]->attr.k == o->attr.k) {
                add_init(d->g, o, l->node[j]->args[0]);
                memmove(&l->node[j], &l->node[j + 1], (size_t)(l->n - j - 1) * sizeof *l->node);
                l->n--;
                break;
            }
    }
}

static Node *gathered(Derive *d, Node *n)
{
    List *l = &d->parts[n->id];
    start_recurrences(d, n, l);
    tile_pads(d, n, l);
    Node *sum = NULL;
    for (int i = 0; i < l->n; i++)
        sum = sum ? node2(d->g, Oadd, sum, l->node[i]) : l->node[i];
    return expand_to(d->g, sum ? sum : zero(d), n->type);
}

/* ---- who takes part ---- */

static void find_active(Derive *d, Node *loss, Node *const *of, int n)
{
    bool *depends = alloc(d->g->mem, (size_t)d->n), *reached = alloc(d->g->mem, (size_t)d->n);
    d->active = alloc(d->g->mem, (size_t)d->n);
    for (int i = 0; i < n; i++)
        if (of[i]->id < d->n)
            depends[of[i]->id] = true;
    reached[loss->id] = true;
    for (bool again = true; again;) {                   /* delays close cycles: until nothing changes */
        again = false;
        for (int i = 0; i < d->order.n; i++) {
            Node *up = d->order.node[i], *down = d->order.node[d->order.n - 1 - i];
            for (int j = 0; j < up->nargs; j++)
                if (flows(up, j) && depends[up->args[j]->id] && !depends[up->id])
                    depends[up->id] = again = true;
            for (int j = 0; j < down->nargs; j++)
                if (flows(down, j) && reached[down->id] && !reached[down->args[j]->id])
                    reached[down->args[j]->id] = again = true;
        }
    }
    for (int i = 0; i < d->n; i++)
        d->active[i] = depends[i] && reached[i];
}

/* the adjoint of each of these nodes, NULL where the loss does not depend on it */
static Node **adjoints(Graph *g, Node *loss, Node *const *of, int n)
{
    if (loss->type.axis || loss->type.batch || loss->type.shape.rank)
        err(loss->loc, "a loss is one number, found %s: sum it over the axis, the batch and the features",
            type_text(g->mem, loss->type));
    Derive d = { .g = g, .order = topo(g->mem, g, &loss, 1), .n = g->n };
    d.parts = alloc(g->mem, (size_t)d.n * sizeof *d.parts);
    d.opened = alloc(g->mem, (size_t)d.n * sizeof *d.opened);
    Node **bar = alloc(g->mem, (size_t)d.n * sizeof *bar);
    find_active(&d, loss, of, n);
    Loc loc = g->loc;
    bool adjoint = g->adjoint;
    g->adjoint = true;
    append(&d, &d.parts[loss->id], constant(g, 1));
    for (int i = 0; i < d.order.n; i++) {
        Node *x = d.order.node[i];
        if (x->op != Odelay || !d.active[x->id] || !d.active[x->args[0]->id])
            continue;
        g->loc = x->loc;
        d.opened[x->id] =
            new_state(g, x->type, -x->attr.k, NULL, format(g->mem, "d %s", x->name ? x->name : "delay"));
        append(&d, &d.parts[x->args[0]->id], reduced(g, d.opened[x->id], x->args[0]));
    }
    for (int i = d.order.n - 1; i >= 0; i--) {
        Node *x = d.order.node[i];
        if (!d.active[x->id])
            continue;
        g->loc = x->loc;
        Node *a = bar[x->id] = gathered(&d, x);
        if (x->name && !a->name && a->adjoint)          /* it may be a forward value that is passed on */
            a->name = format(g->mem, "d %s", x->name);
        if (d.opened[x->id])
            close_state(g, d.opened[x->id], a);
        rule[x->op](&d, x, a);
    }
    Node **found = alloc(g->mem, (size_t)(n + 1) * sizeof *found);
    for (int i = 0; i < n; i++)
        found[i] = of[i]->id < d.n ? bar[of[i]->id] : NULL;
    g->loc = loc, g->adjoint = adjoint;
    return found;
}

void derive(Graph *g, Node *loss, Leaf *const *wrt, int n)
{
    Node **of = alloc(g->mem, (size_t)(n + 1) * sizeof *of);
    for (int i = 0; i < n; i++)
        of[i] = leaf_node(g, wrt[i]);
    Node **grad = adjoints(g, loss, of, n);
    Loc loc = g->loc;
    bool adjoint = g->adjoint;
    g->adjoint = true;
    for (int i = 0; i < n; i++) {
        g->loc = wrt[i]->loc;
        add_root(g, R_GRAD, wrt[i]->name, wrt[i], grad[i] ? grad[i] : expand_to(g, constant(g, 0), wrt[i]->type));
    }
    g->loc = loc, g->adjoint = adjoint;
}

void derive_at(Graph *g, Node *loss, Node *const *of, const char *const *name, int n)
{
    Node **grad = adjoints(g, loss, of, n);
    for (int i = 0; i < n; i++)
        add_root(g, R_OUTPUT, name[i], NULL, grad[i] ? grad[i] : expand_to(g, constant(g, 0), of[i]->type));
}
