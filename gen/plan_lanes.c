/* plan_lanes.c -- whether the examples of the batch lie side by side, [step][feature][example] instead of
 * [step][example][feature]: graph -> Plan.lanes. Vectors then run over examples, so that features that fill no vectors
 * waste nothing and products need no packed weights. Decided for a whole program, before anything else.
 *
 * Asks for a batch of whole vectors, and for operations that work example by example, one number at a time. What comes
 * from outside or goes there must lie the same either way: one number an example. With --tune a trainer is measured both ways.
 */
#include "tune.h"

enum { VECTOR = 16, FEW = 64, MOST = 128, NEAR = 4096 };    /* lanes; features beyond which rows fill vectors well enough; reals */

static bool joins_features(const Node *n)               /* adds up features of one example */
{
    Shape s = n->args[0]->type.shape;
    for (int i = 0; i < s.rank; i++)
        if (n->attr.dims & 1 << i && s.dim[i] > 1)
            return true;
    return false;
}

static bool example_by_example(const Node *n)
{
    const Node *a = n->nargs > 0 ? n->args[0] : NULL, *b = n->nargs > 1 ? n->args[1] : NULL;
    switch (n->op) {
    case Oconst: case Oparam: case Oindex: case Olanes: case Oexpand: case Oreshape: case Oslice: case Oconcat: case Opad:
        return true;
    case Oinput:
        return !n->attr.leaf->classes && shape_size(n->type.shape) == 1;
    case Osum:
        return !n->type.batch || (!joins_features(n) && a->type.batch);
    case Ocontract:
        return a->op != Oonehot && b->op != Oonehot && !(a->type.batch && b->type.batch && n->type.batch);
    case Odelay:
        return n->nargs < 2 || (b->op == Oconst && n->type.batch);
    default:
        return op_info[n->op].kind == MAP;
    }
}

/* Do rows waste enough? One feature is no row, its products are sums of many. Measured: where a tenth is wasted, and a twentieth
 * where features are few, since weights of rows must also be packed; a fifth where a step's examples leave the nearest cache. */
static bool pays(double used, double whole, int nodes, int batch)
{
    const double features = nodes ? used / nodes : 1;
    return nodes == 0 || whole > used * (features * batch > NEAR ? 1.2 : features > FEW ? 1.1 : 1.05);
}

bool lanes_fit(const Plan *p)
{
    double used = 0, whole = 0;
    int nodes = 0;
    if (p->batch < VECTOR || p->batch % VECTOR || p->fixed_weights)
        return false;
    for (Axis *a = p->g->model->axes; a; a = a->next)
        if (a->ragged || a->parent)
            return false;
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        bool batch = n->type.batch;
        for (int j = 0; j < n->nargs; j++)
            batch = batch || n->args[j]->type.batch;
        if (!batch)
            continue;
        if (!example_by_example(n) || (n->type.batch && (inner_of(n->type.shape) > MOST || n->type.shape.rank == MAX_RANK)))
            return false;
        if (!n->type.batch || !n->type.axis || (op_info[n->op].kind != MAP && n->op != Ocontract))
            continue;
        const int features = inner_of(n->type.shape);
        if (features > 1)
            nodes++, used += features, whole += (features + VECTOR - 1) / VECTOR * VECTOR;
    }
    for (int i = 0; i < p->g->roots; i++) {
        const Node *x = p->g->root[i].node;
        if (x->type.batch && shape_size(x->type.shape) > 1)
            return false;
    }
    const bool fit = pays(used, whole, nodes, p->batch);
    Tuning *t = p->o->tuning;
    if (t)
        t->layout_rule = fit ? LANES : FEATURES;
    return t && t->layout ? t->layout == LANES : fit;
}
