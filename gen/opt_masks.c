/* opt_masks.c -- drops a mask over what is 0 past the length anyway. `clean` is the greatest fixed point:
 * every value on a ragged axis is taken to be 0 there until an operation says otherwise. Sound because a cycle
 * of clean nodes closes only through delays that look ahead, so that induction from the last step down holds.
 */
#include "graph.h"

static bool starts_clean(const Node *n) { return ragged(n) || is_const(n, 0); }

static bool zero_of_zero(Op op)                         /* f(0, ..) = 0 */
{
    switch (op) {
    case Oadd: case Osub: case Oneg: case Otanh: case Orelu: case Osqrt: case Oabs: case Osign: case Omax:
    case Omin: case Oreshape: case Oslice: case Opad: case Oconcat: case Oexpand:
        return true;
    default:
        return false;
    }
}

static bool holds(const Node *n, const bool *clean)
{
    bool all = true, any = false;
    bool c[3] = { false, false, false };
    for (int i = 0; i < n->nargs; i++) {
        const Node *a = n->args[i];
        bool x = clean[a->id] && (a->type.axis == n->type.axis || is_const(a, 0));
        all = all && x;
        any = any || x;
        if (i < 3)
            c[i] = x;
    }
    if (n->op == Oconst || n->op == Oplace || is_mask(n))
        return clean[n->id];
    if (n->op == Oinput)                                /* zeroed as it is read, where each example has its own */
        return n->type.batch && n->attr.leaf->role != RANDOM && clean[n->id];
    switch (n->op) {
    case Omul: case Ocontract: return any;
    case Oselect: return c[1] && c[2];
    case Odiv: case Osum: return c[0];
    case Odelay: return n->attr.k < 0 && n->nargs == 1 && c[0];
    case Osample: case Ospread: return clean[n->args[0]->id];
    default: return zero_of_zero(n->op) && all;
    }
}

static Node *skip(Rewrite *r, Node *old)
{
    const bool *clean = r->data;
    return is_mask(old) && clean[old->args[1]->id] ? expand_to(r->to, rewritten(r, old->args[1]), old->type) : NULL;
}

Graph *opt_masks(Graph *g)
{
    Arena *mem = arena_new();
    Order order = topo_roots(mem, g);
    bool *clean = alloc(mem, (size_t)g->n + 1);
    for (int i = 0; i < order.n; i++)
        clean[order.node[i]->id] = starts_clean(order.node[i]);
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < order.n; i++)
            if (clean[order.node[i]->id] && !holds(order.node[i], clean))
                clean[order.node[i]->id] = false, again = true;
    }
    Graph *to = rewrite(g, skip, clean);
    arena_free(mem);
    return to;
}
