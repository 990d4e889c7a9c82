/* graph.c -- the one door, node(), and the constructors that stand in front of it. Takes operands; gives a
 * node that is typed, folded and shared with its equals. An open state does not pass the door: it is unique
 * until it is closed. May not know Lua, a schedule or C text.
 */
#include "graph.h"

#include <string.h>

const OpInfo op_info[OP_COUNT] = {
#define OP(name, in, type, vjp, kind, ...) {#name, in, kind, #__VA_ARGS__},
#include "ops.h"
#undef OP
};

Graph *graph_new(Model *m, Arena *mem)
{
    Graph *g = alloc(mem, sizeof *g);
    g->model = m;
    g->mem = mem;
    g->table_cap = 1024;
    g->table = alloc(mem, (size_t)g->table_cap * sizeof *g->table);
    return g;
}

/* ---- hash-consing ------------------------------------------------------------------------------------------- */

/* a copy without undefined bytes in its holes, so that it can be hashed and compared as bytes */
static void tidy(Attr *to, const Attr *a)
{
    memset(to, 0, sizeof *to);
    to->value = a->value;
    to->leaf = a->leaf;
    to->axis = a->axis;
    to->batch = a->batch;
    to->shape.rank = a->shape.rank;
    for (int i = 0; i < a->shape.rank; i++)
        to->shape.dim[i] = a->shape.dim[i];
    to->k = a->k;
    to->lo = a->lo;
    to->hi = a->hi;
    to->drop = a->drop;
    to->dims = a->dims;
    memcpy(to->lx, a->lx, strlen(a->lx));
    memcpy(to->lw, a->lw, strlen(a->lw));
    memcpy(to->lo_, a->lo_, strlen(a->lo_));
}

static uint64_t key_hash(Op op, int nargs, Node *const *args, const Attr *attr)
{
    uint64_t h = hash_bytes((uint64_t)op, attr, sizeof *attr);
    for (int i = 0; i < nargs; i++)
        h = hash_bytes(h, &args[i]->id, sizeof args[i]->id);
    return h ^ h >> 29;
}

static Node **find(Graph *g, Op op, int nargs, Node *const *args, const Attr *attr)
{
    uint64_t size = (uint64_t)g->table_cap, i = key_hash(op, nargs, args, attr) & (size - 1);
    for (; g->table[i]; i = (i + 1) & (size - 1)) {
        const Node *n = g->table[i];
        if (n->op == op && n->nargs == nargs && memcmp(&n->attr, attr, sizeof *attr) == 0 &&
            (nargs == 0 || memcmp(n->args, args, (size_t)nargs * sizeof *args) == 0))
            break;
    }
    return &g->table[i];
}

static void enter(Graph *g, Node *n)
{
    if (2 * g->table_n >= g->table_cap) {
        Node **old = g->table;
        int cap = g->table_cap;
        g->table_cap = 2 * cap;
        g->table = alloc(g->mem, (size_t)g->table_cap * sizeof *old);
        for (int i = 0; i < cap; i++)
            if (old[i])
                *find(g, old[i]->op, old[i]->nargs, old[i]->args, &old[i]->attr) = old[i];
    }
    *find(g, n->op, n->nargs, n->args, &n->attr) = n;
    g->table_n++;
}

static Node *born(Graph *g, Op op, int nargs, Node *const *args, int room, const Attr *attr, Type type)
{
    Node *n = alloc(g->mem, sizeof *n);
    n->id = g->n;
    n->op = op;
    n->type = type;
    n->nargs = nargs;
    n->args = alloc(g->mem, (size_t)(room > 0 ? room : 1) * sizeof *args);
    for (int i = 0; i < nargs; i++)
        n->args[i] = args[i];
    tidy(&n->attr, attr);
    n->loc = g->loc;
    n->adjoint = g->adjoint;
    g->node = grow(g->mem, g->node, g->n, &g->cap, sizeof *g->node);
    g->node[g->n++] = n;
    return n;
}

