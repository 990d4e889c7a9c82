/* reach.c -- how far an output looks along time: steps before its own, steps after it. From a graph as read, by an interval for
 * each node, operands first: a delay moves it, a recurrence has no end on its side, what needs the whole axis has none on both.
 */
#include "plan.h"

#include <limits.h>

#define NONE (LONG_MIN / 4)                             /* looks at no step at all */
#define ENDLESS (LONG_MAX / 4)

typedef struct { long past, future; } Span;

static long larger(long a, long b) { return a > b ? a : b; }

static long moved(long x, int k) { return x == ENDLESS || x == NONE ? x : x + k; }

static Span span_of(const Node *n, const Span *span)
{
    Span s = { NONE, NONE };
    if (n->op == Oinput && n->attr.leaf->role == INPUT && n->type.axis)
        s = (Span){ 0, 0 };
    for (int i = 0; i < n->nargs; i++) {
        const Node *a = n->args[i];
        if (!a)
            continue;
        Span of = span[a->id];
        bool whole = a->type.axis && (n->type.axis != a->type.axis || n->op == Opeak || (n->op == Osum && n->attr.drop & DROP_T));
        if (whole && of.past != NONE)
            of = (Span){ ENDLESS, ENDLESS };
        else if (n->op == Odelay && i == 0)
            of = (Span){ moved(of.past, n->attr.k), moved(of.future, -n->attr.k) };
        s = (Span){ larger(s.past, of.past), larger(s.future, of.future) };
    }
    return s;
}

Reach reach(Graph *g)
{
    Components cs = components(g->mem, g);
    Span *span = alloc(g->mem, ((size_t)g->n + 1) * sizeof *span), all = { NONE, NONE };
    for (int i = 0; i < g->n; i++)
        span[i] = (Span){ NONE, NONE };
    for (int i = 0; i < cs.n; i++) {
        const Component *c = &cs.comp[i];
        Span s = { NONE, NONE };
        for (int j = 0; j < c->n; j++) {                /* of a recurrence: what comes in from outside, then without an end */
            Span one = span_of(c->node[j], span);
            s = (Span){ larger(s.past, one.past), larger(s.future, one.future) };
            if (!c->loop)
                span[c->node[j]->id] = one;
        }
        if (c->loop && s.past != NONE)
            s = c->up ? (Span){ ENDLESS, s.future } : (Span){ s.past, ENDLESS };
        for (int j = 0; c->loop && j < c->n; j++)
            span[c->node[j]->id] = s;
    }
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == R_OUTPUT)
            all = (Span){ larger(all.past, span[g->root[i].node->id].past), larger(all.future, span[g->root[i].node->id].future) };
    return (Reach){ all.past == NONE ? 0 : all.past == ENDLESS ? -1 : larger(all.past, 0) + 1,
                    all.future == ENDLESS ? -1 : larger(all.future, 0) };
}
