/* opt_late.c -- sums of several terms in the order in which these become known, and weights before what they multiply: weights that
 * are added to one sum are then one constant, and who waits for the last term does one operation more, not one for each
 * term that was known all the time. For programs whose weights are constant; never more operations than before.
 *
 * Rounding decides what may move. A difference, or a sum with a constant, is left as described: x - y + b may be exact but for b,
 * x + c - c rounds, c m - c masks. Otherwise all terms but one are results of products and the like, whose own rounding is as
 * large as what another order adds. In a product only weights move, to the front, and only if there is one of them: two may
 * multiply to what no number holds. Takes sums and products of one type that nothing else reads; knows no layer.
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
    if (made_of_weights(n))
        return 0;
    for (int i = 0; i < n->nargs && op_info[n->op].kind != DELAY; i++)
        latest = l->known[n->args[i]->id] > latest ? l->known[n->args[i]->id] : latest;
    return latest + waits(n);
}

static bool continues(const Late *l, const Terms *t, const Node *x)
{
    const bool same = t->op == Omul ? x->op == Omul : x->op == Oadd || x->op == Osub;
    return same && l->uses[x->id] == 1 && same_type(x->type, t->type) && !made_of_weights(x);
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

/* Is its last bit an error already? Not of what was only moved, compared, selected. */
static bool is_rounded(const Node *n)
{
    switch (n->op) {
    case Oreshape: case Oexpand: case Oslice: return is_rounded(n->args[0]);
    case Ocontract: return n->args[0]->op != Oonehot && n->args[1]->op != Oonehot;     /* a row looked up */
    case Osum: case Odiv: case Osqrt: case Oexp: case Olog: case Otanh: case Osigmoid: return true;
    case Omul: {
        double v;
        for (int i = 0; i < 2; i++)
            if (is_rounded(n->args[i]) || (made_of_weights(n->args[i]) && !is_uniform(n->args[i], &v)))
                return true;
        return false;
    }
    default: return false;
    }
}

/* NULL: it stays as it is */
static Node *multiplied(Rewrite *r, const Terms *t)
{
    int weights = -1;
    double v;
    for (int i = 0; i < t->n; i++)
        if (is_uniform(t->term[i].x, &v) || (made_of_weights(t->term[i].x) && weights >= 0))
            return NULL;
        else if (made_of_weights(t->term[i].x))
            weights = i;
    if (weights < 0 || t->n < 3)
        return NULL;
    Node *all = rewritten(r, t->term[weights].x);
    for (int i = 0; i < t->n; i++)
        if (i != weights)
            all = node2(r->to, Omul, all, rewritten(r, t->term[i].x));
    return all;
}

static Node *added(Rewrite *r, Terms *t)
{
    int exact = 0;
    double v;
    for (int i = 0; i < t->n; i++) {
        if (t->term[i].minus || is_uniform(t->term[i].x, &v))
            return NULL;
        exact += !made_of_weights(t->term[i].x) && !is_rounded(t->term[i].x);
    }
    if (exact > 1 || t->n < 3)
        return NULL;
    sort(r->data, t);
    Node *all = rewritten(r, t->term[0].x);
    for (int i = 1; i < t->n; i++)
        all = node2(r->to, Oadd, all, rewritten(r, t->term[i].x));
    return all;
}

static Node *late(Rewrite *r, Node *old)
{
    const Late *l = r->data;
    Terms t = { .op = old->op == Omul ? Omul : Oadd, .type = old->type };
    if ((old->op != Oadd && old->op != Osub && old->op != Omul) || made_of_weights(old))
        return NULL;
    find_terms(l, &t, old, false, true);
    if (t.fails)
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
