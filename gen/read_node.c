/* The functions by which the prelude makes nodes, leaves, axes and states. Takes Lua arguments, gives values
 * through the door. Knows operations, no layers: what a layer is, the prelude says.
 */
#include "graph.h"
#include "read.h"
#include <string.h>

static const char *text_arg(lua_State *L, int i)        /* the prelude's own arguments: already checked there */
{
    return copy_text(reader_of(L)->m->mem, luaL_checkstring(L, i));
}

static int whole(lua_State *L, int i)
{
    lua_Integer v = luaL_checkinteger(L, i);
    if (v < -MAX_SIZE || v > MAX_SIZE)
        fail(L, "expected a number of at most %d, found %lld", MAX_SIZE, (long long)v);
    return (int)v;
}

static Shape dims_arg(lua_State *L, int i)
{
    int dim[MAX_RANK];
    lua_Unsigned n = lua_rawlen(L, i);
    if (n > MAX_RANK)
        fail(L, "expected at most %d dimensions, found %d", MAX_RANK, (int)n);
    double all = 1;
    for (int k = 0; k < (int)n; k++) {
        lua_rawgeti(L, i, k + 1);
        dim[k] = whole(L, -1);
        all *= dim[k];
        lua_pop(L, 1);
    }
    if (!(all < 2e9))
        fail(L, "a shape of %.0f numbers is too large; expected fewer than 2000000000", all);
    return shape_of((int)n, dim);
}

/* ---- making nodes ------------------------------------------------------------------------------------------- */

int begin(lua_State *L)                          /* errors of the door are the user's line's */
{
    Reader *r = reader_of(L);
    if (r->g->n > MAX_NODES)                            /* planning takes time with their square */
        fail(L, "the description makes more than %d operations; expected fewer (steps of an axis need none of their own)", MAX_NODES);
    charge(L, 200);
    r->g->loc = r->user;
    return r->g->n;
}

int done(lua_State *L, Node *n, int from)
{
    mark_made(reader_of(L), from);
    push_node(L, n);
    return 1;
}

static Op op_named(const char *name)
{
    for (int i = 0; i < OP_COUNT; i++)
        if (strcmp(op_info[i].name, name) == 0)
            return (Op)i;
    DIE("no operation '%s'", name);
}

/* Operands of an elementwise operation: one axis at most, shapes that broadcast. */
static void same_place(lua_State *L, const char *what, const Node *a, const Node *b)
{
    Arena *mem = reader_of(L)->m->mem;
    Shape s;
    if (a->type.axis && b->type.axis && a->type.axis != b->type.axis)
        fail(L, "%s: expected values on one axis, found '%s' and '%s'", what, a->type.axis->name,
            b->type.axis->name);
    if (!broadcast_shape(a->type.shape, b->type.shape, &s))
        fail(L, "%s: expected shapes that are equal or broadcast, found %s and %s", what,
             shape_text(mem, a->type.shape), shape_text(mem, b->type.shape));
}

Node *map_node(lua_State *L, const char *what, Op op, int first)
{
    Reader *r = reader_of(L);
    Node *arg[3] = { 0 };
    int n = op_info[op].in;
    for (int i = 0; i < n; i++)
        arg[i] = (op == Oeq || op == Olt) && to_node(L, first + i) ? to_node(L, first + i)
                                                                   : operand(L, first + i, what);
    for (int i = 1; i < n; i++)
        same_place(L, what, arg[0], arg[i]);
    if (n == 3)
        same_place(L, what, arg[1], arg[2]);
    if (op == Odiv)
        arg[1] = guard(r->g, arg[1]);
    if (op == Olog || op == Osqrt)
        arg[0] = guard(r->g, arg[0]);
    return n == 1 ? node1(r->g, op, arg[0]) : n == 2 ? node2(r->g, op, arg[0], arg[1])
                                                      : node3(r->g, op, arg[0], arg[1], arg[2]);
}

static int core_map(lua_State *L)                       /* what, op, operands */
{
    int from = begin(L);
    return done(L, map_node(L, luaL_checkstring(L, 1), op_named(luaL_checkstring(L, 2)), 3), from);
}

Node *with_features(Reader *r, Node *n)          /* () -> [1] */
{
    int one = 1;
    return n->type.shape.rank ? n : reshape_to(r->g, n, shape_of(1, &one));
}

