/* type.c -- the type rule of every operation. Takes operands and attributes; gives the result's type, or the user's
 * error at the line that the graph is at. May not make nodes.
 */
#include "graph.h"

#include <string.h>

Shape shape_of(int rank, const int *dim)
{
    Shape s = {0};
    if (rank < 0 || rank > MAX_RANK)
        DIE("a shape of rank %d", rank);
    s.rank = rank;
    for (int i = 0; i < rank; i++)
        s.dim[i] = dim[i];
    return s;
}

bool same_shape(Shape a, Shape b)
{
    if (a.rank != b.rank)
        return false;
    for (int i = 0; i < a.rank; i++)
        if (a.dim[i] != b.dim[i])
            return false;
    return true;
}

bool same_type(Type a, Type b) { return a.axis == b.axis && a.batch == b.batch && same_shape(a.shape, b.shape); }

long shape_size(Shape s)
{
    long n = 1;
    for (int i = 0; i < s.rank; i++)
        n *= s.dim[i];
    return n;
}

const char *shape_text(Arena *mem, Shape s)
{
    char text[16 * MAX_RANK + 3] = "[";
    size_t n = 1;
    for (int i = 0; i < s.rank; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, i ? ", %d" : "%d", s.dim[i]);
    snprintf(text + n, sizeof text - n, "]");
    return copy_text(mem, text);
}

const char *type_text(Arena *mem, Type t)
{
    return format(mem, "%s%s%s%s", t.axis ? t.axis->name : "", t.axis ? ", " : "", t.batch ? "batch, " : "",
                  shape_text(mem, t.shape));
}

const char *node_text(Arena *mem, const Node *n)
{
    if (n->name)
        return n->name;
    if (n->op == Oconst)
        return format(mem, "%g", n->attr.value);
    return n->attr.leaf && n->attr.leaf->name ? n->attr.leaf->name : op_info[n->op].name;
}

bool ragged(const Node *n) { return n->type.axis && n->type.axis->ragged; }

bool broadcast_shape(Shape a, Shape b, Shape *out)
{
    Shape s = {0};
    s.rank = a.rank > b.rank ? a.rank : b.rank;
    for (int i = 1; i <= s.rank; i++) {
        int x = i <= a.rank ? a.dim[a.rank - i] : 1, y = i <= b.rank ? b.dim[b.rank - i] : 1;
        if (x != y && x != 1 && y != 1)
            return false;
        s.dim[s.rank - i] = x == 1 ? y : x;
    }
    *out = s;
    return true;
}

bool expands(Type from, Type to)
{
    Shape s;
    return (!from.axis || from.axis == to.axis) && (!from.batch || to.batch) &&
           broadcast_shape(from.shape, to.shape, &s) && same_shape(s, to.shape);
}

/* ---- joining operands --------------------------------------------------------------------------------------- */

static void join_axis(Graph *g, const char *what, Type *t, const Node *n)
{
    if (t->axis && n->type.axis && t->axis != n->type.axis)
        err(g->loc, "%s: operands on different axes: %s, %s", what, t->axis->name, n->type.axis->name);
    if (n->type.axis)
        t->axis = n->type.axis;
    t->batch = t->batch || n->type.batch;
}

typedef Type TypeRule(Graph *g, Op op, int nargs, Node *const *args, const Attr *attr);
#define RULE(name) static Type type_##name(Graph *g, Op op, int nargs, Node *const *args, const Attr *attr)
#define UNUSED (void)g, (void)op, (void)nargs, (void)args, (void)attr

static Type typed(Axis *axis, bool batch, Shape shape)
{
    Type t = {axis, batch, shape};
    return t;
}

static void need_axis(Graph *g, Op op, const Node *n)
{
    if (!n->type.axis)
        err(g->loc, "%s: '%s' (%s) lies on no axis", op_info[op].name, node_text(g->mem, n),
            type_text(g->mem, n->type));
}

