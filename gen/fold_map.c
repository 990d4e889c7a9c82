/* fold_map.c -- what the door simplifies of elementwise operations. Takes one with its operands, gives a node
 * of the same type and meaning, or NULL. Every rule shrinks, so that folding ends.
 */
#include "graph.h"

static bool is_value(const Node *n, double v)
{
    double x;
    return is_uniform(n, &x) && x == v;
}

static Node *of_constants(Graph *g, Op op, int n, Node **a, Type type)
{
    double v[3] = {0, 0, 0};
    for (int i = 0; i < n; i++)
        if (!is_uniform(a[i], &v[i]))
            return NULL;
    return expand_to(g, constant(g, map_value(op, v[0], v[1], v[2])), type);
}

/* x = factor * constant, with the constant's place given back; NULL if there is none */
static Node *scaled(const Node *x, double *c)
{
    if (x->op == Omul)
        for (int i = 0; i < 2; i++)
            if (is_uniform(x->args[i], c))
                return x->args[1 - i];
    return NULL;
}

static bool fewer(Type a, Type b)                       /* a holds fewer numbers than b, which it broadcasts to */
{
    return expands(a, b) && !same_type(a, b) &&
           ((b.axis && !a.axis) || (b.batch && !a.batch) || shape_size(a.shape) < shape_size(b.shape));
}

/* c p + c q = c (p + q), where c is the smaller; a negative constant turns a difference round */
static Node *of_common_factor(Graph *g, Op op, Node **a, Type type)
{
    double v;
    if (a[0]->op != Omul || a[1]->op != Omul)
        return NULL;
    for (int i = 0; i < 4; i++) {
        Node *c = a[0]->args[i & 1], *p = a[0]->args[1 - (i & 1)], *q = a[1]->args[1 - (i >> 1)];
        if (c != a[1]->args[i >> 1] || !fewer(c->type, type))
            continue;
        if (op == Osub && is_uniform(c, &v) && v < 0)
            return node2(g, Omul, node2(g, Osub, q, p), constant(g, -v));
        return node2(g, Omul, node2(g, op, p, q), c);
    }
    return NULL;
}

static Node *sum(Graph *g, Op op, Node **a, Type type)
{
    if (is_value(a[1], 0))
        return a[0];
    if (is_value(a[0], 0))
        return op == Oadd ? a[1] : node1(g, Oneg, a[1]);
    if (a[1]->op == Oneg)
        return node2(g, op == Oadd ? Osub : Oadd, a[0], a[1]->args[0]);
    if (op == Oadd && a[0]->op == Oneg)
        return node2(g, Osub, a[1], a[0]->args[0]);
    return of_common_factor(g, op, a, type);
}

static Node *product(Graph *g, Node **a)
{
    for (int i = 0; i < 2; i++) {
        Node *x = a[1 - i], *inner;
        double v, w;
        if (!is_uniform(a[i], &v))
            continue;
        if (v == 0)                                     /* an adjoint that does not arrive */
            return constant(g, 0);
        if (v == 1)
            return x;
        if (v == -1)
            return node1(g, Oneg, x);
        if (x->op == Oneg)
            return node2(g, Omul, x->args[0], constant(g, -v));
        if ((inner = scaled(x, &w)))
            return node2(g, Omul, inner, constant(g, v * w));
    }
    return NULL;
}

static Node *negative(Graph *g, Node *x)
{
    double v;
    if (x->op == Oneg)
        return x->args[0];
    if (x->op == Osub)
        return node2(g, Osub, x->args[1], x->args[0]);
    Node *inner = scaled(x, &v);
    return inner ? node2(g, Omul, inner, constant(g, -v)) : NULL;
}

static Node *choice(Graph *g, Node **a)
{
    double v;
    if (is_uniform(a[0], &v))
        return v != 0 ? a[1] : a[2];
    if (a[1] == a[2])
        return a[1];
    if (a[1]->op == Oselect && a[1]->args[0] == a[0])   /* asked once is enough */
        return select_of(g, a[0], a[1]->args[1], a[2]);
    if (a[2]->op == Oselect && a[2]->args[0] == a[0])
        return select_of(g, a[0], a[1], a[2]->args[2]);
    return NULL;
}

static Node *less(Graph *g, Node **a)                   /* the number of a step lies below the number of steps */
{
    double v;
    if (a[0]->op == Oindex && is_uniform(a[1], &v) && v >= a[0]->attr.axis->steps)
        return constant(g, 1);
    return NULL;
}

static Node *rule(Graph *g, Op op, Node **a, Type type)
{
    switch (op) {
    case Oadd: case Osub: return sum(g, op, a, type);
    case Omul: return product(g, a);
    case Odiv: return is_value(a[0], 0) ? constant(g, 0) : is_value(a[1], 1) ? a[0] : NULL;
    case Oneg: return negative(g, a[0]);
    case Oselect: return choice(g, a);
    case Olt: return less(g, a);
    default: return NULL;
    }
}

/* Broadcasting is free within a map: computed on what is there, repeated afterwards if nothing else brings the
 * rest. */
static Node *unexpanded(Graph *g, Op op, int n, Node **a, Type type)
{
    Node *bare[3];
    bool any = false;
    for (int i = 0; i < n; i++) {
        any = any || a[i]->op == Oexpand;
        bare[i] = a[i]->op == Oexpand ? a[i]->args[0] : a[i];
    }
    return any ? expand_to(g, node(g, op, n, bare, (Attr){0}), type) : NULL;
}

Node *fold_map(Graph *g, Op op, int n, Node **a, Type type)
{
    Node *x = of_constants(g, op, n, a, type);
    if (!x)
        x = rule(g, op, a, type);
    if (x)
        return expand_to(g, x, type);
    return unexpanded(g, op, n, a, type);
}
