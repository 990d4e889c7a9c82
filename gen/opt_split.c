/* opt_split.c -- a slice of a map is the map of slices: gates that are added up together and then split become one
 * fused kernel each element of which sees its own parts. A row picked from a matrix by a class is cut the same way: the
 * matrix is. Only where nobody needs the map as a whole, or a few additions and multiplications are all that it takes:
 * its parts are then computed beside it instead of read back.
 */
#include "graph.h"

#include <string.h>

typedef struct { bool *whole; } Split;

/* a product with a one-hot vector: row or column of weights [o, i] or [i, o]; rows also of what weights became */
static bool is_lookup(const Node *n)
{
    if (n->op != Ocontract || n->attr.drop || n->args[0]->op != Oonehot || strlen(n->attr.lo_) != 1 || strlen(n->attr.lx) != 1 ||
        strlen(n->attr.lw) != 2 || n->attr.lo_[0] == n->attr.lx[0])
        return false;
    const Node *w = n->args[1];
    return w->op == Oparam || (n->attr.lw[0] == n->attr.lx[0] && !w->type.axis && !w->type.batch);
}

static bool is_map(const Node *n) { return op_info[n->op].kind == MAP || is_lookup(n); }

static Node *cut_lookup(Rewrite *r, Node *old, int lo, int hi)
{
    Graph *g = r->to;
    Node *w = rewritten(r, old->args[1]);
    int outer = w->type.shape.dim[0], inner = w->type.shape.dim[1], all = outer * inner, dim[2] = { hi - lo, inner };
    if (old->attr.lw[0] == old->attr.lo_[0])            /* [o, i]: o rows */
        w = reshape_to(g, slice_of(g, reshape_to(g, w, shape_of(1, &all)), lo * inner, hi * inner), shape_of(2, dim));
    else
        w = slice_of(g, w, lo, hi);
    return contract_of(g, rewritten(r, old->args[0]), w, old->attr.lx, old->attr.lw, old->attr.lo_, 0);
}

/* operand i of a map, cut like its result; broadcast operands are left as they are */
static Node *cut(Graph *g, Node *x, int lo, int hi, int size)
{
    int rank = x->type.shape.rank;
    if (!rank || (x->type.shape.dim[rank - 1] == 1 && size > 1))
        return x;
    return slice_of(g, x, lo, hi);
}

/* additions and multiplications from n down to what is no map; more than `most` where there is anything else */
static int light(const Node *n, int most)
{
    if (op_info[n->op].kind != MAP || n->type.shape.rank == 0 || n->type.shape.dim[n->type.shape.rank - 1] == 1)
        return 0;
    if (most == 0 || (n->op != Oadd && n->op != Osub && n->op != Omul && n->op != Oneg))
        return most + 1;
    int all = 1;
    for (int i = 0; i < n->nargs && all <= most; i++)
        all += light(n->args[i], most - all);
    return all;
}

static Node *push(Rewrite *r, const Split *s, Node *old, int lo, int hi)
{
    enum { FEW = 3 };
    int size = old->type.shape.dim[old->type.shape.rank - 1];
    const bool weights = !old->type.axis && !old->type.batch;   /* computed once, read in parts */
    if (!is_map(old) || weights || (s->whole[old->id] && (is_lookup(old) || light(old, FEW) > FEW)))
        return slice_of(r->to, rewritten(r, old), lo, hi);
    if (is_lookup(old))
        return cut_lookup(r, old, lo, hi);
    Node *args[3];
    for (int i = 0; i < old->nargs; i++) {
        Node *a = old->args[i];
        int rank = a->type.shape.rank;
        bool same = rank && a->type.shape.dim[rank - 1] == size;
        args[i] = same && is_map(a) ? push(r, s, a, lo, hi) : cut(r->to, rewritten(r, a), lo, hi, size);
    }
    Loc loc = r->to->loc;
    r->to->loc = old->loc;
    Node *n = node(r->to, old->op, old->nargs, args, old->attr);
    r->to->loc = loc;
    return n;
}

static Node *split(Rewrite *r, Node *old)
{
    Split *s = r->data;
    if (old->op != Oslice || !is_map(old->args[0]))
        return NULL;
    return push(r, s, old->args[0], old->attr.lo, old->attr.hi);
}

Graph *opt_split(Graph *g)
{
    Arena *mem = arena_new();
    Split s = { alloc(mem, (size_t)g->n) };
    Order order = topo_roots(mem, g);
    for (int i = order.n - 1; i >= 0; i--) {            /* needed as a whole: by a root, or by anything but a slice */
        Node *n = order.node[i];
        for (int j = 0; j < n->nargs; j++)
            if (n->op != Oslice && !(is_map(n) && !s.whole[n->id]))
                s.whole[n->args[j]->id] = true;
    }
    for (int i = 0; i < g->roots; i++)
        s.whole[g->root[i].node->id] = true;
    /* a map used by maps that are only sliced is itself only sliced; one user that needs it whole settles it */
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < order.n; i++) {
            Node *n = order.node[i];
            if (!is_map(n) || !s.whole[n->id])
                continue;
            for (int j = 0; j < n->nargs; j++)
                if (!s.whole[n->args[j]->id])
                    s.whole[n->args[j]->id] = again = true;
        }
    }
    Graph *to = rewrite(g, split, &s);
    arena_free(mem);
    return to;
}