Node *node(Graph *g, Op op, int nargs, Node **args, Attr attr)
{
    if (op_info[op].in >= 0 ? nargs != op_info[op].in : nargs < 1)
        DIE("%s with %d operands", op_info[op].name, nargs);
    for (int i = 0; i < nargs; i++)
        if (!args[i])
            DIE("%s: operand %d is missing", op_info[op].name, i);
    Attr clean;
    tidy(&clean, &attr);
    Type type = type_of(g, op, nargs, args, &clean);
    Node *better = fold(g, op, nargs, args, clean, type);
    if (better) {
        if (!same_type(better->type, type))
            DIE("fold of %s changes its type from %s to %s", op_info[op].name, type_text(g->mem, type),
                type_text(g->mem, better->type));
        return better;
    }
    Node *known = *find(g, op, nargs, args, &clean);
    if (!known && (op == Oadd || op == Omul)) {     /* equal whichever operand comes first */
        Node *turned[2] = {args[1], args[0]};
        known = *find(g, op, 2, turned, &clean);
    }
    if (known)
        return known;
    Node *n = born(g, op, nargs, args, nargs, &clean, type);
    enter(g, n);
    return n;
}

Node *node1(Graph *g, Op op, Node *a) { return node(g, op, 1, &a, (Attr){0}); }

Node *node2(Graph *g, Op op, Node *a, Node *b)
{
    Node *args[2] = {a, b};
    return node(g, op, 2, args, (Attr){0});
}

Node *node3(Graph *g, Op op, Node *a, Node *b, Node *c)
{
    Node *args[3] = {a, b, c};
    return node(g, op, 3, args, (Attr){0});
}

Node *constant(Graph *g, double value)
{
    Attr attr = {0};
    attr.value = value == 0 ? 0.0 : value;          /* one zero, not two */
    return node(g, Oconst, 0, NULL, attr);
}

bool is_const(const Node *n, double value) { return n->op == Oconst && n->attr.value == value; }

bool made_of_weights(const Node *n) { return !n->type.axis && !n->type.batch; }

bool may_miss(const Node *x)
{
    return x->op == Oonehot && x->args[0]->op == Oinput && x->args[0]->attr.leaf->role == TARGET;
}

bool is_uniform(const Node *n, double *value)
{
    while (n->op == Oexpand || n->op == Oreshape)
        n = n->args[0];
    if (n->op != Oconst)
        return false;
    if (value)
        *value = n->attr.value;
    return true;
}

Node *leaf_node(Graph *g, Leaf *leaf)
{
    Attr attr = {0};
    attr.leaf = leaf;
    Node *n = node(g, leaf->role == PARAM ? Oparam : Oinput, 0, NULL, attr);
    if (!n->name)
        n->name = leaf->name;
    return n;
}

/* ---- states ------------------------------------------------------------------------------------------------- */

Node *new_state(Graph *g, Type type, int k, Node *init, const char *name)
{
    if (k == 0)
        err(g->loc, "state '%s': delay by 0 steps", name ? name : "");
    if (!type.axis)
        err(g->loc, "state '%s' lies on no axis", name ? name : "");
    Node *args[2] = {NULL, history(g, init, k, type.shape)};
    Attr attr = {0};
    attr.k = k;
    type.batch = type.batch || type.axis->ragged || (args[1] && args[1]->type.batch);
    Node *n = born(g, Odelay, args[1] ? 2 : 1, args, 2, &attr, type);
    n->name = name;
    return n;
}

void close_plain(Graph *g, Node *state, Node *next)
{
    const char *name = state->name ? state->name : "";
    if (state->op != Odelay)
        DIE("closing a node that is no state");
    if (state->args[0])
        err(g->loc, "state '%s' (line %d) is given its next value twice", name, state->loc.line);
    Type have = next->type, want = state->type;
    if (have.axis && have.axis != want.axis)
        err(g->loc, "state '%s' lies on the axis %s, its next value on %s", name, want.axis->name, have.axis->name);
    if (!same_shape(have.shape, want.shape))
        err(g->loc, "state '%s': %s is given %s", name, shape_text(g->mem, want.shape),
            shape_text(g->mem, have.shape));
    if (have.batch && !want.batch)
        err(g->loc, "state '%s' is the same for every example, its next value is not", name);
    state->args[0] = expand_to(g, next, want);
}

