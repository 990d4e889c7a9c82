/* opt_late.c -- sums and products of several terms in the order in which these become known: weights first, which are then one
 * constant, what follows a product and a reduction last. Who waits for the last term then does one operation more, not one
 * for each term that was known all the time. Weights that multiply a sum of weights times something go into these. For
 * programs whose weights are constant; never more operations than before, but other roundings. Takes sums and products
 * of one type that nothing else reads; knows no layer.
 */
#include "graph.h"

enum { TERMS = 16 };

typedef struct {
    int *uses;                      /* by old id */
    int *known;                     /* after how much that makes wait; 0: with the weights */
} Late;

typedef struct {
    Node *x;
    bool minus;
} Term;

typedef struct {
    Op op;                          /* Oadd, or Omul */
    Type type;
    Term term[TERMS];
    int n;
    bool fails;
} Terms;

static bool is_weights(const Node *n) { return !n->type.axis && !n->type.batch; }

/* what its result waits for, beside its operands: sums over many numbers, then long operations */
static int waits(const Node *n)
{
    switch (op_info[n->op].kind) {
    case LEAF: case DELAY: return 1;
    case PRODUCT: case SUM: case ROW: return 4;
    case MAP: return n->op == Oadd || n->op == Osub || n->op == Omul || n->op == Oneg ? 0 : 1;
    default: return 0;
    }
}

static int known_after(const Late *l, const Node *n)
{
    int latest = 0;
    if (is_weights(n))
        return 0;
    for (int i = 0; i < n->nargs && op_info[n->op].kind != DELAY; i++)
        latest = l->known[n->args[i]->id] > latest ? l->known[n->args[i]->id] : latest;
    return latest + waits(n);
}

static bool continues(const Late *l, const Terms *t, const Node *x)
{
    const bool same = t->op == Omul ? x->op == Omul : x->op == Oadd || x->op == Osub;
    return same && l->uses[x->id] == 1 && same_type(x->type, t->type) && !is_weights(x);
}

static void find_terms(const Late *l, Terms *t, Node *x, bool minus, bool whole)
{
    if (whole || continues(l, t, x)) {
        find_terms(l, t, x->args[0], minus, false);
        find_terms(l, t, x->args[1], minus != (x->op == Osub), false);
    } else if (t->n == TERMS)
        t->fails = true;
    else
        t->term[t->n++] = (Term){ x, minus };
}

static void sort(const Late *l, Terms *t)
{
    for (int i = 1; i < t->n; i++)
        for (int j = i; j > 0 && l->known[t->term[j].x->id] < l->known[t->term[j - 1].x->id]; j--) {
            const Term swap = t->term[j];
            t->term[j] = t->term[j - 1], t->term[j - 1] = swap;
        }
}

/* w x, where that only changes weights of x: w (s v + c) = s (w v) + w c; NULL: it does not */
static Node *times_weights(Rewrite *r, Node *w, Node *x)
{
    const Late *l = r->data;
    if (is_weights(x))
        return node2(r->to, Omul, w, rewritten(r, x));
    if (l->uses[x->id] != 1 || (x->op != Oadd && x->op != Osub && x->op != Omul))
        return NULL;
    if (x->op == Omul) {
        const int i = is_weights(x->args[0]) ? 0 : 1;
        return is_weights(x->args[i]) ? node2(r->to, Omul, rewritten(r, x->args[1 - i]), node2(r->to, Omul, w, rewritten(r, x->args[i]))) : NULL;
    }
    Node *a = times_weights(r, w, x->args[0]), *b = a ? times_weights(r, w, x->args[1]) : NULL;
    return b ? node2(r->to, x->op, a, b) : NULL;
}

/* NULL: nothing is gained */
static Node *multiplied(Rewrite *r, const Terms *t)
{
    const Late *l = r->data;
    Node *all = rewritten(r, t->term[0].x), *into = NULL;
    for (int i = 1; i < t->n; i++) {
        const bool weights = l->known[t->term[i - 1].x->id] == 0 && l->known[t->term[i].x->id] > 0;     /* all before */
        into = weights ? times_weights(r, all, t->term[i].x) : into;
        all = weights && into ? into : node2(r->to, Omul, all, rewritten(r, t->term[i].x));
    }
    return t->n > 2 || into ? all : NULL;
}

static Node *added(Rewrite *r, const Terms *t)
{
    int first = 0, constants = 0;
    double v;
    for (int i = 0; i < t->n; i++)
        constants += is_uniform(t->term[i].x, &v);
    if (constants > 1)                                  /* x + c - c, which rounds x to a multiple */
        return NULL;
    while (first < t->n && t->term[first].minus)
        first++;
    if (first == t->n)
        return NULL;
    Node *all = rewritten(r, t->term[first].x);
    for (int i = 0; i < t->n; i++)
        if (i != first)
            all = node2(r->to, t->term[i].minus ? Osub : Oadd, all, rewritten(r, t->term[i].x));
    return all;
}

static Node *late(Rewrite *r, Node *old)
{
    const Late *l = r->data;
    Terms t = { .op = old->op == Omul ? Omul : Oadd, .type = old->type };
    if ((old->op != Oadd && old->op != Osub && old->op != Omul) || is_weights(old))
        return NULL;
    find_terms(l, &t, old, false, true);
    sort(l, &t);
    if (t.fails || (t.op == Oadd && t.n < 3))
        return NULL;
    Node *all = t.op == Omul ? multiplied(r, &t) : added(r, &t);
    return all ? expand_to(r->to, all, old->type) : NULL;
}

Graph *opt_late(Graph *g)
{
    Arena *mem = arena_new();
    const size_t n = (size_t)g->n * sizeof(int);
    Late l = { alloc(mem, n), alloc(mem, n) };
    const Order order = topo_roots(mem, g);
    for (int i = 0; i < order.n; i++) {
        const Node *x = order.node[i];
        l.known[x->id] = known_after(&l, x);
        for (int j = 0; j < x->nargs; j++)
            l.uses[x->args[j]->id]++;
    }
    for (int i = 0; i < g->roots; i++)
        l.uses[g->root[i].node->id]++;
    Graph *to = rewrite(g, late, &l);
    arena_free(mem);
    return to;
}
