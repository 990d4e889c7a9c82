/* fold.c -- what the door simplifies. Takes an operation with its operands, gives a node that means the same,
 * or NULL. Three requirements: the result has the type that was asked for; no rule looks through a delay whose
 * operand may still be open; every rule shrinks, so that folding ends.
 */
#include "graph.h"

#include <string.h>

int axis_index(const Model *m, const Axis *a)
{
    int i = 0;
    for (const Axis *x = m->axes; x && x != a; x = x->next)
        i++;
    return i;
}

static bool is_value(const Node *n, double v)
{
    double x;
    return is_uniform(n, &x) && x == v;
}

/* x, if it has the type asked for already; otherwise broadcast to it */
static Node *as(Graph *g, Node *x, Type t) { return expand_to(g, x, t); }

/* ---- sums ---- */

/* of dimension i of a result of that rank; 1 where n has none */
static int size_at(const Node *n, int i, int rank)
{
    int j = i - (rank - n->type.shape.rank);
    return j < 0 ? 1 : n->type.shape.dim[j];
}

/* the same at every place that the sum runs over */
static bool is_same_along(const Node *f, const Node *x, Attr a)
{
    if (((a.drop & DROP_T) && f->type.axis) || ((a.drop & DROP_B) && f->type.batch))
        return false;
    for (int i = 0; i < x->type.shape.rank; i++)
        if ((a.dims >> i & 1) && size_at(f, i, x->type.shape.rank) != 1)
            return false;
    return true;
}

/* what a sum over equal values multiplies them by; NULL where it is not the same for every example */
static Node *multiplicity(Graph *g, const Node *x, Attr a)
{
    double n = 1;
    for (int i = 0; i < x->type.shape.rank; i++)
        if (a.dims >> i & 1)
            n *= x->type.shape.dim[i];
    if (a.drop & DROP_T)
        n *= x->type.axis->steps;
    Node *c = constant(g, n);
    return a.drop & DROP_B ? node2(g, Omul, node(g, Olanes, 0, NULL, (Attr){0}), c) : c;
}

static Node *sum_with(Graph *g, Node *x, Attr a) { return node(g, Osum, 1, &x, a); }

/* the sum over the last dimension of one-hot vectors and probabilities */
static bool sums_to_one(const Node *x, Attr a)
{
    bool row = x->op == Oonehot || x->op == Osoftmax || x->op == Obest;
    return row && !a.drop && a.dims == 1 << (x->type.shape.rank - 1);
}

static Node *fold_sum(Graph *g, Node *x, Attr a, Type type)
{
    Attr less = a;
    for (int i = 0; i < x->type.shape.rank; i++)
        if (x->type.shape.dim[i] == 1)
            less.dims &= ~(1 << i);
    if (!less.drop && !less.dims)
        return x;
    if (less.dims != a.dims)
        return sum_with(g, x, less);
    if (sums_to_one(x, a) && may_miss(x))
        return as(g, node2(g, Olt, constant(g, -1), x->args[0]), type);
    if (sums_to_one(x, a))
        return as(g, constant(g, 1), type);
    if (x->op == Oneg)
        return node1(g, Oneg, sum_with(g, x->args[0], a));
    if (x->op == Osum) {
        a.drop |= x->attr.drop;
        a.dims |= x->attr.dims;
        return sum_with(g, x->args[0], a);
    }
    if (x->op == Oexpand && is_same_along(x->args[0], x, a))
        return as(g, node2(g, Omul, x->args[0], multiplicity(g, x, a)), type);
    for (int i = 0; x->op == Omul && i < 2; i++)        /* a factor that is the same all along comes out */
        if (is_same_along(x->args[i], x, a) && same_type(x->args[1 - i]->type, x->type))
            return as(g, node2(g, Omul, sum_with(g, x->args[1 - i], a), x->args[i]), type);
    return NULL;
}

/* ---- views ---- */

static Node *fold_slice(Graph *g, Node *x, Attr a, Type type)
{
    int rank = x->type.shape.rank, width = x->type.shape.dim[rank - 1];
    double v;
    if (a.lo == 0 && a.hi == width)
        return x;
    if (is_uniform(x, &v))
        return as(g, constant(g, v), type);
    if (x->op == Oslice)
        return slice_of(g, x->args[0], x->attr.lo + a.lo, x->attr.lo + a.hi);
    if (x->op == Oconcat) {
        for (int i = 0, at = 0; i < x->nargs; i++) {
            int size = x->args[i]->type.shape.dim[rank - 1];
            if (at <= a.lo && a.hi <= at + size)
                return as(g, slice_of(g, x->args[i], a.lo - at, a.hi - at), type);
            at += size;
        }
    }
    if (x->op == Opad) {
        int size = x->args[0]->type.shape.dim[rank - 1];
        if (a.lo >= x->attr.lo && a.hi <= x->attr.lo + size)
            return slice_of(g, x->args[0], a.lo - x->attr.lo, a.hi - x->attr.lo);
    }
    if (x->op == Oexpand && size_at(x->args[0], rank - 1, rank) == 1)
        return as(g, x->args[0], type);
    if (x->op == Oexpand)
        return as(g, slice_of(g, x->args[0], a.lo, a.hi), type);
    return NULL;
}