void close_state(Graph *g, Node *state, Node *next)
{
    if (state->attr.k < 0)
        next = mask(g, expand_to(g, next, (Type){state->type.axis, next->type.batch, next->type.shape}));
    close_plain(g, state, next);
}

void add_init(Graph *g, Node *state, Node *init)
{
    if (state->nargs != 1)
        DIE("'%s' has its initial rows already", node_text(g->mem, state));
    init = history(g, init, state->attr.k, state->type.shape);
    if (!init)
        return;
    state->args[1] = init;
    state->nargs = 2;
    if (init->type.batch && !state->type.batch)
        DIE("initial rows with a batch for a state without");
}

Node *history(Graph *g, Node *init, int k, Shape shape)
{
    int rows = k < 0 ? -k : k;
    double value;
    if (!init || (is_uniform(init, &value) && value == 0))
        return NULL;
    Shape all = shape, one = init->type.shape, joined;
    if (shape.rank == MAX_RANK)
        err(g->loc, "a state has at most %d feature dimensions", MAX_RANK - 1);
    all.rank++;
    for (int i = shape.rank; i > 0; i--)
        all.dim[i] = shape.dim[i - 1];
    all.dim[0] = rows;
    if (init->type.axis)
        err(g->loc, "an initial value lies on no axis, '%s' lies on %s", node_text(g->mem, init),
            init->type.axis->name);
    if (same_shape(one, all))
        return init;
    if (!broadcast_shape(one, shape, &joined) || !same_shape(joined, shape))
        err(g->loc, "initial value of shape %s for a state of shape %s; expected %s or %s",
            shape_text(g->mem, one), shape_text(g->mem, shape), shape_text(g->mem, shape), shape_text(g->mem, all));
    if (rows == 1)
        return reshape_to(g, expand_to(g, init, (Type){NULL, init->type.batch, shape}), all);
    return expand_to(g, init, (Type){NULL, init->type.batch, all});
}

/* ---- views -------------------------------------------------------------------------------------------------- */

Node *reshape_to(Graph *g, Node *x, Shape shape)
{
    Attr attr = {0};
    attr.shape = shape;
    return node(g, Oreshape, 1, &x, attr);
}

Node *slice_of(Graph *g, Node *x, int lo, int hi)
{
    Attr attr = {0};
    attr.lo = lo;
    attr.hi = hi;
    return node(g, Oslice, 1, &x, attr);
}

Node *concat_of(Graph *g, int n, Node **parts) { return node(g, Oconcat, n, parts, (Attr){0}); }

Node *expand_to(Graph *g, Node *x, Type type)
{
    Attr attr = {0};
    attr.axis = type.axis;
    attr.batch = type.batch;
    attr.shape = type.shape;
    return same_type(x->type, type) ? x : node(g, Oexpand, 1, &x, attr);
}

/* rows are laid out one after the other, so that dimension `dim` with all that follow it is one last dimension */
static Shape flat_from(Shape s, int dim)
{
    for (int i = dim + 1; i < s.rank; i++) {
        s.dim[dim] *= s.dim[i];
        s.dim[i] = 0;
    }
    s.rank = dim + 1;
    return s;
}

Node *concat_dim(Graph *g, int n, Node **parts, int dim)
{
    Shape all = parts[0]->type.shape;
    Node **flat = alloc(g->mem, (size_t)n * sizeof *flat);
    all.dim[dim] = 0;
    for (int i = 0; i < n; i++) {
        flat[i] = reshape_to(g, parts[i], flat_from(parts[i]->type.shape, dim));
        all.dim[dim] += parts[i]->type.shape.dim[dim];
    }
    return reshape_to(g, concat_of(g, n, flat), all);
}

Node *slice_dim(Graph *g, Node *x, int dim, int lo, int hi)
{
    Shape s = x->type.shape, flat = flat_from(s, dim);
    int row = flat.dim[dim] / s.dim[dim];
    s.dim[dim] = hi - lo;
    return reshape_to(g, slice_of(g, reshape_to(g, x, flat), lo * row, hi * row), s);
}

/* ---- sums, products, time ----------------------------------------------------------------------------------- */

