/* opt_distribute.c -- a product with a concatenation is the sum of the products with its parts, or [x h] W would pull W x
 * into the loop of h. Weights are cut, the concatenation goes unless something else needs it.
 */
#include "graph.h"

#include <string.h>

static bool joins_values(const Node *n)                 /* not weights that were put together */
{
    return n->op == Oconcat && (n->type.axis || n->type.batch);
}

static Node *distribute(Rewrite *r, Node *old)
{
    if (old->op != Ocontract || (old->attr.drop & DROP_T))
        return NULL;
    const Attr *a = &old->attr;
    size_t nx = strlen(a->lx), nw = strlen(a->lw);
    if (!nx || !nw || a->lx[nx - 1] != a->lw[nw - 1] || strchr(a->lo_, a->lx[nx - 1]))
        return NULL;
    for (int side = 0; side < 2; side++) {
        Node *join = old->args[side];
        if (!joins_values(join))
            continue;
        Node *other = rewritten(r, old->args[1 - side]), *sum = NULL;
        int at = 0;
        for (int i = 0; i < join->nargs; i++) {
            int size = join->args[i]->type.shape.dim[join->type.shape.rank - 1];
            Node *part = rewritten(r, join->args[i]), *cut = slice_of(r->to, other, at, at + size);
            Node *p = side == 0 ? contract_of(r->to, part, cut, a->lx, a->lw, a->lo_, a->drop)
                                : contract_of(r->to, cut, part, a->lx, a->lw, a->lo_, a->drop);
            sum = sum ? node2(r->to, Oadd, sum, p) : p;
            at += size;
        }
        return expand_to(r->to, sum, old->type);
    }
    return NULL;
}

Graph *opt_distribute(Graph *g) { return rewrite(g, distribute, NULL); }