Node *joined(lua_State *L, const char *what, int n, Node **part)
{
    Arena *mem = reader_of(L)->m->mem;
    const Axis *axis = NULL;
    double width = 0;
    for (int i = 0; i < n; i++) {
        Shape s = part[i]->type.shape, first = part[0]->type.shape;
        width += s.dim[s.rank - 1];
        s.dim[s.rank - 1] = first.dim[first.rank - 1];
        if (!same_shape(s, first))
            fail(L, "%s: expected shapes that are equal but for the last dimension, found %s and %s", what,
                 shape_text(mem, first), shape_text(mem, part[i]->type.shape));
        if (axis != NULL && part[i]->type.axis != NULL && axis != part[i]->type.axis)
            fail(L, "%s: expected values on one axis, found '%s' and '%s'", what, axis->name,
                part[i]->type.axis->name);
        axis = part[i]->type.axis ? part[i]->type.axis : axis;
    }
    if (!(width <= MAX_SIZE))
        fail(L, "%s: %.0f features are too many; expected at most %d", what, width, MAX_SIZE);
    return n == 1 ? part[0] : concat_of(reader_of(L)->g, n, part);
}

static int core_concat(lua_State *L)                    /* what, list, how many */
{
    Reader *r = reader_of(L);
    int from = begin(L), n = whole(L, 3);
    const char *what = luaL_checkstring(L, 1);
    Node **part = alloc(r->m->mem, (size_t)(n + 1) * sizeof *part);
    for (int i = 0; i < n; i++) {
        lua_rawgeti(L, 2, i + 1);
        part[i] = with_features(r, operand(L, -1, what));
        lua_pop(L, 1);
    }
    return done(L, joined(L, what, n, part), from);
}

static int core_slice(lua_State *L)                     /* x, lo, hi */
{
    int from = begin(L);
    return done(L, slice_of(reader_of(L)->g, operand(L, 1, "nn.slice"), whole(L, 2), whole(L, 3)), from);
}

static int core_reshape(lua_State *L)                   /* x, dims */
{
    int from = begin(L);
    return done(L, reshape_to(reader_of(L)->g, operand(L, 1, "nn.reshape"), dims_arg(L, 2)), from);
}

static int core_sum(lua_State *L)  /* what, x, over time?, over batch?, which features: none, last, all, a number */
{
    Reader *r = reader_of(L);
    int from = begin(L);
    Node *x = operand(L, 2, luaL_checkstring(L, 1));
    int drop = (lua_toboolean(L, 3) ? DROP_T : 0) | (lua_toboolean(L, 4) && x->type.batch ? DROP_B : 0);
    int rank = x->type.shape.rank, dims = lua_type(L, 5) == LUA_TNUMBER ? 1 << (whole(L, 5) - 1) : 0;
    const char *which = luaL_checkstring(L, 5);
    if (strcmp(which, "all") == 0)
        dims = (1 << rank) - 1;
    else if (strcmp(which, "last") == 0 && rank > 0)
        dims = 1 << (rank - 1);
    Node *n = drop || dims ? sum_of(r->g, x, drop, dims) : x;
    if (strcmp(which, "all") == 0)
        n = reshape_to(r->g, n, shape_of(0, NULL));
    return done(L, n, from);
}

static int core_expand(lua_State *L)                    /* what, x, axis, batch?, dims */
{
    int from = begin(L);
    Node *x = operand(L, 2, luaL_checkstring(L, 1));
    Type t = { to_axis(L, 3), lua_toboolean(L, 4), dims_arg(L, 5) };
    return done(L, expand_to(reader_of(L)->g, x, t), from);
}

static int core_contract(lua_State *L)                  /* what, x, w, lx, lw, lo */
{
    int from = begin(L);
    const char *what = luaL_checkstring(L, 1);
    Node *x = operand(L, 2, what), *w = operand(L, 3, what);
    return done(L, contract_of(reader_of(L)->g, x, w, luaL_checkstring(L, 4), luaL_checkstring(L, 5),
                               luaL_checkstring(L, 6), 0), from);
}

static int core_onehot(lua_State *L)                    /* x: class ids */
{
    Node *x = to_node(L, 1);
    int from = begin(L);
    Attr a = { 0 };
    a.hi = x->attr.leaf->classes;
    return done(L, node(reader_of(L)->g, Oonehot, 1, &x, a), from);
}

static int core_delay(lua_State *L)                     /* x, k, init or nil */
{
    int from = begin(L);
    Node *x = operand(L, 1, "nn.delay"), *init = lua_isnil(L, 3) ? NULL : operand(L, 3, "nn.delay: init");
    return done(L, delay_of(reader_of(L)->g, x, whole(L, 2), init), from);
}

static int core_last(lua_State *L)                      /* what, x, otherwise or nil, -1 or 1 */
{
    int from = begin(L);
    const char *what = luaL_checkstring(L, 1);
    Node *x = operand(L, 2, what), *e = lua_isnil(L, 3) ? NULL : operand(L, 3, what);
    return done(L, last_of(reader_of(L)->g, x, e, whole(L, 4)), from);
}

static int core_matrix(lua_State *L)                    /* x */
{
    int from = begin(L);
    return done(L, matrix_of(reader_of(L)->g, operand(L, 1, "nn.matrix")), from);
}

