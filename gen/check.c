/* check.c -- walks over a graph: operands first, with the user's errors for what has no order; the invariants
 * that every pass must keep; rebuilding through the door.
 */
#include "graph.h"

#include <string.h>

/* ---- operands first, the edge from a delay to its operand cut ---- */

enum { NEW, OPEN, DONE };

typedef struct { Node *n; int next; } Frame;

typedef struct {
    Graph *g;
    Arena *mem;
    Order order;
    char *colour;
    Frame *path;
    Node **todo;                    /* operands of delays: further roots */
    int todos;
} Walk;

static void instant_cycle(Walk *w, int depth, Node *again)
{
    Text t = { 0 };
    int from = 0;
    while (w->path[from].n != again)
        from++;
    for (int i = from; i < depth; i++)
        put(&t, "%s <- ", node_text(w->mem, w->path[i].n));
    put(&t, "%s", node_text(w->mem, again));
    err(again->loc, "a value depends on itself at the same step: %s; a loop needs a state or a delay", t.s);
}

static void walk_from(Walk *w, Node *root)
{
    int depth = 0;
    if (w->colour[root->id] == DONE)
        return;
    w->path[depth++] = (Frame){ root, root->op == Odelay };
    w->colour[root->id] = OPEN;
    while (depth) {
        Frame *f = &w->path[depth - 1];
        Node *n = f->n;
        if (n->op == Odelay && !n->args[0])
            err(n->loc, "state '%s' is never given its next value", node_text(w->mem, n));
        if (f->next < n->nargs) {
            Node *a = n->args[f->next++];
            if (w->colour[a->id] == OPEN)
                instant_cycle(w, depth, a);
            if (w->colour[a->id] == NEW) {
                w->colour[a->id] = OPEN;
                w->path[depth++] = (Frame){ a, a->op == Odelay };
            }
            continue;
        }
        w->colour[n->id] = DONE;
        w->order.node[w->order.n++] = n;
        if (n->op == Odelay)
            w->todo[w->todos++] = n->args[0];
        depth--;
    }
}

Order topo(Arena *mem, Graph *g, Node *const *roots, int n)
{
    size_t size = (size_t)g->n + 1;
    Walk w = { .g = g, .mem = mem, .colour = alloc(mem, size), .path = alloc(mem, size * sizeof(Frame)),
               .todo = alloc(mem, size * sizeof(Node *)) };
    w.order.node = alloc(mem, size * sizeof(Node *));
    for (int i = 0; i < n; i++)
        walk_from(&w, roots[i]);
    for (int i = 0; i < w.todos; i++)                   /* grows while it is read */
        walk_from(&w, w.todo[i]);
    return w.order;
}

Order topo_roots(Arena *mem, Graph *g)
{
    Node **roots = alloc(mem, (size_t)(g->roots + 1) * sizeof *roots);
    for (int i = 0; i < g->roots; i++)
        roots[i] = g->root[i].node;
    return topo(mem, g, roots, g->roots);
}

/* ---- invariants ---- */

void check(Graph *g, const char *after)
{
    Arena *mem = arena_new();
    Order order = topo_roots(mem, g);
    for (int i = 0; i < order.n; i++) {
        Node *n = order.node[i];
        const char *name = op_info[n->op].name;
        if (n->id < 0 || n->id >= g->n || g->node[n->id] != n)
            DIE("after %s: %s %d is not in the graph", after, name, n->id);
        if (op_info[n->op].in >= 0 && n->nargs != op_info[n->op].in)
            DIE("after %s: %s %d has %d operands", after, name, n->id, n->nargs);
        for (int j = 0; j < n->nargs; j++)
            if (!n->args[j] || n->args[j]->id >= g->n || g->node[n->args[j]->id] != n->args[j])
                DIE("after %s: operand %d of %s %d is in another graph", after, j, name, n->id);
        Type t = type_of(g, n->op, n->nargs, n->args, &n->attr);
        bool wider =
            n->op == Odelay && n->type.batch && t.axis == n->type.axis && same_shape(t.shape, n->type.shape);
        if (!same_type(t, n->type) && !wider)
            DIE("after %s: %s %d is %s, its rule says %s", after, name, n->id, type_text(mem, n->type),
                type_text(mem, t));
    }
    arena_free(mem);
}

/* ---- rebuilding ---- */

static void open_state(Rewrite *r, Node *old)
{
    r->to->loc = old->loc, r->to->adjoint = old->adjoint;
    r->map[old->id] = new_state(r->to, old->type, old->attr.k, NULL, old->name);
}

static Node *copied(Rewrite *r, Node *old)
{
    Graph *g = r->to;
    Node *args[MAX_RANK], **many = old->nargs > MAX_RANK ? alloc(g->mem, (size_t)old->nargs * sizeof *many) : args;
    for (int i = 0; i < old->nargs; i++)
        many[i] = rewritten(r, old->args[i]);
    g->loc = old->loc, g->adjoint = old->adjoint;
    return node(g, old->op, old->nargs, many, old->attr);
}

Node *rewritten(Rewrite *r, Node *old)
{
    if (r->map[old->id])
        return r->map[old->id];
    Loc loc = r->to->loc;
    bool adjoint = r->to->adjoint;
    r->to->loc = old->loc, r->to->adjoint = old->adjoint;
    Node *n = r->rule ? r->rule(r, old) : NULL;
    if (!n)
        n = copied(r, old);
    if (old->name && !n->name)
        n->name = old->name;
    r->to->loc = loc, r->to->adjoint = adjoint;
    return r->map[old->id] = n;
}

Graph *rewrite(Graph *from, RewriteRule *rule, void *data)
{
    Rewrite r = { .from = from, .to = graph_new(from->model, from->mem), .rule = rule, .data = data };
    r.map = alloc(from->mem, (size_t)(from->n + 1) * sizeof *r.map);
    Order order = topo_roots(from->mem, from);
    for (int i = 0; i < order.n; i++)                   /* states first: they are what cycles pass through */
        if (order.node[i]->op == Odelay)
            open_state(&r, order.node[i]);
    for (int i = 0; i < order.n; i++)
        rewritten(&r, order.node[i]);
    for (int i = 0; i < order.n; i++) {
        Node *old = order.node[i];
        if (old->op != Odelay)
            continue;
        r.to->loc = old->loc, r.to->adjoint = old->adjoint;
        if (old->nargs > 1)
            add_init(r.to, r.map[old->id], rewritten(&r, old->args[1]));
        close_plain(r.to, r.map[old->id], rewritten(&r, old->args[0]));
    }
    r.to->loc = from->loc, r.to->adjoint = from->adjoint;
    for (int i = 0; i < from->roots; i++)
        add_root(r.to, from->root[i].kind, from->root[i].name, from->root[i].leaf,
                 rewritten(&r, from->root[i].node));
    return r.to;
}
