/* opt_stream.c -- one step of the outputs' axis: a graph without time. A delay becomes a state that is given, its
 * operand the state that is handed on; a delay of k > 1 keeps its last k rows, oldest first, or in a ring whose oldest
 * row the next value replaces. What does not lie on
 * that axis is computed once, before the first step, by a graph of its own, the prologue: an encoder over another axis, a
 * vector that starts a state. What the steps read of it is a state too, one that is kept as it is. Refuses, saying
 * which line, what looks ahead or needs all steps at once. New leaves are added to the model; nothing else of
 * it changes.
 */
#include "graph.h"

#include <string.h>

typedef struct {
    Graph *from, *to;
    Axis *axis;
    Node **map;                     /* by old id */
    char *constant;                 /* by old id: is_constant(): 0 not asked yet, 1 no, 2 yes */
    Leaf **leaf;                    /* by index of the model's leaf: the one without axis */
    Node **delay;                   /* met, whose next value is still to be made; NULL: a value that is kept */
    Node **before;                  /* in `from`: the value before the first step; NULL: 0 */
    Leaf **state;
    int delays, cap, cap2, cap3;
    bool rings;                     /* delays of k > 1 as rings */
} Stream;

static const char *at_line(Arena *mem, const Node *n)
{
    return n->loc.file ? format(mem, "%s:%d: ", n->loc.file, n->loc.line) : "";
}

/* index < length: in a step that is taken, every step exists */
static bool is_inside(const Node *n)
{
    return n->op == Olt && n->args[0]->op == Oindex && n->args[1]->op == Olength &&
           n->args[1]->attr.axis == n->type.axis;
}

static const char *refusal(Arena *mem, const Axis *axis, const Node *n)
{
    const char *at = at_line(mem, n), *name = node_text(mem, n);
    if (n->type.axis == axis && n->op == Odelay && n->attr.k < 0)
        return format(mem, "%s'%s' looks %d ahead", at, name, -n->attr.k);
    if (n->type.axis == axis && n->op == Odelay && n->attr.k > 1 && n->type.shape.rank == MAX_RANK)
        return format(mem, "%s'%s' looks %d back; a step keeps no more than %d feature dimensions", at, name,
                      n->attr.k, MAX_RANK - 1);
    if (n->type.axis == axis && op_info[n->op].kind == CROSS)
        return format(mem, "%s%s spans steps of %s", at, op_info[n->op].name, axis->name);
    if (n->type.axis == axis && n->op == Oindex)
        return format(mem, "%sthe number of the step is used", at);
    if (n->op == Olength && n->attr.axis == axis)
        return format(mem, "%sthe number of steps of %s is used", at, axis->name);
    for (int i = 0; i < n->nargs; i++) {
        const Node *a = n->args[i];
        if (n->type.axis != axis && a->type.axis == axis)
            return format(mem, "%s%s needs all steps of %s", at, op_info[n->op].name, axis->name);
        bool ids = (a->op == Oinput && a->attr.leaf->classes) || a->op == Oargmax;
        if (n->type.axis == axis && !a->type.axis && ids)
            return format(mem, "%sclass ids without axis, '%s', are used at each step of %s", at, node_text(mem, a),
                          axis->name);
    }
    return NULL;
}

static Leaf *new_leaf(Graph *g, const Leaf *like)
{
    Model *m = g->model;
    Leaf *l = alloc(m->mem, sizeof *l);
    *l = *like;
    l->streamed = true;
    l->index = m->leaves;
    m->leaf = grow(m->mem, m->leaf, m->leaves, &m->leaves_cap, sizeof *m->leaf);
    m->leaf[m->leaves++] = l;
    return l;
}

/* What the window before left, which a step is given anyway: states that are handed in, in any shape, and nothing else. */
static bool is_carried(const Node *n)
{
    if (n->op == Oinput)
        return n->attr.leaf->role == STATE;
    for (int i = 0; i < n->nargs; i++)
        if (!is_carried(n->args[i]))
            return false;
    return n->nargs > 0 && op_info[n->op].kind == VIEW;
}

/* Does it depend on parameters alone, without any steps? Then it is a constant of the step. */
static bool is_constant(Stream *s, const Node *n)
{
    char *known = &s->constant[n->id];
    if (!*known) {
        bool yes = !n->type.axis && !n->type.batch && n->op != Oinput && n->op != Olength;
        for (int i = 0; i < n->nargs && yes; i++)
            yes = is_constant(s, n->args[i]);
        *known = yes ? 2 : 1;
    }
    return *known == 2;
}