static int core_along(lua_State *L)                     /* x, axis */
{
    int from = begin(L);
    Node *x = operand(L, 1, "nn.along");
    Attr a = { 0 };
    a.axis = to_axis(L, 2);
    return done(L, node(reader_of(L)->g, Oalong, 1, &x, a), from);
}

static int core_sample(lua_State *L)                    /* x, stride, from */
{
    int from = begin(L);
    return done(L, sample_of(reader_of(L)->g, operand(L, 1, "nn.sample"), whole(L, 2), whole(L, 3)), from);
}

static int core_leafless(lua_State *L)                  /* "lanes" | "length" axis | "index" axis */
{
    int from = begin(L);
    Attr a = { 0 };
    a.axis = to_axis(L, 2);
    return done(L, node(reader_of(L)->g, op_named(luaL_checkstring(L, 1)), 0, NULL, a), from);
}

static int core_name(lua_State *L)                      /* x, name: what the description calls it; gives x */
{
    Node *n = to_node(L, 1);
    if (n != NULL && n->name == NULL && n->nargs > 0)
        n->name = text_arg(L, 2);
    lua_settop(L, 1);
    return 1;
}

/* ---- what comes from outside -------------------------------------------------------------------------------- */

static void new_leaf(Reader *r, Leaf *leaf)
{
    Model *m = r->m;
    for (int i = 0; i < m->leaves; i++)
        if (strcmp(m->leaf[i]->name, leaf->name) == 0)
            fail(r->L, "the name '%s' is taken (%s:%d); expected a name of its own for each parameter and input",
                 leaf->name, m->leaf[i]->loc.file, m->leaf[i]->loc.line);
    leaf->index = m->leaves;
    leaf->size = (size_t)shape_size(leaf->type.shape);
    leaf->loc = r->user;
    if (leaf->role == PARAM) {
        leaf->offset = m->reals;
        m->reals += leaf->size;
        if (m->reals > MAX_REALS)
            fail(r->L, "'%s': more than %d numbers to be trained; expected fewer", leaf->name, MAX_REALS);
    }
    m->leaf = grow(m->mem, m->leaf, m->leaves, &m->leaves_cap, sizeof *m->leaf);
    m->leaf[m->leaves++] = leaf;
}

static int core_param(lua_State *L)  /* name, dims, "uniform" a b | "normal" mean std | "constant" a */
{
    Reader *r = reader_of(L);
    int from = begin(L);
    Leaf *leaf = alloc(r->m->mem, sizeof *leaf);
    leaf->name = text_arg(L, 1);
    leaf->role = PARAM;
    leaf->type.shape = dims_arg(L, 2);
    const char *kind = luaL_checkstring(L, 3);
    leaf->init.kind = kind[0] == 'u' ? INIT_UNIFORM : kind[0] == 'n' ? INIT_NORMAL : INIT_CONSTANT;
    leaf->init.a = luaL_checknumber(L, 4);
    leaf->init.b = luaL_optnumber(L, 5, 0);
    new_leaf(r, leaf);
    return done(L, leaf_node(r->g, leaf), from);
}

static int core_input(lua_State *L)                     /* name, classes, dims, axis or nil, is a target? */
{
    Reader *r = reader_of(L);
    int from = begin(L);
    Leaf *leaf = alloc(r->m->mem, sizeof *leaf);
    leaf->name = text_arg(L, 1);
    leaf->classes = whole(L, 2);
    leaf->type.shape = dims_arg(L, 3);
    leaf->type.axis = to_axis(L, 4);
    leaf->type.batch = true;
    leaf->role = lua_toboolean(L, 5) ? TARGET : INPUT;
    new_leaf(r, leaf);
    return done(L, leaf_node(r->g, leaf), from);
}

static int core_random(lua_State *L)  /* name or nil, axis or nil, of each example?, dims, share, value, otherwise */
{
    Reader *r = reader_of(L);
    int from = begin(L), count = 1;
    Leaf *leaf = alloc(r->m->mem, sizeof *leaf);
    for (int i = 0; i < r->m->leaves; i++)
        count += r->m->leaf[i]->role == RANDOM;
    leaf->name = lua_isnil(L, 1) ? format(r->m->mem, "random%d", count) : text_arg(L, 1);
    leaf->type = (Type){ to_axis(L, 2), lua_toboolean(L, 3), dims_arg(L, 4) };
    leaf->share = luaL_checknumber(L, 5);
    leaf->value = luaL_checknumber(L, 6);
    leaf->otherwise = luaL_checknumber(L, 7);
    leaf->role = RANDOM;
    new_leaf(r, leaf);
    return done(L, leaf_node(r->g, leaf), from);
}

