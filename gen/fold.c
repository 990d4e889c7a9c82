/* fold.c -- what the door simplifies. Takes an operation with its operands, gives a node that means the same, or NULL.
 * Three requirements: the result has the type that was asked for; no rule looks through a delay whose operand may still be
 * open; every rule shrinks, so that folding ends.
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

static Node *fold_constants(Graph *g, Op op, int n, Node **a, Type type)
{
    double v[3] = { 0, 0, 0 };
    for (int i = 0; i < n; i++)
        if (!is_uniform(a[i], &v[i]))
            return NULL;
    return as(g, constant(g, map_value(op, v[0], v[1], v[2])), type);
}

static Node *fold_map(Graph *g, Op op, int n, Node **a, Type type)
{
    Node *c = fold_constants(g, op, n, a, type);
    if (c)
        return c;
    switch (op) {
    case Oadd:
        if (is_value(a[1], 0))
            return as(g, a[0], type);
        return is_value(a[0], 0) ? as(g, a[1], type) : NULL;
    case Osub:
        if (is_value(a[1], 0))
            return as(g, a[0], type);
        return is_value(a[0], 0) ? as(g, node1(g, Oneg, a[1]), type) : NULL;
    case Omul:
        if (is_value(a[1], 1))
            return as(g, a[0], type);
        if (is_value(a[0], 1))
            return as(g, a[1], type);
        if (is_value(a[0], 0) || is_value(a[1], 0))     /* an adjoint that does not arrive */
            return as(g, constant(g, 0), type);
        if (is_value(a[0], -1))
            return as(g, node1(g, Oneg, a[1]), type);
        return is_value(a[1], -1) ? as(g, node1(g, Oneg, a[0]), type) : NULL;
    case Odiv:
        if (is_value(a[0], 0))
            return as(g, constant(g, 0), type);
        return is_value(a[1], 1) ? as(g, a[0], type) : NULL;
    case Oneg:
        return a[0]->op == Oneg ? a[0]->args[0] : NULL;
    case Oselect:
        if (a[0]->op == Oconst)
            return as(g, a[0]->attr.value != 0 ? a[1] : a[2], type);
        return a[1] == a[2] ? as(g, a[1], type) : NULL;
    default:
        return NULL;
    }
}

/* broadcasting within a map is free: an expand that only repeats what the other operands bring anyway goes */
static bool bare(Node **x, Node *const *others, int n, Type type)
{
    Node *in = *x;
    if (in->op != Oexpand)
        return false;
    in = in->args[0];
    Axis *axis = in->type.axis;
    bool batch = in->type.batch;
    Shape s = in->type.shape;
    for (int i = 0; i < n; i++) {
        if (others[i] == *x)
            continue;
        axis = axis ? axis : others[i]->type.axis;
        batch = batch || others[i]->type.batch;
        if (!broadcast_shape(s, others[i]->type.shape, &s))
            return false;
    }
    if (axis != type.axis || batch != type.batch || !same_shape(s, type.shape))
        return false;
    *x = in;
    return true;
}

static Node *fold_sum(Graph *g, Node *x, Attr a, Type type)
{
    int last = x->type.shape.rank - 1;
    double v;
    (void)v;
    if (!a.drop && last >= 0 && a.dims == 1 << last) {
        if (x->type.shape.dim[last] == 1)
            return x;
        if (x->op == Oonehot || x->op == Osoftmax || x->op == Obest)
            return as(g, constant(g, 1), type);
        if (is_uniform(x, &v))
            return as(g, constant(g, v * x->type.shape.dim[last]), type);
        if (x->op == Oneg)
            return node1(g, Oneg, sum_of(g, x->args[0], 0, a.dims));
        for (int i = 0; x->op == Omul && i < 2; i++) {  /* a factor that is the same along the row comes out */
            Node *f = x->args[i], *o = x->args[1 - i];
            while (f->op == Oexpand && f->type.shape.rank && f->args[0]->type.axis == f->type.axis && f->args[0]->type.batch == f->type.batch)
                f = f->args[0];
            int rank = f->type.shape.rank;
            if ((rank == 0 || f->type.shape.dim[rank - 1] == 1) && same_shape(o->type.shape, x->type.shape))
                return as(g, node2(g, Omul, f, sum_of(g, o, 0, a.dims)), type);
        }
    }
    if (!a.drop && a.dims) {                            /* nothing but dimensions of size 1 */
        bool ones = true;
        for (int i = 0; i <= last; i++)
            ones = ones && (!(a.dims >> i & 1) || x->type.shape.dim[i] == 1);
        if (ones)
            return x;
    }
    if (is_value(x, 0))
        return as(g, constant(g, 0), type);
    return NULL;
}

static Node *fold_slice(Graph *g, Node *x, Attr a)
{
    if (x->op == Oslice)
        return slice_of(g, x->args[0], x->attr.lo + a.lo, x->attr.lo + a.hi);
    if (x->op == Oconcat) {
        int at = 0;
        for (int i = 0; i < x->nargs; i++) {
            int rank = x->args[i]->type.shape.rank, size = x->args[i]->type.shape.dim[rank - 1];
            if (at <= a.lo && a.hi <= at + size && same_type(x->type, (Type){ x->args[i]->type.axis, x->args[i]->type.batch, x->type.shape }))
                return slice_of(g, x->args[i], a.lo - at, a.hi - at);
            at += size;
        }
    }
    if (x->op == Opad) {
        int rank = x->type.shape.rank, size = x->args[0]->type.shape.dim[rank - 1];
        if (a.lo >= x->attr.lo && a.hi <= x->attr.lo + size)
            return slice_of(g, x->args[0], a.lo - x->attr.lo, a.hi - x->attr.lo);
    }
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

static Node *fold_delay(Graph *g, int n, Node **a, Attr at)
{
    Node *x = a[0];
    bool zero = n == 1;
    if (!zero || x->op != Odelay || x->nargs != 1 || !x->args[0] || (x->attr.k > 0) != (at.k > 0))
        return NULL;
    return delay_of(g, x->args[0], x->attr.k + at.k, NULL);
}

Node *fold(Graph *g, Op op, int nargs, Node **args, Attr attr, Type type)
{
    switch (op) {
    case Oexpand:
        if (same_type(args[0]->type, type))
            return args[0];
        return args[0]->op == Oexpand ? expand_to(g, args[0]->args[0], type) : NULL;
    case Oreshape:
        if (same_shape(args[0]->type.shape, attr.shape))
            return args[0];
        return args[0]->op == Oreshape ? reshape_to(g, args[0]->args[0], attr.shape) : NULL;
    case Oslice:
        return fold_slice(g, args[0], attr);
    case Opad:
        return attr.lo == 0 && attr.hi == 0 ? args[0] : NULL;
    case Oconcat:
        return fold_concat(g, nargs, args, type);
    case Osum:
        return fold_sum(g, args[0], attr, type);
    case Odelay:
        return fold_delay(g, nargs, args, attr);
    default:
        break;
    }
    if (op_info[op].kind != MAP)
        return NULL;
    Node *simple = fold_map(g, op, nargs, args, type);
    if (simple)
        return simple;
    Node *stripped[3];
    bool less = false;
    for (int i = 0; i < nargs; i++)
        stripped[i] = args[i];
    for (int i = 0; i < nargs; i++)
        less = bare(&stripped[i], stripped, nargs, type) || less;
    return less ? node(g, op, nargs, stripped, attr) : NULL;
}
