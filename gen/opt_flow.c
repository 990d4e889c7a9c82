/* opt_flow.c -- how far back does one step's loss reach? Takes a graph with a loss over all steps, gives one whose
 * loss is only what the last step of each example adds to it: the gradient with respect to a state k steps earlier
 * then shows whether it vanishes or grows with k. A loss that is no sum over steps (many to one) stays as it is.
 * Derives nothing.
 */
#include "graph.h"

#include <string.h>

int flow_states(Graph *g, Node **value, const char **name, int most)
{
    Order order = topo_roots(g->mem, g);
    int n = 0;
    for (int i = 0; i < g->model->states; i++)
        for (int j = 0; j < order.n; j++) {
            Node *x = order.node[j];
            if (x->op != Odelay || !x->name || strcmp(x->name, g->model->state[i].name))
                continue;
            if (n < most)
                value[n] = x->args[0], name[n++] = x->name;
            break;
        }
    return n;
}

typedef struct { bool *sum; } Sums;

/* the sums over steps and examples that lie between the loss and anything with an axis, and depend on a state */
static void find_sums(const bool *depends, Node *n, bool *seen, bool *sum)
{
    if (seen[n->id] || n->type.axis || n->type.batch)
        return;
    seen[n->id] = true;
    if (n->op == Osum && (n->attr.drop & DROP_T) && (n->attr.drop & DROP_B) && n->args[0]->type.axis)
        sum[n->id] = depends[n->args[0]->id];
    for (int i = 0; i < n->nargs; i++)
        find_sums(depends, n->args[i], seen, sum);
}

static bool *state_dependent(Graph *g, Order order)
{
    bool *depends = alloc(g->mem, (size_t)g->n);
    for (bool again = true; again;) {                   /* delays close cycles */
        again = false;
        for (int i = 0; i < order.n; i++) {
            Node *x = order.node[i];
            bool on = x->op == Odelay;
            for (int j = 0; j < x->nargs; j++)
                on = on || depends[x->args[j]->id];
            if (on && !depends[x->id])
                depends[x->id] = again = true;
        }
    }
    return depends;
}

static Node *only_last(Rewrite *r, Node *old)
{
    const Sums *s = r->data;
    if (!s->sum[old->id])
        return NULL;
    Graph *g = r->to;
    Node *x = rewritten(r, old->args[0]);
    Attr at = { .axis = x->type.axis };
    Node *index = node(g, Oindex, 0, NULL, at);
    Node *length = node(g, Olength, 0, NULL, at);       /* a constant where every example has all steps */
    Node *before = node2(g, Olt, index, node2(g, Osub, length, constant(g, 1)));
    return sum_of(g, select_of(g, before, constant(g, 0), x), old->attr.drop, old->attr.dims);
}

Graph *opt_flow(Graph *g)
{
    Sums s = { alloc(g->mem, (size_t)g->n) };
    bool *seen = alloc(g->mem, (size_t)g->n), *depends = state_dependent(g, topo_roots(g->mem, g));
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == R_LOSS)
            find_sums(depends, g->root[i].node, seen, s.sum);
    return rewrite(g, only_last, &s);
}
