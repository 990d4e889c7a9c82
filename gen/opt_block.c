/* opt_block.c -- the converse of opt_stream: from the graph of one step that of n steps on a short axis, so that what lies
 * off the recurrences can be computed for all of them at once. A state that a step hands on becomes a delay that starts from
 * it; of a ring that is as long as the axis or longer, the n oldest rows are read and the n next ones take their place.
 * Every other node becomes the same operation on that axis. Gives also which node of the step each one comes from. NULL
 * where that cannot be said. Changes nothing of the step's graph.
 */
#include "graph.h"

#include <string.h>

typedef struct {
    Graph *from, *to;
    Axis *axis;
    Node **map;                     /* by old id */
    Node **next;                    /* by Leaf.index: in `from`, the value that the state has after the step; NULL: it stays */
    Node **open, **value;           /* delays to be closed, with what (in `from`) */
    int opens, cap, cap2;
    bool failed;
} Block;

static Node *lifted(Block *b, Node *n);

static Leaf *leaf_like(Graph *g, const Leaf *like)
{
    Model *m = g->model;
    Leaf *l = alloc(m->mem, sizeof *l);
    *l = *like;
    l->streamed = true, l->start = NULL;
    l->index = m->leaves;
    m->leaf = grow(m->mem, m->leaf, m->leaves, &m->leaves_cap, sizeof *m->leaf);
    m->leaf[m->leaves++] = l;
    return l;
}

static Node *lifted_leaf(Block *b, Node *n)
{
    Graph *g = b->to;
    Leaf *l = n->attr.leaf, *made;
    Shape one = l->type.shape;
    if (l->role == STATE && !b->next[l->index])
        return leaf_node(g, l);
    if (l->role != STATE || l->ring >= b->axis->steps) {
        made = leaf_like(g, l);
        made->type.axis = b->axis;
        return leaf_node(g, made);
    }
    const int k = l->ring ? l->ring : 1;
    if (one.rank == MAX_RANK) {
        b->failed = true;
        return leaf_node(g, l);
    }
    made = l;
    if (l->ring) {
        made = leaf_like(g, l);
        for (int i = made->type.shape.rank++; i > 0; i--)
            made->type.shape.dim[i] = one.dim[i - 1];
        made->type.shape.dim[0] = k;
    }
    Node *d = new_state(g, (Type){ b->axis, true, one }, k, leaf_node(g, made), n->name);
    b->open = grow(g->mem, b->open, b->opens, &b->cap, sizeof *b->open);
    b->value = grow(g->mem, b->value, b->opens, &b->cap2, sizeof *b->value);
    b->open[b->opens] = d;
    b->value[b->opens++] = b->next[l->index];
    return d;
}

static Node *lifted_op(Block *b, Node *n)
{
    Graph *g = b->to;
    Attr a = n->attr;
    bool on = false;
    if (n->op == Oparam)
        return leaf_node(g, a.leaf);
    if (n->op == Oinput)
        return lifted_leaf(b, n);
    Node **args = alloc(g->mem, (size_t)(n->nargs + 1) * sizeof *args);
    for (int i = 0; i < n->nargs; i++) {
        args[i] = lifted(b, n->args[i]);
        on = on || args[i]->type.axis;
    }
    if (n->op == Oexpand && on)
        a.axis = b->axis;
    for (int i = 0; i < n->nargs && on && n->op == Oconcat; i++)
        args[i] = expand_to(g, args[i], (Type){ b->axis, n->type.batch, args[i]->type.shape });
    return node(g, n->op, n->nargs, args, a);
}

static Node *lifted(Block *b, Node *n)
{
    if (!b->map[n->id]) {
        Loc loc = b->to->loc;
        b->to->loc = n->loc;
        Node *x = lifted_op(b, n);
        if (n->name && !x->name)
            x->name = n->name;
        b->map[n->id] = x;
        b->to->loc = loc;
    }
    return b->map[n->id];
}

Graph *opt_block(Graph *step, int steps, Node ***source)
{
    Model *m = step->model;
    Block b = { .from = step, .to = graph_new(m, step->mem), .axis = alloc(m->mem, sizeof *b.axis) };
    Graph *g = b.to;
    *b.axis = (Axis){ .name = "block", .steps = steps };
    b.map = alloc(g->mem, (size_t)(step->n + 1) * sizeof *b.map);
    b.next = alloc(g->mem, (size_t)(m->leaves + 1) * sizeof *b.next);
    for (int i = 0; i < step->roots; i++)
        if (step->root[i].kind == R_FINAL)
            b.next[step->root[i].leaf->index] = step->root[i].node;
    for (int i = 0; i < step->roots; i++) {
        const Root *r = &step->root[i];
        Node *x = lifted(&b, r->node);
        b.failed = b.failed || (r->kind == R_FINAL && !x->type.axis);
        add_root(g, r->kind, r->name, r->leaf, r->kind == R_FINAL ? x : expand_to(g, x, (Type){ b.axis, true, x->type.shape }));
    }
    for (int i = 0; i < b.opens; i++)
        close_state(g, b.open[i], expand_to(g, lifted(&b, b.value[i]), b.open[i]->type));
    *source = alloc(g->mem, (size_t)(g->n + 1) * sizeof **source);
    for (int i = 0; i < step->n; i++)
        if (b.map[i] && !(*source)[b.map[i]->id])
            (*source)[b.map[i]->id] = step->node[i];
    return b.failed ? NULL : g;
}
