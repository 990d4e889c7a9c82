/* plan_sink.c -- within a loop, or a program of one step, work that only a later kernel over the same rows uses moves there:
 * bias and lookup that stand before a product are added behind it, instead of stored and read back. plan_fuse puts everything
 * as early as it can; this undoes it where nothing but the later kernel reads the value and its own operands lie in memory
 * anyway. Takes kernels with their statements, moves statements of maps and lookups, makes none.
 */
#include "plan.h"

#include <string.h>

typedef struct {
    Plan *p;
    Kernel **kernel;                /* of a loop, or of a program without any */
    int kernels, home;              /* Plan.home of what they compute */
    int *at;                        /* by node id, all: the kernel of these that computes it, or -1 */
    int *reader;                    /* the one kernel whose rows read it; NOBODY, or SEVERAL: it is in memory anyway */
    int *later;                     /* the same once what sinks has sunk */
    int *sink;                      /* where it goes; -1: it stays */
    bool *stays;                    /* its operands would have to be stored instead */
} Sink;

enum { NOBODY = -1, SEVERAL = -2 };

static void read_by(int *reader, int kernel, bool in_row)
{
    *reader = in_row && kernel >= 0 && (*reader == NOBODY || *reader == kernel) ? kernel : SEVERAL;
}

static void use(Sink *s, Node *n, int kernel, int later, bool in_row)
{
    const Plan *p = s->p;
    while (p->how[n->id] == BY_VIEW) {
        in_row = in_row && row_transparent(n);
        n = n->args[0];
    }
    read_by(&s->reader[n->id], kernel, in_row);
    read_by(&s->later[n->id], later, in_row);
}

static bool may_sink(const Sink *s, Node *n, int to)
{
    Stmt st = { n, -1, -1 };
    return !s->stays[n->id] && to > s->at[n->id] && s->p->how[n->id] == BY_ROWS &&
           (op_info[n->op].kind == MAP || n->op == Oonehot || is_gather(n)) &&
           kernel_takes(s->p, s->kernel[to], rows_of(&st));
}

/* Users first: who reads each value, and what may sink where. */
static void find_sinks(Sink *s)
{
    Plan *p = s->p;
    for (int i = 0; i < p->g->n; i++)
        s->at[i] = s->sink[i] = -1, s->reader[i] = s->later[i] = NOBODY;
    for (int k = 0; k < s->kernels; k++)
        for (int i = 0; i < s->kernel[k]->n; i++) {
            const Stmt *st = &s->kernel[k]->stmt[i];
            if (st->part < 0)
                s->at[st->n->id] = k;
            else
                use(s, st->n->args[st->part], k, k, true);
        }
    for (int i = 0; i < p->g->roots; i++)
        use(s, p->g->root[i].node, -1, -1, false);
    for (int i = p->order.n - 1; i >= 0; i--)           /* a delay comes before its operand, but reads memory: first */
        if (p->order.node[i]->op == Odelay)
            for (int j = 0; j < p->order.node[i]->nargs; j++)
                use(s, p->order.node[i]->args[j], -1, -1, false);
    for (int i = p->order.n - 1; i >= 0; i--) {
        Node *n = p->order.node[i];
        int k = s->at[n->id];
        if (p->how[n->id] == BY_VIEW || (p->how[n->id] == BY_PARTS && p->home[n->id] == s->home))
            continue;
        if (k >= 0 && s->later[n->id] >= 0 && may_sink(s, n, s->later[n->id]))
            s->sink[n->id] = s->later[n->id];
        for (int j = 0; j < n->nargs; j++)
            use(s, n->args[j], k, s->sink[n->id] >= 0 ? s->sink[n->id] : k, k >= 0 && operand_in_row(n, j));
    }
}

/* an operand that a later kernel can read at no cost: it goes there too, or is in memory anyway */
static bool stays_readable(const Sink *s, Node *o, const Node *n)
{
    while (s->p->how[o->id] == BY_VIEW)
        o = o->args[0];
    return s->at[o->id] != s->at[n->id] || s->sink[o->id] == s->sink[n->id] || s->reader[o->id] != s->at[n->id];
}

static void move(Sink *s, Node *n)
{
    Kernel *from = s->kernel[s->at[n->id]], *to = s->kernel[s->sink[n->id]];
    int i = 0;
    while (from->stmt[i].n != n)
        i++;
    Stmt st = from->stmt[i];
    memmove(&from->stmt[i], &from->stmt[i + 1], (size_t)(--from->n - i) * sizeof st);
    to->stmt = grow(s->p->mem, to->stmt, to->n, &to->cap, sizeof st);
    memmove(&to->stmt[1], &to->stmt[0], (size_t)to->n++ * sizeof st);
    to->stmt[0] = st;
    s->p->kernel[n->id] = to;
}

static void sink(Sink *s)
{
    const Order *o = &s->p->order;
    memset(s->stays, 0, (size_t)s->p->g->n);
    for (bool again = true; again;) {
        again = false;
        find_sinks(s);
        for (int i = 0; i < o->n; i++) {
            Node *n = o->node[i];
            for (int j = 0; j < n->nargs && s->sink[n->id] >= 0 && !s->stays[n->id]; j++)
                if (!stays_readable(s, n->args[j], n))
                    s->stays[n->id] = again = true;
        }
    }
    for (int i = o->n - 1; i >= 0; i--)                 /* operands end up before what uses them */
        if (s->sink[o->node[i]->id] >= 0)
            move(s, o->node[i]);
}

void plan_sink(Plan *p)
{
    const size_t n = (size_t)p->g->n * sizeof(int);
    Sink s = { .p = p, .at = alloc(p->mem, n), .reader = alloc(p->mem, n), .later = alloc(p->mem, n), .sink = alloc(p->mem, n),
               .stays = alloc(p->mem, n) };
    for (int l = 0; l < p->nloops; l++) {
        s.kernel = p->loops[l]->kernel, s.kernels = p->loops[l]->n, s.home = l;
        sink(&s);
    }
    if (p->nloops || !by_arguments(p))
        return;
    s.kernel = alloc(p->mem, (size_t)p->items * sizeof *s.kernel), s.kernels = p->items, s.home = -1;
    for (int i = 0; i < p->items; i++)
        s.kernel[i] = p->item[i].kernel;
    sink(&s);
}
