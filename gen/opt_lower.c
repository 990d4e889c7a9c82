/* opt_lower.c -- softmax, its logarithm and `best` as reductions and maps, so that they fuse with what stands around
 * them and a loss shares its exponentials with its gradient; a product that sums over nothing as a map; `peak` as a
 * recurrence. Runs after derive: the parts need no derivatives.
 */
#include "graph.h"

#include <string.h>

/* The first maximum over the axis: its step is carried along, so that nothing depends on two numbers being equal. */
static Node *lower_peak(Graph *g, Node *x)
{
    Attr a = { .axis = x->type.axis };
    Node *index = node(g, Oindex, 0, NULL, a);
    Node *most = new_state(g, x->type, 1, constant(g, -3.4e38), "most"), *at = new_state(g, x->type, 1, NULL, "at");
    Node *more = node2(g, Olt, most, x), *next = select_of(g, more, index, at);
    close_state(g, most, select_of(g, more, x, most));
    close_state(g, at, next);
    return node2(g, Oeq, index, last_of(g, next, constant(g, -1), -1));
}

/* Operand of a product, laid out like the result: a dimension that it lacks has size 1. NULL: dimensions of other sizes are
 * summed, or they would change places. */
static Node *spread_out(Graph *g, Node *x, const char *mine, const char *result, Shape like)
{
    Shape s = like;
    int last = -1;
    for (int i = 0; i < like.rank; i++)
        s.dim[i] = 1;
    for (const char *c = mine; *c; c++) {
        const char *at = strchr(result, *c);
        int size = x->type.shape.dim[c - mine];
        if (!at && size > 1)
            return NULL;
        if (!at)
            continue;
        if (at - result < last)
            return NULL;
        last = (int)(at - result);
        s.dim[last] = size;
    }
    return reshape_to(g, x, s);
}

/* A product that sums over nothing is a map, which fuses. */
static Node *lower_product(Rewrite *r, Node *old)
{
    const Attr *a = &old->attr;
    if (a->drop || old->args[0]->op == Oonehot || old->args[1]->op == Oonehot)
        return NULL;
    for (int side = 0; side < 2; side++) {              /* without a side effect on the graph if it is none */
        const char *letters = side ? a->lw : a->lx;
        for (const char *c = letters; *c; c++)
            if (!strchr(a->lo_, *c) && old->args[side]->type.shape.dim[c - letters] > 1)
                return NULL;
    }
    Node *x = spread_out(r->to, rewritten(r, old->args[0]), a->lx, a->lo_, old->type.shape);
    Node *w = x ? spread_out(r->to, rewritten(r, old->args[1]), a->lw, a->lo_, old->type.shape) : NULL;
    return w ? expand_to(r->to, node2(r->to, Omul, x, w), old->type) : NULL;
}

static Node *lower(Rewrite *r, Node *old)
{
    Graph *g = r->to;
    if (old->op == Ocontract)
        return lower_product(r, old);
    if (old->op == Opeak)
        return lower_peak(g, rewritten(r, old->args[0]));
    if (old->op != Osoftmax && old->op != Ologsoftmax && old->op != Obest)
        return NULL;
    Node *x = rewritten(r, old->args[0]);
    int last = x->type.shape.rank - 1;
    if (old->op == Obest) {
        Attr a = { .hi = x->type.shape.dim[last] };
        Node *id = node1(g, Oargmax, x);
        return node(g, Oonehot, 1, &id, a);
    }
    Node *shifted = node2(g, Osub, x, node1(g, Orowmax, x));   /* the largest is 0: no overflow */
    Node *e = node1(g, Oexp, shifted), *total = sum_of(g, e, 0, 1 << last);
    return old->op == Osoftmax ? node2(g, Odiv, e, total) : node2(g, Osub, shifted, node1(g, Olog, total));
}

Graph *opt_lower(Graph *g) { return rewrite(g, lower, NULL); }