/* concat of the slices of one value, in order and complete, is that value */
static Node *fold_concat(Graph *g, int n, Node **a, Type type)
{
    (void)g;
    if (a[0]->op != Oslice)
        return NULL;
    Node *of = a[0]->args[0];
    int at = 0;
    for (int i = 0; i < n; i++) {
        if (a[i]->op != Oslice || a[i]->args[0] != of || a[i]->attr.lo != at)
            return NULL;
        at = a[i]->attr.hi;
    }
    return same_type(of->type, type) ? of : NULL;
}

static Node *fold_delay(Graph *g, int n, Node **a, Attr at, Type type)
{
    Node *x = a[0];
    if (n == 1 && is_value(x, 0))
        return as(g, constant(g, 0), type);
    if (n != 1 || x->op != Odelay || x->nargs != 1 || !x->args[0] || (x->attr.k > 0) != (at.k > 0))
        return NULL;
    return delay_of(g, x->args[0], x->attr.k + at.k, NULL);
}

/* A product with the same number everywhere is a sum times that number; NULL where its dimensions would have to change places. */
static Node *times_uniform(Graph *g, Node *x, const char *lx, Node *u, const char *lu, double v, Attr a, Type type)
{
    Shape s = { .rank = (int)strlen(a.lo_) };
    int last = -1;
    Attr sum = { .drop = a.drop };
    if (((a.drop & DROP_T) && !x->type.axis) || ((a.drop & DROP_B) && !x->type.batch))
        return NULL;
    for (int i = 0; i < s.rank; i++) {
        const char *at = strchr(lx, a.lo_[i]);
        s.dim[i] = at ? x->type.shape.dim[at - lx] : 1;
        if (at && at - lx < last)
            return NULL;
        last = at ? (int)(at - lx) : last;
    }
    for (int i = 0; lx[i]; i++)
        sum.dims |= strchr(a.lo_, lx[i]) ? 0 : 1 << i;
    for (int i = 0; lu[i]; i++)
        if (!strchr(a.lo_, lu[i]) && !strchr(lx, lu[i]))
            v *= u->type.shape.dim[i];
    if (sum.drop || sum.dims)
        x = node(g, Osum, 1, &x, sum);
    return as(g, node2(g, Omul, reshape_to(g, x, s), constant(g, v)), type);
}

static Node *fold_contract(Graph *g, Node **args, Attr a, Type type)
{
    double v;
    if (is_value(args[0], 0) || is_value(args[1], 0))
        return as(g, constant(g, 0), type);
    if (is_uniform(args[1], &v))
        return times_uniform(g, args[0], a.lx, args[1], a.lw, v, a, type);
    return is_uniform(args[0], &v) ? times_uniform(g, args[1], a.lw, args[0], a.lx, v, a, type) : NULL;
}

Node *fold(Graph *g, Op op, int nargs, Node **args, Attr attr, Type type)
{
    double value;
    switch (op) {
    case Oexpand:
        if (same_type(args[0]->type, type))
            return args[0];
        return args[0]->op == Oexpand ? expand_to(g, args[0]->args[0], type) : NULL;
    case Oreshape:
        if (same_shape(args[0]->type.shape, attr.shape))
            return args[0];
        if (is_uniform(args[0], &value))
            return as(g, constant(g, value), type);
        return args[0]->op == Oreshape ? reshape_to(g, args[0]->args[0], attr.shape) : NULL;
    case Oslice:
        return fold_slice(g, args[0], attr, type);
    case Opad:
        return attr.lo == 0 && attr.hi == 0 ? args[0] : is_value(args[0], 0) ? as(g, constant(g, 0), type) : NULL;
    case Oconcat:
        return fold_concat(g, nargs, args, type);
    case Osum:
        return fold_sum(g, args[0], attr, type);
    case Odelay:
        return fold_delay(g, nargs, args, attr, type);
    case Olength:                                       /* every example has all steps */
        return attr.axis->ragged ? NULL : as(g, constant(g, attr.axis->steps), type);
    case Ocontract:
        return fold_contract(g, args, attr, type);
    case Omatrix: case Oalong: case Osample:            /* the same at every step */
        return is_uniform(args[0], &value) ? as(g, constant(g, value), type) : NULL;
    case Oedge: case Oplace: case Ospread:
        return is_value(args[0], 0) ? as(g, constant(g, 0), type) : NULL;
    default:
        break;
    }
    return op_info[op].kind == MAP ? fold_map(g, op, nargs, args, type) : NULL;
}
