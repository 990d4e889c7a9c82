/* opt_certain.c -- random values become what they are outside of training: a constant each, which the door then folds
 * away where it does nothing. Only gradients are computed with drawn ones.
 */
#include "graph.h"

static Node *certain(Rewrite *r, Node *old)
{
    const Leaf *l = old->op == Oinput ? old->attr.leaf : NULL;
    return l && l->role == RANDOM ? expand_to(r->to, constant(r->to, l->otherwise), old->type) : NULL;
}

Graph *opt_certain(Graph *g) { return rewrite(g, certain, NULL); }