static Node *streamed(Stream *s, Node *n);

/* A state of the step: of a delay, or of a value of the prologue (NULL) that it keeps. */
static Leaf *new_state_leaf(Stream *s, Node *delay, const Node *named, Shape shape)
{
    Graph *g = s->to;
    const char *name = named->op == Oinput ? named->attr.leaf->name : named->name;
    Leaf like = {.name = name ? name : format(g->mem, delay ? "state%d" : "kept%d", s->delays + 1),
                 .role = STATE,
                 .type = {NULL, true, shape},
                 .loc = named->loc};
    for (int i = 0; i < s->delays; i++)                 /* names are fields of a struct */
        if (!strcmp(s->state[i]->name, like.name))
            like.name = format(g->mem, "%s.%d", like.name, s->delays + 1);
    Leaf *l = new_leaf(g, &like);
    s->delay = grow(g->mem, s->delay, s->delays, &s->cap, sizeof *s->delay);
    s->state = grow(g->mem, s->state, s->delays, &s->cap2, sizeof *s->state);
    s->before = grow(g->mem, s->before, s->delays, &s->cap3, sizeof *s->before);
    s->delay[s->delays] = delay;
    s->before[s->delays] = NULL;
    s->state[s->delays++] = l;
    return l;
}

static Shape with_rows(Shape s, int rows)
{
    for (int i = s.rank++; i > 0; i--)
        s.dim[i] = s.dim[i - 1];
    s.dim[0] = rows;
    return s;
}

static Node *stream_delay(Stream *s, Node *n)
{
    Graph *g = s->to;
    Node *init = n->nargs > 1 ? n->args[1] : NULL;
    int k = n->attr.k;
    Shape one = n->type.shape, rows = k > 1 ? with_rows(one, k) : one;
    bool ring = s->rings && k > 1;
    Leaf *l = new_state_leaf(s, n, n, ring ? one : rows);
    l->ring = ring ? k : 0;
    if (init && !is_carried(init)) {
        s->before[s->delays - 1] = init;
        if (is_constant(s, init))
            l->start = reshape_to(g, streamed(s, init), rows);
    }
    Node *x = leaf_node(g, l);
    if (k == 1 || ring)
        return x;
    int all = (int)shape_size(rows), size = (int)shape_size(one);
    return reshape_to(g, slice_of(g, reshape_to(g, x, shape_of(1, &all)), 0, size), one);
}

/* What the steps read of the prologue. Repeating and reshaping cost nothing, so what is repeated is kept once. */
static Node *kept(Stream *s, Node *n)
{
    if ((n->op == Oexpand || n->op == Oreshape) && !n->args[0]->type.axis) {
        Node *arg = streamed(s, n->args[0]);
        return node(s->to, n->op, 1, &arg, n->attr);
    }
    Leaf *l = new_state_leaf(s, NULL, n, n->type.shape);
    s->before[s->delays - 1] = n;
    return leaf_node(s->to, l);
}

static Node *rebuilt(Stream *s, Node *n)
{
    Graph *g = s->to;
    Attr a = n->attr;
    if (n->op == Oparam)
        return leaf_node(g, a.leaf);
    if (is_inside(n) && n->type.axis == s->axis)
        return constant(g, 1);
    if (n->type.axis != s->axis && !is_constant(s, n))
        return kept(s, n);
    if (n->op == Oinput) {
        Leaf *l = a.leaf;
        return leaf_node(g, n->type.axis == s->axis && s->leaf[l->index] ? s->leaf[l->index] : l);
    }
    if (n->op == Odelay)
        return stream_delay(s, n);
    Node **args = alloc(g->mem, (size_t)(n->nargs + 1) * sizeof *args);
    for (int i = 0; i < n->nargs; i++)
        args[i] = streamed(s, n->args[i]);
    if (a.axis == s->axis && n->op == Oexpand)
        a.axis = NULL;
    return node(g, n->op, n->nargs, args, a);
}

static Node *streamed(Stream *s, Node *n)
{
    if (!s->map[n->id]) {
        Loc loc = s->to->loc;
        s->to->loc = n->loc;
        Node *x = rebuilt(s, n);
        if (n->name && !x->name)
            x->name = n->name;
        s->map[n->id] = x;
        s->to->loc = loc;
    }
    return s->map[n->id];
}

