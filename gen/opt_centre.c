/* opt_centre.c -- what products and biases add up to, less its own mean, is what they add up to when their weights' means
 * over the row are taken from them: W h + b - mean(W h + b) = (W - mean W) h + (b - mean b). Whoever normalises such a row then
 * neither adds it up nor waits for that sum; a predictor holds the weights so. Where weights change, only if there are clearly
 * more rows than weights to a number of one; runs before derive, so that gradients gain as much. Products and sums alone;
 * no layer is known here.
 */
#include "graph.h"

#include <string.h>

typedef struct {
    int *uses;                      /* by old id */
    bool trains;                    /* weights change between two calls */
} Centre;

/* what one number is made of, [] or [1] */
static const Node *number(const Node *n)
{
    return n->op == Oreshape && shape_size(n->type.shape) == 1 ? n->args[0] : n;
}

bool is_row_mean(const Node *mean, const Node *x)
{
    const int rank = x->type.shape.rank;
    double n;
    mean = number(mean);
    if (mean->op != Odiv || rank == 0)
        return false;
    const Node *sum = number(mean->args[0]);
    return sum->op == Osum && sum->args[0] == x && !sum->attr.drop && sum->attr.dims == 1 << (rank - 1) && is_uniform(mean->args[1], &n) &&
           n == x->type.shape.dim[rank - 1];
}

/* less its mean over dimension d */
static Node *less_mean(Graph *g, Node *w, int d)
{
    return node2(g, Osub, w, node2(g, Odiv, sum_of(g, w, 0, 1 << d), constant(g, w->type.shape.dim[d])));
}

static double rows_of(const Graph *g, const Node *n)
{
    return (n->type.batch ? g->model->batch : 1) * (double)(n->type.axis ? n->type.axis->steps : 1);
}

static Node *centred_product(Rewrite *r, Node *x)
{
    const Centre *c = r->data;
    const Attr *a = &x->attr;
    const char along = a->lo_[strlen(a->lo_) - 1];
    const int n = x->type.shape.dim[x->type.shape.rank - 1];
    for (int side = 0; side < 2 && !a->drop; side++) {
        const Node *w = x->args[side];
        const char *own = side == 0 ? a->lx : a->lw, *other = side == 0 ? a->lw : a->lx, *at = strchr(own, along);
        if (!made_of_weights(w) || !at || strchr(other, along) || made_of_weights(x->args[1 - side]))
            continue;
        if (c->trains && rows_of(r->from, x) < 2 * (double)shape_size(w->type.shape) / n)
            return NULL;
        Node *args[2] = { rewritten(r, x->args[0]), rewritten(r, x->args[1]) };
        args[side] = less_mean(r->to, args[side], (int)(at - own));
        return node(r->to, Ocontract, 2, args, *a);
    }
    return NULL;
}

/* x less its mean, if it is made of products and weights that nothing else needs */
static Node *centred(Rewrite *r, Node *x, int uses)
{
    const Centre *c = r->data;
    const Shape *s = &x->type.shape;
    if (made_of_weights(x))
        return s->rank == 0 || s->dim[s->rank - 1] == 1 ? NULL : less_mean(r->to, rewritten(r, x), s->rank - 1);
    if (c->uses[x->id] != uses)
        return NULL;
    if (x->op == Ocontract)
        return centred_product(r, x);
    if (x->op != Oadd && x->op != Osub)
        return NULL;
    for (int i = 0; i < 2; i++)
        if (x->args[i]->type.shape.rank != s->rank && !made_of_weights(x->args[i]))
            return NULL;
    Node *a = centred(r, x->args[0], 1), *b = a ? centred(r, x->args[1], 1) : NULL;
    return b ? node2(r->to, x->op, a, b) : NULL;
}

static Node *centre(Rewrite *r, Node *old)
{
    if (old->op != Osub || !is_row_mean(old->args[1], old->args[0]) || made_of_weights(old))
        return NULL;
    Node *n = centred(r, old->args[0], 2);                  /* itself and its mean */
    return n && same_type(n->type, old->type) ? n : NULL;
}

Graph *opt_centre(Graph *g)
{
    Centre c = { alloc(g->mem, (size_t)g->n * sizeof *c.uses), false };
    for (int i = 0; i < g->n; i++)
        for (int j = 0; j < g->node[i]->nargs; j++)
            c.uses[g->node[i]->args[j]->id]++;
    for (int i = 0; i < g->roots; i++) {
        c.uses[g->root[i].node->id]++;
        c.trains = c.trains || g->root[i].kind == R_LOSS;
    }
    return rewrite(g, centre, &c);
}
