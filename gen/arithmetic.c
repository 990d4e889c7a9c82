/* arithmetic.c -- how many multiply-adds a training step is as the description says it, whatever passes and plan make of
 * it: the measure that --speed holds a program to. Lookups of a class and their gradients multiply nothing. Takes a graph
 * as read, gives a number.
 */
#include "passes.h"
#include "plan.h"

#include <string.h>

static double contraction(const Node *n, int batch)
{
    const Attr *a = &n->attr;
    double flops = 2;
    for (int side = 0; side < 2; side++) {
        const char *letters = side ? a->lw : a->lx;
        for (const char *c = letters; *c; c++)
            if (!side || !strchr(a->lx, *c))
                flops *= n->args[side]->type.shape.dim[c - letters];
    }
    const Axis *axis = n->args[0]->type.axis ? n->args[0]->type.axis : n->args[1]->type.axis;
    bool batched = n->args[0]->type.batch || n->args[1]->type.batch;
    return flops * (axis ? axis->steps : 1) * (batched ? batch : 1);
}

double described_flops(Graph *read, Purpose gradient, int batch)
{
    Graph *g = described_gradient(read, gradient);
    Order order = topo_roots(g->mem, g);
    double sum = 0;
    for (int i = 0; i < order.n; i++) {
        const Node *n = order.node[i];
        if (n->op == Ocontract && !is_gather(n) && !is_scatter(n))
            sum += contraction(n, batch);
    }
    return sum;
}