static Node *next_value(Stream *s, int i)
{
    Graph *g = s->to;
    Node *d = s->delay[i], *x = streamed(s, d->args[0]);
    x = expand_to(g, x, (Type){ NULL, true, d->type.shape });
    int k = d->attr.k, size = (int)shape_size(d->type.shape), all = k * size;
    if (k == 1 || s->state[i]->ring)
        return x;
    Node *part[2] = { slice_of(g, reshape_to(g, leaf_node(g, s->state[i]), shape_of(1, &all)), size, all),
                      reshape_to(g, x, shape_of(1, &size)) };
    return reshape_to(g, concat_of(g, 2, part), s->state[i]->type.shape);
}

/* Can this axis be streamed? NULL, or why not. */
static const char *refused(Graph *g, const Axis *axis, Order order)
{
    for (int i = 0; i < order.n; i++) {
        Node *x = order.node[i];
        const char *why;
        bool only_inside = x->op == Oindex || (x->op == Olength && x->attr.axis == axis);   /* masks ask; they go */
        for (int j = 0; j < order.n && only_inside; j++)
            for (int k = 0; k < order.node[j]->nargs; k++)
                only_inside = only_inside && (order.node[j]->args[k] != x || is_inside(order.node[j]));
        if (!only_inside && (why = refusal(g->mem, axis, x)))
            return why;
        if (x->op == Oinput && x->attr.leaf->role == TARGET)
            return format(g->mem, "an output needs the target '%s'", x->attr.leaf->name);
    }
    return NULL;
}

/* The first axis of an output that can be streamed; NULL: none, *why says why the first of them cannot. */
static Axis *streamed_axis(Graph *g, const char **why)
{
    Node **roots = alloc(g->mem, (size_t)(g->roots + 1) * sizeof *roots);
    int n = 0;
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == R_OUTPUT)
            roots[n++] = g->root[i].node;
    Order order = topo(g->mem, g, roots, n);
    *why = NULL;
    for (int i = 0; i < n; i++) {
        Axis *axis = roots[i]->type.axis;
        const char *here = axis ? refused(g, axis, order) : NULL;
        if (axis && !here)
            return axis;
        *why = *why ? *why : here;
    }
    *why = *why ? *why : "no output lies on an axis";
    return NULL;
}

/* What is computed once: states before the first step, values that the steps keep, outputs without steps. */
static Graph *prologue(Stream *s)
{
    Graph *g = s->from;
    Root *old = g->root;
    int n = g->roots;
    g->root = NULL, g->roots = g->roots_cap = 0;
    for (int i = 0; i < n; i++)
        if (old[i].kind == R_OUTPUT && old[i].node->type.axis != s->axis)
            add_root(g, R_OUTPUT, old[i].name, NULL, old[i].node);
    for (int i = 0; i < s->delays; i++)
        if (s->before[i]) {
            Type t = s->state[i]->type;
            if (s->state[i]->ring)
                t.shape = with_rows(t.shape, s->state[i]->ring);
            add_root(g, R_FINAL, s->state[i]->name, s->state[i],
                     expand_to(g, reshape_to(g, s->before[i], t.shape), t));
        }
    return g->roots ? rewrite(g, NULL, NULL) : NULL;
}

Graph *opt_stream(Graph *g, Purpose purpose, const char **why)
{
    Axis *axis = streamed_axis(g, why);
    if (!axis)
        return NULL;
    Model *m = g->model;
    int leaves = m->leaves;
    Stream s = {.from = g,
                .to = graph_new(m, g->mem),
                .axis = axis,
                .rings = purpose != FOR_SAMPLE,
                .map = alloc(g->mem, (size_t)(g->n + 1) * sizeof(Node *)),
                .constant = alloc(g->mem, (size_t)g->n + 1),
                .leaf = alloc(g->mem, (size_t)(leaves + 1) * sizeof(Leaf *))};
    for (int i = 0; i < leaves; i++)
        if (m->leaf[i]->type.axis == axis && m->leaf[i]->role == INPUT && !m->leaf[i]->streamed) {
            Leaf like = *m->leaf[i];
            like.type.axis = NULL;
            s.leaf[i] = new_leaf(s.to, &like);
        }
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == R_OUTPUT && g->root[i].node->type.axis == axis) {
            Node *x = streamed(&s, g->root[i].node);
            Type t = g->root[i].node->type;
            t.axis = NULL;
            add_root(s.to, R_OUTPUT, g->root[i].name, NULL, expand_to(s.to, x, t));
        }
    for (int i = 0; i < s.delays; i++)                  /* the list grows while states are handed on */
        if (s.delay[i])
            add_root(s.to, R_FINAL, s.state[i]->name, s.state[i], next_value(&s, i));
    return purpose == FOR_BEGIN ? prologue(&s) : s.to;
}