static void need_no_axis(Graph *g, Op op, const Node *n)
{
    if (n->type.axis)
        err(g->loc, "%s: '%s' lies on the axis %s, expected a value without axis", op_info[op].name,
            node_text(g->mem, n), n->type.axis->name);
}

static void need_rank(Graph *g, Op op, const Node *n)
{
    if (n->type.shape.rank < 1)
        err(g->loc, "%s: '%s' has no feature dimension", op_info[op].name, node_text(g->mem, n));
}

static Shape with_front(Graph *g, Op op, int front, Shape s)
{
    if (s.rank == MAX_RANK)
        err(g->loc, "%s: more than %d feature dimensions", op_info[op].name, MAX_RANK);
    for (int i = s.rank; i > 0; i--)
        s.dim[i] = s.dim[i - 1];
    s.dim[0] = front;
    s.rank++;
    return s;
}

static Shape without_front(Graph *g, Op op, const Node *n, int front)
{
    Shape s = n->type.shape;
    if (s.rank < 1 || s.dim[0] != front)
        err(g->loc, "%s: shape %s, expected %d rows", op_info[op].name, shape_text(g->mem, s), front);
    for (int i = 1; i < s.rank; i++)
        s.dim[i - 1] = s.dim[i];
    s.dim[--s.rank] = 0;
    return s;
}

static const Shape scalar = {0};

RULE(const) { UNUSED; return typed(NULL, false, scalar); }
RULE(leaf) { UNUSED; return attr->leaf->type; }
RULE(index) { UNUSED; return typed(attr->axis, false, scalar); }
RULE(length) { UNUSED; return typed(NULL, true, scalar); }

RULE(map)
{
    UNUSED;
    Type t = {0};
    for (int i = 0; i < nargs; i++) {
        join_axis(g, op_info[op].name, &t, args[i]);
        if (!broadcast_shape(t.shape, args[i]->type.shape, &t.shape))
            err(g->loc, "%s: shapes %s and %s do not broadcast", op_info[op].name, shape_text(g->mem, t.shape),
                shape_text(g->mem, args[i]->type.shape));
    }
    return t;
}

RULE(row)
{
    UNUSED;
    need_rank(g, op, args[0]);
    return args[0]->type;
}

RULE(rowmax)
{
    Type t = type_row(g, op, nargs, args, attr);
    t.shape.dim[t.shape.rank - 1] = 1;
    return t;
}

RULE(argmax)
{
    Type t = type_row(g, op, nargs, args, attr);
    t.shape.dim[--t.shape.rank] = 0;
    return t;
}

RULE(onehot)
{
    UNUSED;
    if (args[0]->type.shape.rank)
        err(g->loc, "onehot: expected class ids (a number a step), found shape %s",
            shape_text(g->mem, args[0]->type.shape));
    if (attr->hi < 1)
        err(g->loc, "onehot: %d classes", attr->hi);
    return typed(args[0]->type.axis, args[0]->type.batch, shape_of(1, &attr->hi));
}

RULE(sum)
{
    UNUSED;
    Type t = args[0]->type;
    if (attr->drop & DROP_T)
        need_axis(g, op, args[0]);
    if ((attr->drop & DROP_B) && !t.batch)
        err(g->loc, "sum over the batch: '%s' (%s) is the same for every example", node_text(g->mem, args[0]),
            type_text(g->mem, t));
    if (attr->dims >> t.shape.rank)
        err(g->loc, "sum: '%s' has %d feature dimensions, one beyond them is named", node_text(g->mem, args[0]),
            t.shape.rank);
    for (int i = 0; i < t.shape.rank; i++)
        if (attr->dims >> i & 1)
            t.shape.dim[i] = 1;
    if (attr->drop & DROP_T)
        t.axis = NULL;
    if (attr->drop & DROP_B)
        t.batch = false;
    return t;
}

RULE(expand)
{
    UNUSED;
    Type t = typed(attr->axis, attr->batch, attr->shape);
    if (!expands(args[0]->type, t))
        err(g->loc, "expand: %s does not broadcast to %s", type_text(g->mem, args[0]->type), type_text(g->mem, t));
    return t;
}

