/* components.c -- strongly connected components, operands first: what must be computed step by step, and in
 * which direction. Takes a graph whose cycles pass through delays; err()s where a recurrence has no schedule.
 * Makes no nodes.
 */
#include "graph.h"

#include <string.h>

typedef struct { Node *n; int next; } Frame;

typedef struct {
    Graph *g;
    Components c;
    int *low, *num, count;
    Node **stack;
    int height, comps_cap;
    bool *on;
    int *rank;                      /* by id: position in topo order */
} Tarjan;

static void sort_by_rank(const Tarjan *t, Node **node, int n)
{
    for (int gap = n / 2; gap > 0; gap /= 2)
        for (int i = gap; i < n; i++)
            for (int j = i; j >= gap && t->rank[node[j]->id] < t->rank[node[j - gap]->id]; j -= gap) {
                Node *x = node[j];
                node[j] = node[j - gap], node[j - gap] = x;
            }
}

static void pop_component(Tarjan *t, Node *root)
{
    int first = t->height;
    while (t->stack[--first] != root)
        ;
    Components *c = &t->c;
    c->comp = grow(t->g->mem, c->comp, c->n, &t->comps_cap, sizeof *c->comp);
    Component *k = &c->comp[c->n];
    memset(k, 0, sizeof *k);
    k->n = t->height - first;
    k->node = alloc(t->g->mem, (size_t)k->n * sizeof *k->node);
    for (int i = 0; i < k->n; i++) {
        k->node[i] = t->stack[first + i];
        t->on[k->node[i]->id] = false;
        c->of[k->node[i]->id] = c->n;
    }
    sort_by_rank(t, k->node, k->n);
    t->height = first;
    c->n++;
}

static void enter(Tarjan *t, Node *n)
{
    t->num[n->id] = t->low[n->id] = ++t->count;
    t->stack[t->height++] = n;
    t->on[n->id] = true;
}

static void visit(Tarjan *t, Node *root, Frame *frame)
{
    int depth = 0;
    enter(t, root);
    frame[depth++] = (Frame){ root, 0 };
    while (depth) {
        Frame *f = &frame[depth - 1];
        Node *n = f->n;
        if (f->next < n->nargs) {
            Node *a = n->args[f->next++];
            if (!t->num[a->id]) {
                enter(t, a);
                frame[depth++] = (Frame){ a, 0 };
            } else if (t->on[a->id] && t->num[a->id] < t->low[n->id])
                t->low[n->id] = t->num[a->id];
            continue;
        }
        if (t->low[n->id] == t->num[n->id])
            pop_component(t, n);
        depth--;
        if (depth && t->low[n->id] < t->low[frame[depth - 1].n->id])
            t->low[frame[depth - 1].n->id] = t->low[n->id];
    }
}

static const char *called(Graph *g, const Node *n) { return node_text(g->mem, n); }

static void examine(Graph *g, const Components *cs, Component *c)
{
    Node *back = NULL, *ahead = NULL, *any = NULL;
    for (int i = 0; i < c->n; i++) {
        Node *n = c->node[i];
        c->loop = c->loop || c->n > 1;
        for (int j = 0; j < n->nargs; j++)
            c->loop = c->loop || n->args[j] == n;
        if (n->op == Odelay && cs->of[n->args[0]->id] == cs->of[n->id]) {
            any = any ? any : n;
            if (n->attr.k > 0)
                back = back ? back : n;
            else
                ahead = ahead ? ahead : n;
        }
    }
    if (!c->loop)
        return;
    if (!any)
        DIE("a component without a delay: '%s'", called(g, c->node[0]));
    c->axis = any->type.axis;
    for (int i = 0; i < c->n; i++)
        if (c->node[i]->type.axis != c->axis)
            err(c->node[i]->loc, "recurrence '%s' needs all its steps at once: '%s' is outside %s", called(g, any),
                called(g, c->node[i]), c->axis->name);
    if (back && ahead)
        err(ahead->loc, "one recurrence looks back ('%s' by %d) and ahead ('%s' by %d)", called(g, back),
            back->attr.k, called(g, ahead), -ahead->attr.k);
    c->up = back != NULL;
}

Components components(Arena *mem, Graph *g)
{
    size_t n = (size_t)g->n + 1;
    Order order = topo_roots(mem, g);
    Tarjan t = {.g = g,
                .low = alloc(mem, n * sizeof(int)),
                .num = alloc(mem, n * sizeof(int)),
                .stack = alloc(mem, n * sizeof(Node *)),
                .on = alloc(mem, n),
                .rank = alloc(mem, n * sizeof(int))};
    t.c.of = alloc(mem, n * sizeof(int));
    for (int i = 0; i < g->n; i++)
        t.c.of[i] = -1;
    for (int i = 0; i < order.n; i++)
        t.rank[order.node[i]->id] = i;
    Frame *frame = alloc(mem, n * sizeof *frame);
    for (int i = 0; i < g->roots; i++)
        if (!t.num[g->root[i].node->id])
            visit(&t, g->root[i].node, frame);
    for (int i = 0; i < t.c.n; i++)
        examine(g, &t.c, &t.c.comp[i]);
    return t.c;
}
