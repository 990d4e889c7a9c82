/* opt_lookup.c -- a row looked up in a matrix and then multiplied is a row looked up in the product: (onehot E) W is
 * onehot (E W); and f(onehot E, b) is onehot f(E, b) for maps and for sums along the row, unless a target may be missing:
 * its row is zero, but f(0) need not be. An embedding is then multiplied, a row normalised once for each class instead of
 * once for each example and step, and what the next layer reads is a row of a table. Only where there are clearly fewer
 * classes than rows; runs before derive, so that gradients gain as much. Weights and what is computed from them alone; no
 * cell is known here.
 */
#include "graph.h"

#include <string.h>

static bool is_matrix_of_weights(const Node *n) { return made_of_weights(n) && n->type.shape.rank == 2; }

/* a row of a matrix, picked by a class */
static bool is_lookup(const Node *n)
{
    return n->op == Ocontract && !n->attr.drop && n->args[0]->op == Oonehot && is_matrix_of_weights(n->args[1]) &&
           strlen(n->attr.lx) == 1 && strlen(n->attr.lo_) == 1 && n->attr.lo_[0] != n->attr.lx[0];
}

static bool pays(const Graph *g, const Node *lookup)
{
    const Node *hot = lookup->args[0];
    double rows = (hot->type.batch ? g->model->batch : 1) * (double)(hot->type.axis ? hot->type.axis->steps : 1);
    return hot->attr.hi * 4.0 <= rows * 3;
}

static Node *associate(Rewrite *r, Node *old)
{
    const Attr *a = &old->attr;
    if (old->op != Ocontract || a->drop || strlen(a->lo_) != 1)
        return NULL;
    for (int side = 0; side < 2; side++) {
        Node *lookup = old->args[side], *w = old->args[1 - side];
        const char *lx = side == 0 ? a->lx : a->lw, *lw = side == 0 ? a->lw : a->lx;
        if (!is_lookup(lookup) || !is_matrix_of_weights(w) || !strchr(lw, lx[0]) || lx[0] == a->lo_[0] || !pays(r->from, lookup))
            continue;
        bool rows = lookup->attr.lw[0] == lookup->attr.lx[0];   /* a class is a row of E, not a column */
        Node *hot = rewritten(r, lookup->args[0]), *e = rewritten(r, lookup->args[1]);
        Node *table = contract_of(r->to, e, rewritten(r, w), rows ? "vk" : "kv", lw[0] == lx[0] ? "kn" : "nk", "vn", 0);
        return contract_of(r->to, hot, table, "v", "vn", "n", 0);
    }
    return NULL;
}

/* f(lookup, weights ..): the table of f; NULL if another argument is not the same for all rows. */
static Node *tabulate(Rewrite *r, Node *old)
{
    const bool sum = old->op == Osum && !old->attr.drop && old->type.shape.rank == 1;
    Node *hot = NULL, *a[3];
    bool rows = false;                                      /* a class is a row of the table, not a column */
    if (!sum && op_info[old->op].kind != MAP)
        return NULL;
    for (int i = 0; i < old->nargs; i++) {
        a[i] = rewritten(r, old->args[i]);
        const bool own = is_lookup(a[i]), of_rows = own && a[i]->attr.lw[0] == a[i]->attr.lx[0];
        if (own ? may_miss(a[i]->args[0]) || (hot && (hot != a[i]->args[0] || rows != of_rows)) || !pays(r->from, a[i])
                : a[i]->type.axis || a[i]->type.batch || a[i]->type.shape.rank > 1)
            return NULL;
        if (own)
            hot = a[i]->args[0], rows = of_rows;
    }
    if (!hot)
        return NULL;
    for (int i = 0; i < old->nargs; i++)
        if (is_lookup(a[i]))
            a[i] = a[i]->args[1];
        else if (!rows && a[i]->type.shape.rank == 1)
            a[i] = reshape_to(r->to, a[i], (Shape){ 2, { a[i]->type.shape.dim[0], 1 } });
    Node *table = sum ? sum_of(r->to, a[0], 0, rows ? 2 : 1) : node(r->to, old->op, old->nargs, a, old->attr);
    return contract_of(r->to, hot, table, "v", rows ? "vn" : "nv", "n", 0);
}

static Node *look_up(Rewrite *r, Node *old)
{
    Node *n = associate(r, old);
    return n ? n : tabulate(r, old);
}

Graph *opt_lookup(Graph *g) { return rewrite(g, look_up, NULL); }
