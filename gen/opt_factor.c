/* opt_factor.c -- what is the same all along a row is worked with once a row: a row divided by such a number is multiplied
 * by its reciprocal, a sum over a row leaves such factors outside, and the distances from the row's own mean add up to
 * nothing. The statistics of a row and their adjoints then need one sweep where they needed several, and a row divided
 * by a number is cheap enough to be computed again instead of stored. Runs after derive; knows sums and maps only.
 */
#include "graph.h"

typedef struct {
    bool *divides;                  /* by old id: a row is divided by it, so that its reciprocal is at hand */
} Factor;

enum { TERMS = 8, SHORT = 16 };                         /* SHORT: a row of one vector, which one division serves, and more exactly */

typedef struct {
    Node *x, *factor;               /* factor NULL: 1 */
    bool minus;
} Term;

typedef struct {
    Graph *g;
    Node *row;                      /* what is summed */
    Attr attr;
    Term term[TERMS];
    int n, gone;                    /* gone: terms that add up to nothing */
    bool fails;
} Terms;

static bool fewer_along_row(Type a, Type row)
{
    int ra = a.shape.rank, r = row.shape.rank;
    return r > 0 && row.shape.dim[r - 1] > SHORT && (ra == 0 || a.shape.dim[ra - 1] == 1);
}

/* the same at every place that the sum runs over */
static bool same_along(const Terms *t, const Node *f)
{
    int rank = t->row->type.shape.rank;
    for (int i = 0; i < rank; i++) {
        int j = i - (rank - f->type.shape.rank);
        if ((t->attr.dims >> i & 1) && j >= 0 && f->type.shape.dim[j] != 1)
            return false;
    }
    return true;
}

static Node *row_sum(Graph *g, Node *x, Attr a);

/* x - mean of x */
static bool centred(const Terms *t, const Node *x)
{
    if (x->op != Osub || !same_type(x->args[0]->type, t->row->type))
        return false;
    double n = 1;
    for (int i = 0; i < t->row->type.shape.rank; i++)
        if (t->attr.dims >> i & 1)
            n *= t->row->type.shape.dim[i];
    const Node *mean = x->args[1]->op == Oexpand ? x->args[1]->args[0] : x->args[1];
    if (!same_along(t, mean) || mean->op != Omul)
        return false;
    return mean == node2(t->g, Omul, row_sum(t->g, x->args[0], t->attr), constant(t->g, 1 / n));
}

static Node *times(Graph *g, Node *a, Node *b) { return a ? node2(g, Omul, a, b) : b; }

static void find_terms(Terms *t, Node *x, Node *factor, bool minus)
{
    if (t->fails || centred(t, x)) {
        t->gone += !t->fails;
        return;
    }
    if (x->op == Oneg) {
        find_terms(t, x->args[0], factor, !minus);
        return;
    }
    if (x->op == Oadd || x->op == Osub) {
        find_terms(t, x->args[0], factor, minus);
        find_terms(t, x->args[1], factor, minus != (x->op == Osub));
        return;
    }
    for (int i = 0; x->op == Omul && i < 2; i++)
        if (same_along(t, x->args[i])) {
            find_terms(t, x->args[1 - i], times(t->g, factor, x->args[i]), minus);
            return;
        }
    if (!same_type(x->type, t->row->type) || t->n == TERMS)
        t->fails = true;
    else
        t->term[t->n++] = (Term){ x, factor, minus };
}

/* a sum over features alone */
static Node *row_sum(Graph *g, Node *x, Attr a)
{
    Terms t = { .g = g, .row = x, .attr = a };
    find_terms(&t, x, NULL, false);
    Node *plain = node(g, Osum, 1, &x, a);
    if (t.fails || (!t.gone && (t.n != 1 || t.term[0].x == x)))
        return plain;
    Node *sum = NULL;
    for (int i = 0; i < t.n; i++) {                     /* one term is summed bare, several together */
        const Term *m = &t.term[i];
        Node *v = t.n > 1 && m->factor ? node2(g, Omul, m->x, m->factor) : m->x;
        sum = !sum ? (m->minus ? node1(g, Oneg, v) : v) : node2(g, m->minus ? Osub : Oadd, sum, v);
    }
    if (!sum)
        return expand_to(g, constant(g, 0), plain->type);
    sum = node(g, Osum, 1, &sum, a);
    return expand_to(g, t.n == 1 && t.term[0].factor ? node2(g, Omul, sum, t.term[0].factor) : sum, plain->type);
}

static Node *factor(Rewrite *r, Node *old)
{
    const Factor *f = r->data;
    Graph *g = r->to;
    double v;
    if (old->op == Osum && !old->attr.drop)
        return row_sum(g, rewritten(r, old->args[0]), old->attr);
    if (old->op != Odiv)
        return NULL;
    Node *x = rewritten(r, old->args[0]), *by = rewritten(r, old->args[1]);
    if (is_uniform(by, &v) && v != 0 && old->args[0]->op == Osum)       /* a mean */
        return expand_to(g, node2(g, Omul, x, constant(g, 1 / v)), old->type);
    if (!f->divides[old->args[1]->id] || is_uniform(x, &v))
        return NULL;
    return expand_to(g, node2(g, Omul, x, node2(g, Odiv, constant(g, 1), by)), old->type);
}

Graph *opt_factor(Graph *g)
{
    Factor f = { alloc(g->mem, (size_t)g->n) };
    double v;
    for (int i = 0; i < g->n; i++) {
        const Node *n = g->node[i];
        if (n->op == Odiv && fewer_along_row(n->args[1]->type, n->type) && !is_uniform(n->args[1], &v))
            f.divides[n->args[1]->id] = true;
    }
    return rewrite(g, factor, &f);
}