static int core_axis(lua_State *L)                      /* name, steps, ragged? */
{
    Reader *r = reader_of(L);
    Axis *a = alloc(r->m->mem, sizeof *a), **end = &r->m->axes;
    a->name = text_arg(L, 1);
    a->steps = whole(L, 2);
    a->ragged = lua_toboolean(L, 3);
    a->loc = r->user;
    a->stride = 1;
    for (; *end; end = &(*end)->next)
        if (strcmp((*end)->name, a->name) == 0)
            fail(L, "nn.axis: the name '%s' is taken (%s:%d)", a->name, (*end)->loc.file, (*end)->loc.line);
    *end = a;
    push_axis(L, a);
    return 1;
}

/* ---- states ------------------------------------------------------------------------------------------------- */

static int core_state(lua_State *L)                     /* axis or nil, dims, k, init or nil, name or nil */
{
    Reader *r = reader_of(L);
    int from = begin(L);
    Opened *s = alloc(r->m->mem, sizeof *s);
    Axis *axis = to_axis(L, 1);
    if (axis == NULL) {
        axis = r->m->axes;
        if (axis == NULL)
            fail(L, "nn.state: there is no axis yet; expected nn.axis before it");
        if (axis->next != NULL)
            fail(L, "nn.state: there is more than one axis ('%s', '%s'); expected axis = to say which",
                 axis->name, axis->next->name);
    }
    s->k = whole(L, 3);
    s->loc = r->user;
    Type t = { axis, true, dims_arg(L, 2) };
    int count = 1;
    for (Opened *o = r->first; o; o = o->link)
        count++;
    s->name = lua_isnil(L, 5) ? format(r->m->mem, "state%d", count) : text_arg(L, 5);
    for (Opened *o = r->first; o; o = o->link)
        if (strcmp(o->name, s->name) == 0)
            fail(L, "nn.state: the name '%s' is taken (%s:%d)", s->name, o->loc.file, o->loc.line);
    Node *init = lua_isnil(L, 4) ? NULL : operand(L, 4, "nn.state: init");
    if (init == NULL) {                                 /* nn.model knows whether it is carried */
        s->carry = alloc(r->m->mem, sizeof *s->carry);
        s->carry->name = s->name;
    } else if (init->type.axis != NULL) {
        fail(L, "nn.state: init: expected a value without axis, found one on '%s'", init->type.axis->name);
    } else {  /* a number, one row, or |k| rows */
        if (init->type.shape.rank == 0)
            init = expand_to(r->g, init, (Type){ NULL, init->type.batch, t.shape });
        int rows = s->k < 0 ? -s->k : s->k;
        Shape all = t.shape;
        for (int i = all.rank++; i > 0; i--)
            all.dim[i] = all.dim[i - 1];
        all.dim[0] = rows;
        if (!same_shape(init->type.shape, t.shape) && !same_shape(init->type.shape, all))
            fail(L, "nn.state: init: expected the shape %s, found %s", shape_text(r->m->mem, t.shape),
                 shape_text(r->m->mem, init->type.shape));
    }
    s->delay = new_state(r->g, t, s->k, init, s->name);
    *(r->last ? &r->last->link : &r->first) = s;
    r->last = s;
    mark_made(r, from);
    push_value(L, s->delay, s);
    return 1;
}

void give_next(lua_State *L, Opened *s, int i)
{
    Reader *r = reader_of(L);
    Node *next = operand(L, i, format(r->m->mem, "%s.next", s->name));
    int from = begin(L);
    Type want = s->delay->type, got = next->type;
    if (s->next != NULL)
        fail(L, "the state '%s' is given its next value twice; expected once", s->name);
    if (!same_shape(want.shape, got.shape) && shape_size(got.shape) != 1)
        fail(L, "the state '%s': expected a next value of shape %s, found %s", s->name,
             shape_text(r->m->mem, want.shape), shape_text(r->m->mem, got.shape));
    if (got.axis != NULL && got.axis != want.axis)
        fail(L, "the state '%s' lies on the axis '%s'; found a next value on '%s'", s->name, want.axis->name,
             got.axis->name);
    next = expand_to(r->g, next, want);
    close_state(r->g, s->delay, next);
    s->next = next;
    mark_made(r, from);
}

void node_api(lua_State *L)
{
    static const luaL_Reg all[] = {
        { "map", core_map }, { "concat", core_concat }, { "slice", core_slice }, { "reshape", core_reshape },
        { "sum", core_sum }, { "expand", core_expand }, { "contract", core_contract }, { "onehot", core_onehot },
        { "delay", core_delay }, { "last", core_last }, { "matrix", core_matrix }, { "along", core_along },
        { "sample", core_sample }, { "leafless", core_leafless }, { "name", core_name },
        { "param", core_param }, { "input", core_input }, { "random", core_random },
        { "axis", core_axis }, { "state", core_state },
        { NULL, NULL },
    };
    luaL_setfuncs(L, all, 0);
}
