/* mask.c -- what keeps the padding of ragged axes finite and without effect: masks before crossings, guards
 * before partial operations. Takes a node, gives it as it may be used; leaves alone what is harmless already.
 */
#include "graph.h"

#include <string.h>

Node *inside(Graph *g, Axis *axis)
{
    Attr attr = {0};
    attr.axis = axis;
    return node2(g, Olt, node(g, Oindex, 0, NULL, attr), node(g, Olength, 0, NULL, attr));
}

static bool is_inside(const Node *c, const Axis *axis)
{
    return c->op == Olt && c->args[0]->op == Oindex && c->args[1]->op == Olength &&
           c->args[0]->attr.axis == axis && c->args[1]->attr.axis == axis;
}

bool is_mask(const Node *n)
{
    double zero;
    return n->op == Oselect && ragged(n) && is_uniform(n->args[2], &zero) && zero == 0 &&
           is_inside(n->args[0], n->type.axis);
}

Node *select_of(Graph *g, Node *c, Node *x, Node *y) { return node3(g, Oselect, c, x, y); }

Node *mask(Graph *g, Node *x)
{
    return ragged(x) ? select_of(g, inside(g, x->type.axis), x, constant(g, 0)) : x;
}

bool nonnegative(const Node *n)
{
    double v;
    if (is_uniform(n, &v))
        return v >= 0;
    switch (n->op) {
    case Oexp: case Osigmoid: case Orelu: case Oabs: case Osqrt: case Osoftmax: case Obest: case Oonehot: case Olt:
    case Oeq: case Oindex: case Olength: case Olanes: case Opeak:
        return true;
    case Omul:
        return n->args[0] == n->args[1] || (nonnegative(n->args[0]) && nonnegative(n->args[1]));
    case Oadd: case Odiv: case Omin:
        return nonnegative(n->args[0]) && nonnegative(n->args[1]);
    case Omax:
        return nonnegative(n->args[0]) || nonnegative(n->args[1]);
    case Oselect:
        return nonnegative(n->args[1]) && nonnegative(n->args[2]);
    case Ocontract:
        return n->args[0] == n->args[1] && strcmp(n->attr.lx, n->attr.lw) == 0;
    case Osum: case Oexpand: case Oreshape: case Oslice: case Opad: case Osample: case Ospread:
        return nonnegative(n->args[0]);
    default:
        return false;
    }
}

/* certainly above 0, also in the padding */
static bool positive(const Node *n)
{
    double v;
    if (is_uniform(n, &v))
        return v > 0;
    if (n->op == Oadd)
        return (positive(n->args[0]) && nonnegative(n->args[1])) ||
               (nonnegative(n->args[0]) && positive(n->args[1]));
    if (n->op == Omax)
        return positive(n->args[0]) || positive(n->args[1]);
    if (n->op == Omul)
        return positive(n->args[0]) && positive(n->args[1]);
    if (n->op == Osqrt || n->op == Oexpand || n->op == Oreshape || n->op == Oslice)
        return positive(n->args[0]);
    return n->op == Oselect && is_inside(n->args[0], n->type.axis) && is_uniform(n->args[2], &v) && v > 0;
}

Node *guard(Graph *g, Node *x)
{
    double v;
    if (!ragged(x) || is_uniform(x, &v) || positive(x))
        return x;
    return select_of(g, inside(g, x->type.axis), x, constant(g, 1));
}
