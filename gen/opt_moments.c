/* opt_moments.c -- sums of squares of rows, with fewer sweeps over the row, each of which waits for the one before.
 *
 * About the mean: with d = x - x[0], the sums of d and of d^2 are taken in one sweep, and
 *     x - mean x = d - sum(d) / n,    sum((x - mean x)^2) = sum(d^2) - sum(d)^2 / n.
 * What cancels is bounded: no number of n is further than sqrt(n - 1) standard deviations from their mean, so that
 * sum(d^2) is at most n times the difference. An ordinary x[0] loses a bit or two; one that lies that far from all others, a few
 * times n units in the last place, which is why rows are short.
 *
 * Of a line, a row s w + c with one number s and weights w, c: with the unit vector u along w,
 *     sum((s w + c)^2) = (s |w| + u c)^2 + sum((c - (u c) u)^2),
 * where nothing cancels but what does in s w + c, and all but s is known with the weights.
 *
 * For programs whose weights are constant: there are no derivatives, and what is made of weights costs nothing.
 */
#include "graph.h"

typedef struct {
    bool *about_mean;               /* by old id: x - mean x, whose squares are added up */
} Moments;

typedef struct { Node *s, *w, *c; } Line;               /* s w + c; NULL: 1 or none */

enum { ROW_MOST = 256 };                                /* longer rows do not wait for their sums: they take their time themselves */

static bool is_square_sum(const Node *n)
{
    if (n->op != Osum || n->attr.drop || made_of_weights(n))
        return false;
    const Node *x = n->args[0];
    return x->op == Omul && x->args[0] == x->args[1] && x->type.shape.rank > 0 && n->attr.dims == 1 << (x->type.shape.rank - 1) &&
           x->type.shape.dim[x->type.shape.rank - 1] <= ROW_MOST && same_type(x->type, x->args[0]->type);
}

static Node *sum_last(Graph *g, Node *x) { return sum_of(g, x, 0, 1 << (x->type.shape.rank - 1)); }

/* ---- about the mean ---- */

static Node *from_first(Graph *g, Node *x) { return node2(g, Osub, x, node1(g, Orowfirst, x)); }

static Node *times(Graph *g, Node *x, double c) { return node2(g, Omul, x, constant(g, c)); }

/* divided by `by`; `more` is added before anything is subtracted, which is not waited for */
static Node *squares_about_mean(Graph *g, Node *x, double by, double more)
{
    const double n = x->type.shape.dim[x->type.shape.rank - 1];
    Node *d = from_first(g, x), *sum = sum_last(g, d), *mean = times(g, sum, 1 / n);
    Node *square = by == n ? node2(g, Omul, mean, mean) : times(g, node2(g, Omul, sum, mean), 1 / by);
    return node2(g, Osub, node2(g, Oadd, times(g, sum_last(g, node2(g, Omul, d, d)), 1 / by), constant(g, more)), square);
}

static Node *less_mean(Graph *g, Node *x)
{
    const double n = x->type.shape.dim[x->type.shape.rank - 1];
    Node *d = from_first(g, x);
    return node2(g, Osub, d, times(g, sum_last(g, d), 1 / n));
}

/* ---- of a line ---- */

static bool is_number(const Node *n) { return shape_size(n->type.shape) == 1; }

static Node *sum_or(Graph *g, Op op, Node *a, Node *b)
{
    return a && b ? node2(g, op, a, b) : a ? a : b && op == Osub ? node1(g, Oneg, b) : b;
}

/* Of the old graph; s is looked up in the new one. */
static bool line_of(Rewrite *r, Node *n, Line *l)
{
    Graph *g = r->to;
    Line a = { 0 }, b = { 0 };
    if (made_of_weights(n)) {
        *l = (Line){ .c = rewritten(r, n) };
        return true;
    }
    if (n->op == Oexpand || n->op == Oreshape)
        return n->op == Oexpand && same_shape(n->type.shape, n->args[0]->type.shape) && line_of(r, n->args[0], l);
    if (n->op == Omul) {
        for (int i = 0; i < 2; i++)
            if (is_number(n->args[i]) && made_of_weights(n->args[1 - i])) {
                *l = (Line){ .s = rewritten(r, n->args[i]), .w = rewritten(r, n->args[1 - i]) };
                return true;
            }
        return false;
    }
    if ((n->op != Oadd && n->op != Osub) || !line_of(r, n->args[0], &a) || !line_of(r, n->args[1], &b) || (a.s && b.s && a.s != b.s))
        return false;
    *l = (Line){ .s = a.s ? a.s : b.s, .w = sum_or(g, n->op, a.w, b.w), .c = sum_or(g, n->op, a.c, b.c) };
    return true;
}

static Node *squares_of_line(Graph *g, Line l)
{
    Node *zero = constant(g, 0), *least = constant(g, 1e-30);
    Node *length = node1(g, Osqrt, sum_last(g, node2(g, Omul, l.w, l.w)));
    Node *across = select_of(g, node2(g, Olt, length, least), zero, node2(g, Odiv, constant(g, 1), node2(g, Omax, length, least)));
    Node *sum = node2(g, Omul, l.s, length);
    if (!l.c)
        return node2(g, Omul, sum, sum);
    Node *u = node2(g, Omul, l.w, across), *along = sum_last(g, node2(g, Omul, u, l.c));
    Node *rest = node2(g, Osub, l.c, node2(g, Omul, u, along));
    sum = node2(g, Oadd, sum, along);
    return node2(g, Oadd, node2(g, Omul, sum, sum), sum_last(g, node2(g, Omul, rest, rest)));
}

static Node *squares(Rewrite *r, Node *old, double by, double more)
{
    const Moments *m = r->data;
    Node *x = old->args[0]->args[0];
    Line l;
    if (m->about_mean[x->id])
        return squares_about_mean(r->to, rewritten(r, x->args[0]), by, more);
    if (x->type.shape.rank == 1 && line_of(r, x, &l) && l.s && l.w && shape_size(l.w->type.shape) == shape_size(x->type.shape))
        return node2(r->to, Oadd, times(r->to, squares_of_line(r->to, l), 1 / by), constant(r->to, more));
    return NULL;
}

/* the sum of squares that n is, or is a `by`-th part of; NULL */
static Node *divided_squares(Node *n, double *by)
{
    *by = 1;
    if (n->op == Odiv && is_uniform(n->args[1], by) && *by != 0)
        n = n->args[0];
    return is_square_sum(n) ? n : NULL;
}

static Node *moments(Rewrite *r, Node *old)
{
    const Moments *m = r->data;
    double by, more = 0;
    if (m->about_mean[old->id])
        return less_mean(r->to, rewritten(r, old->args[0]));
    Node *sum = divided_squares(old, &by);
    for (int i = 0; i < 2 && !sum && old->op == Oadd; i++)
        if (is_uniform(old->args[i], &more))
            sum = divided_squares(old->args[1 - i], &by);
    Node *all = sum ? squares(r, sum, by, more) : NULL;
    return all ? expand_to(r->to, all, old->type) : NULL;
}

Graph *opt_moments(Graph *g)
{
    Moments m = { alloc(g->mem, (size_t)g->n * sizeof *m.about_mean) };
    for (int i = 0; i < g->n; i++) {
        const Node *n = g->node[i];
        if (!is_square_sum(n))
            continue;
        const Node *x = n->args[0]->args[0];
        if (x->op == Osub && is_row_mean(x->args[1], x->args[0]) && same_type(x->type, x->args[0]->type))
            m.about_mean[x->id] = true;
    }
    return rewrite(g, moments, &m);
}