Node *sum_of(Graph *g, Node *x, int drop, int dims)
{
    Attr attr = {0};
    attr.drop = drop;
    attr.dims = dims;
    if (!drop && !dims)
        return x;
    if (drop & DROP_T)
        x = mask(g, x);
    return node(g, Osum, 1, &x, attr);
}

static void letters(Graph *g, char *to, const char *from)
{
    if (strlen(from) > MAX_RANK)
        err(g->loc, "contract: more than %d letters in '%s'", MAX_RANK, from);
    memcpy(to, from, strlen(from) + 1);
}

Node *contract_of(Graph *g, Node *x, Node *w, const char *lx, const char *lw, const char *lo, int drop)
{
    Attr attr = {0};
    letters(g, attr.lx, lx);
    letters(g, attr.lw, lw);
    letters(g, attr.lo_, lo);
    attr.drop = drop;
    if ((drop & DROP_T) && x->type.axis)
        x = mask(g, x);
    else if (drop & DROP_T)
        w = mask(g, w);
    Node *args[2] = {x, w};
    return node(g, Ocontract, 2, args, attr);
}

Node *delay_of(Graph *g, Node *x, int k, Node *init)
{
    Attr attr = {0};
    attr.k = k;
    if (k < 0)
        x = mask(g, x);
    Node *args[2] = {x, k ? history(g, init, k, x->type.shape) : NULL};
    return node(g, Odelay, args[1] ? 2 : 1, args, attr);
}

Node *edge_of(Graph *g, Node *x, int k)
{
    Attr attr = {0};
    attr.k = k;
    int rows = k < 0 ? -k : k, one = 1;
    if (x->type.shape.rank || rows == 1)
        return node(g, Oedge, 1, &x, attr);
    x = reshape_to(g, x, shape_of(1, &one));            /* steps are an outer dimension, also of single numbers */
    return reshape_to(g, node(g, Oedge, 1, &x, attr), shape_of(1, &rows));
}

Node *last_of(Graph *g, Node *x, Node *otherwise, int k)
{
    if (k != 1 && k != -1)
        DIE("last_of %d", k);
    Node *v = reshape_to(g, edge_of(g, x, k), x->type.shape);
    if (!ragged(x))
        return v;
    Attr attr = {0};
    attr.axis = x->type.axis;
    Node *some = node2(g, Olt, constant(g, 0), node(g, Olength, 0, NULL, attr));
    return select_of(g, some, v, otherwise ? otherwise : constant(g, 0));
}

Node *matrix_of(Graph *g, Node *x) { return node1(g, Omatrix, mask(g, x)); }

Node *sample_of(Graph *g, Node *x, int stride, int offset)
{
    if (!x->type.axis)
        err(g->loc, "sample: '%s' lies on no axis", node_text(g->mem, x));
    if (stride < 1 || offset < 0)
        err(g->loc, "sample: stride %d from step %d", stride, offset);
    if ((x->type.axis->steps - 1 - offset) < 0)
        err(g->loc, "sample: no step of %s is left from step %d on", x->type.axis->name, offset);
    Attr attr = {0};
    attr.axis = sampled_axis(g->model, x->type.axis, stride, offset);
    return node(g, Osample, 1, &x, attr);
}

Axis *sampled_axis(Model *m, Axis *axis, int stride, int offset)
{
    Axis **end = &m->axes;
    for (; *end; end = &(*end)->next)
        if ((*end)->parent == axis && (*end)->stride == stride && (*end)->offset == offset)
            return *end;
    Axis *a = alloc(m->mem, sizeof *a);
    a->name = format(m->mem, "%s[%d::%d]", axis->name, offset, stride);
    a->steps = (axis->steps - 1 - offset) / stride + 1;
    a->ragged = axis->ragged;
    a->parent = axis;
    a->stride = stride;
    a->offset = offset;
    a->loc = axis->loc;
    *end = a;
    return a;
}

void add_root(Graph *g, RootKind kind, const char *name, Leaf *leaf, Node *n)
{
    g->root = grow(g->mem, g->root, g->roots, &g->roots_cap, sizeof *g->root);
    Root *r = &g->root[g->roots++];
    r->kind = kind;
    r->name = name;
    r->leaf = leaf;
    r->node = n;
}
