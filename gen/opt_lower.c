/* opt_lower.c -- softmax, its logarithm and `best` as reductions and maps, so that they fuse with what stands around
 * them and a loss shares its exponentials with its gradient; `peak` as a recurrence. Runs after derive: the parts need
 * no derivatives.
 */
#include "rnnc.h"

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

static Node *lower(Rewrite *r, Node *old)
{
    Graph *g = r->to;
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
