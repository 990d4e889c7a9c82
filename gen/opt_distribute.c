/* opt_distribute.c -- a product with a concatenation is the sum of the products with its parts, or [x h] W
 * would pull W x into the loop of h. Weights are cut; the concatenation goes unless something else needs it.
 */
#include "graph.h"

#include <string.h>

static bool joins_values(const Node *n)                 /* not weights that were put together */
{
    return n->op == Oconcat && (n->type.axis || n->type.batch);
}

/* the place, in the other operand, of the letter that stands for the concatenated dimension; -1: it is not summed
 * over */
static int summed_letter(const Attr *a, int side)
{
    const char *mine = side == 0 ? a->lx : a->lw, *other = side == 0 ? a->lw : a->lx;
    char letter = mine[strlen(mine) - 1];               /* a concatenation has a last dimension */
    const char *at = strchr(other, letter);
    return at && !strchr(a->lo_, letter) ? (int)(at - other) : -1;
}

static Node *distribute(Rewrite *r, Node *old)
{
    if (old->op != Ocontract || (old->attr.drop & DROP_T))
        return NULL;
    const Attr *a = &old->attr;
    for (int side = 0; side < 2; side++) {
        Node *join = old->args[side];
        int dim = joins_values(join) ? summed_letter(a, side) : -1;
        if (dim < 0)
            continue;
        Node *other = rewritten(r, old->args[1 - side]), *sum = NULL;
        for (int i = 0, at = 0; i < join->nargs; i++) {
            int size = join->args[i]->type.shape.dim[join->type.shape.rank - 1];
            Node *part = rewritten(r, join->args[i]), *cut = slice_dim(r->to, other, dim, at, at + size);
            Node *args[2] = {side == 0 ? part : cut, side == 0 ? cut : part};
            if ((a->drop & DROP_B) && !part->type.batch && !cut->type.batch)
                return NULL;                            /* no batch left to sum this part over */
            Node *p = node(r->to, Ocontract, 2, args, *a);
            sum = sum ? node2(r->to, Oadd, sum, p) : p;
            at += size;
        }
        return expand_to(r->to, sum, old->type);
    }
    return NULL;
}

Graph *opt_distribute(Graph *g) { return rewrite(g, distribute, NULL); }