RULE(reshape)
{
    UNUSED;
    if (shape_size(args[0]->type.shape) != shape_size(attr->shape))
        err(g->loc, "reshape: %s has %ld numbers, %s has %ld", shape_text(g->mem, args[0]->type.shape),
            shape_size(args[0]->type.shape), shape_text(g->mem, attr->shape), shape_size(attr->shape));
    return typed(args[0]->type.axis, args[0]->type.batch, attr->shape);
}

RULE(slice)
{
    UNUSED;
    need_rank(g, op, args[0]);
    Type t = args[0]->type;
    int *last = &t.shape.dim[t.shape.rank - 1];
    if (attr->lo < 0 || attr->hi > *last || attr->lo >= attr->hi)
        err(g->loc, "slice [%d, %d) of the last dimension, which has %d", attr->lo, attr->hi, *last);
    *last = attr->hi - attr->lo;
    return t;
}

RULE(pad)
{
    UNUSED;
    need_rank(g, op, args[0]);
    Type t = args[0]->type;
    if (attr->lo < 0 || attr->hi < 0)
        err(g->loc, "pad by %d before, %d after", attr->lo, attr->hi);
    t.shape.dim[t.shape.rank - 1] += attr->lo + attr->hi;
    return t;
}

RULE(concat)
{
    UNUSED;
    Type t = {0};
    int width = 0;
    if (nargs < 1)
        err(g->loc, "concat of nothing");
    for (int i = 0; i < nargs; i++) {
        Shape s = args[i]->type.shape, first = args[0]->type.shape;
        join_axis(g, "concat", &t, args[i]);
        need_rank(g, op, args[i]);
        width += s.dim[s.rank - 1];
        s.dim[s.rank - 1] = first.rank ? first.dim[first.rank - 1] : 0;
        if (!same_shape(s, first))
            err(g->loc, "concat: shapes %s and %s differ before the last dimension", shape_text(g->mem, first),
                shape_text(g->mem, args[i]->type.shape));
    }
    t.shape = args[0]->type.shape;
    t.shape.dim[t.shape.rank - 1] = width;
    return t;
}

static int find_letter(const char *letters, char c)
{
    const char *p = c ? strchr(letters, c) : NULL;
    return p ? (int)(p - letters) : -1;
}

static void check_letters(Graph *g, const char *what, const char *letters, const char *other, const char *third)
{
    for (int i = 0; letters[i]; i++) {
        if (find_letter(letters + i + 1, letters[i]) >= 0)
            err(g->loc, "%s: %c twice in one operand", what, letters[i]);
        if (find_letter(other, letters[i]) < 0 && find_letter(third, letters[i]) < 0)
            err(g->loc, "%s: %c stands in one place only", what, letters[i]);
    }
}

RULE(contract)
{
    UNUSED;
    Node *x = args[0], *w = args[1];
    const char *lx = attr->lx, *lw = attr->lw, *lo = attr->lo_;
    const char *what = format(g->mem, "contract %s,%s->%s", lx, lw, lo);
    Type t = {0};
    join_axis(g, what, &t, x);
    join_axis(g, what, &t, w);
    if ((int)strlen(lx) != x->type.shape.rank || (int)strlen(lw) != w->type.shape.rank)
        err(g->loc, "%s: the operands have shapes %s and %s", what, shape_text(g->mem, x->type.shape),
            shape_text(g->mem, w->type.shape));
    check_letters(g, what, lx, lw, lo);
    check_letters(g, what, lw, lx, lo);
    check_letters(g, what, lo, lx, lw);
    for (int i = 0; lx[i]; i++) {
        int j = find_letter(lw, lx[i]);
        if (j >= 0 && x->type.shape.dim[i] != w->type.shape.dim[j])
            err(g->loc, "%s: %c is %d in the first operand, %d in the second", what, lx[i], x->type.shape.dim[i],
                w->type.shape.dim[j]);
    }
    t.shape.rank = (int)strlen(lo);
    for (int i = 0; lo[i]; i++) {
        int j = find_letter(lx, lo[i]);
        t.shape.dim[i] = j >= 0 ? x->type.shape.dim[j] : w->type.shape.dim[find_letter(lw, lo[i])];
    }
    if ((attr->drop & DROP_T) && !t.axis)
        err(g->loc, "%s: a sum over an axis, but the operands lie on none", what);
    if ((attr->drop & DROP_B) && !t.batch)
        err(g->loc, "%s: a sum over the batch, but the operands are the same for every example", what);
    if (attr->drop & DROP_T)
        t.axis = NULL;
    if (attr->drop & DROP_B)
        t.batch = false;
    return t;
}

