/* opt_stream.c -- one step of the only axis: a graph without time. A delay becomes a state that is given, its
 * operand the state that is handed on; a delay of k > 1 keeps its last k rows, oldest first. Refuses, saying
 * which line, what looks ahead or needs all steps at once. New leaves are added to the model; nothing else of
 * it changes.
 */
#include "graph.h"

#include <string.h>

typedef struct {
    Graph *from, *to;
    Axis *axis;
    Node **map;                     /* by old id */
    Leaf **leaf;                    /* by index of the model's leaf: the one without axis */
    Node **delay;                   /* met, whose next value is still to be made */
    Leaf **state;
    int delays, cap, cap2;
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
    if (n->op == Oindex)
        return format(mem, "%sthe number of the step is used", at);
    if (n->type.axis && n->type.axis != axis)
        return format(mem, "%s'%s' lies on another axis, %s", at, name, n->type.axis->name);
    for (int i = 0; i < n->nargs; i++)
        if (n->type.axis != axis && n->args[i]->type.axis == axis)
            return format(mem, "%s%s needs all steps of %s", at, op_info[n->op].name, axis->name);
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

/* does it depend on a leaf of that role? */
static bool from_outside(Graph *g, Node *n, Role role)
{
    Order order = topo(g->mem, g, &n, 1);
    for (int i = 0; i < order.n; i++)
        if (order.node[i]->op == Oinput && order.node[i]->attr.leaf->role == role)
            return true;
    return false;
}

static Node *streamed(Stream *s, Node *n);

static Node *stream_delay(Stream *s, Node *n)
{
    Graph *g = s->to;
    Node *init = n->nargs > 1 ? n->args[1] : NULL;
    int k = n->attr.k;
    Shape one = n->type.shape, rows = one;
    if (k > 1) {
        for (int i = one.rank; i > 0; i--)
            rows.dim[i] = one.dim[i - 1];
        rows.dim[0] = k;
        rows.rank++;
    }
    Leaf like = {.name = n->name ? n->name : format(g->mem, "state%d", s->delays + 1),
                 .role = STATE,
                 .type = {NULL, true, rows},
                 .loc = n->loc};
    for (int i = 0; i < s->delays; i++)                 /* names are fields of a struct */
        if (!strcmp(s->state[i]->name, like.name))
            like.name = format(g->mem, "%s.%d", like.name, s->delays + 1);
    Leaf *l = new_leaf(g, &like);
    s->delay = grow(g->mem, s->delay, s->delays, &s->cap, sizeof *s->delay);
    s->state = grow(g->mem, s->state, s->delays, &s->cap2, sizeof *s->state);
    s->delay[s->delays] = n;
    s->state[s->delays++] = l;
    if (init && !from_outside(s->from, init, STATE))
        l->start = reshape_to(g, streamed(s, init), rows);
    Node *x = leaf_node(g, l);
    if (k == 1)
        return x;
    int all = (int)shape_size(rows), size = (int)shape_size(one);
    return reshape_to(g, slice_of(g, reshape_to(g, x, shape_of(1, &all)), 0, size), one);
}

static Node *rebuilt(Stream *s, Node *n)
{
    Graph *g = s->to;
    Attr a = n->attr;
    if (n->op == Oparam)
        return leaf_node(g, a.leaf);
    if (n->op == Oinput) {
        Leaf *l = a.leaf;
        return leaf_node(g, n->type.axis == s->axis && s->leaf[l->index] ? s->leaf[l->index] : l);
    }
    if (is_inside(n))
        return constant(g, 1);
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
    if (k == 1)
        return x;
    Node *part[2] = { slice_of(g, reshape_to(g, leaf_node(g, s->state[i]), shape_of(1, &all)), size, all),
                      reshape_to(g, x, shape_of(1, &size)) };
    return reshape_to(g, concat_of(g, 2, part), s->state[i]->type.shape);
}

Graph *opt_stream(Graph *g, const char **why)
{
    Node **roots = alloc(g->mem, (size_t)(g->roots + 1) * sizeof *roots);
    int n = 0;
    Axis *axis = NULL;
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == R_OUTPUT) {
            roots[n++] = g->root[i].node;
            axis = axis ? axis : g->root[i].node->type.axis;
        }
    if (!axis) {
        *why = "no output lies on an axis";
        return NULL;
    }
    Order order = topo(g->mem, g, roots, n);
    for (int i = 0; i < order.n; i++) {
        Node *x = order.node[i];
        bool only_inside = x->op == Oindex;             /* masks ask for the step's number; they go */
        for (int j = 0; j < order.n && only_inside; j++)
            for (int k = 0; k < order.node[j]->nargs; k++)
                only_inside = only_inside && (order.node[j]->args[k] != x || is_inside(order.node[j]));
        if (only_inside)
            continue;
        if ((*why = refusal(g->mem, axis, x)))
            return NULL;
        if (x->op == Oinput && x->attr.leaf->role == TARGET) {
            *why = format(g->mem, "an output needs the target '%s'", x->attr.leaf->name);
            return NULL;
        }
        if (x->op == Odelay && x->nargs > 1 && from_outside(g, x->args[1], INPUT)) {
            *why = format(g->mem, "%s'%s' starts from an input", at_line(g->mem, x), node_text(g->mem, x));
            return NULL;
        }
    }
    Model *m = g->model;
    int leaves = m->leaves;
    Stream s = {.from = g,
                .to = graph_new(m, g->mem),
                .axis = axis,
                .map = alloc(g->mem, (size_t)(g->n + 1) * sizeof(Node *)),
                .leaf = alloc(g->mem, (size_t)(leaves + 1) * sizeof(Leaf *))};
    for (int i = 0; i < leaves; i++)
        if (m->leaf[i]->type.axis == axis && m->leaf[i]->role == INPUT && !m->leaf[i]->streamed) {
            Leaf like = *m->leaf[i];
            like.type.axis = NULL;
            s.leaf[i] = new_leaf(s.to, &like);
        }
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == R_OUTPUT) {
            Node *x = streamed(&s, g->root[i].node);
            Type t = g->root[i].node->type;
            t.axis = NULL;
            add_root(s.to, R_OUTPUT, g->root[i].name, NULL, expand_to(s.to, x, t));
        }
    for (int i = 0; i < s.delays; i++)                  /* the list grows while states are handed on */
        add_root(s.to, R_FINAL, s.state[i]->name, s.state[i], next_value(&s, i));
    return s.to;
}