RULE(delay)
{
    UNUSED;
    int k = attr->k, rows = k < 0 ? -k : k;
    if (k == 0)
        err(g->loc, "delay by 0 steps");
    if (nargs > 2)
        DIE("a delay with %d operands", nargs);
    need_axis(g, op, args[0]);
    Type t = args[0]->type;
    if (nargs > 1) {
        need_no_axis(g, op, args[1]);
        if (!same_shape(args[1]->type.shape, with_front(g, op, rows, t.shape)))
            err(g->loc, "delay by %d of shape %s: the initial rows have shape %s", k, shape_text(g->mem, t.shape),
                shape_text(g->mem, args[1]->type.shape));
    }
    t.batch = t.batch || (nargs > 1 && args[1]->type.batch) || t.axis->ragged;
    return t;
}

RULE(edge)
{
    UNUSED;
    need_axis(g, op, args[0]);
    Type t = args[0]->type;
    if (attr->k == 0)
        err(g->loc, "edge of 0 steps");
    return typed(NULL, t.batch || t.axis->ragged, with_front(g, op, attr->k < 0 ? -attr->k : attr->k, t.shape));
}

RULE(place)
{
    UNUSED;
    need_no_axis(g, op, args[0]);
    return typed(attr->axis, args[0]->type.batch || attr->axis->ragged,
                 without_front(g, op, args[0], attr->k < 0 ? -attr->k : attr->k));
}

RULE(matrix)
{
    UNUSED;
    need_axis(g, op, args[0]);
    Type t = args[0]->type;
    return typed(NULL, t.batch, with_front(g, op, t.axis->steps, t.shape));
}

RULE(along)
{
    UNUSED;
    need_no_axis(g, op, args[0]);
    return typed(attr->axis, args[0]->type.batch, without_front(g, op, args[0], attr->axis->steps));
}

RULE(sample)
{
    UNUSED;
    need_axis(g, op, args[0]);
    if (attr->axis->parent != args[0]->type.axis)
        err(g->loc, "sample: %s is not sampled from %s", attr->axis->name, args[0]->type.axis->name);
    return typed(attr->axis, args[0]->type.batch, args[0]->type.shape);
}

RULE(spread)
{
    UNUSED;
    need_axis(g, op, args[0]);
    if (!args[0]->type.axis->parent)
        err(g->loc, "spread: the axis %s is not sampled from another", args[0]->type.axis->name);
    return typed(args[0]->type.axis->parent, args[0]->type.batch, args[0]->type.shape);
}

RULE(peak)
{
    UNUSED;
    need_axis(g, op, args[0]);
    Type t = args[0]->type;
    t.batch = t.batch || t.axis->ragged;
    return t;
}

Type type_of(Graph *g, Op op, int nargs, Node *const *args, const Attr *attr)
{
    static TypeRule *const rule[OP_COUNT] = {
#define OP(name, in, type, vjp, kind, ...) type_##type,
#include "ops.h"
#undef OP
    };
    Type t = rule[op](g, op, nargs, args, attr);
    for (int i = 0; i < t.shape.rank; i++)
        if (t.shape.dim[i] < 1)
            err(g->loc, "%s: an empty dimension in shape %s", op_info[op].name, shape_text(g->mem, t.shape));
    return t;
}
