/* emit_stage.c -- in which stage of a rows kernel a vector is computed: that of its only reader, instead of as soon as it could be, if
 * its own operands can be read there as well. It needs no row of the stack then, and is work for the processor while the
 * reduction before that stage is waited for. Takes a kernel's nodes, says stages; writes nothing.
 */
#include "emit_rows.h"

static Node *read_through(const RowText *r, Node *n)
{
    while (r->e->p->how[n->id] == BY_VIEW && row_transparent(n))
        n = n->args[0];
    return n;
}

static bool computed_here(const RowText *r, const Node *n)
{
    const Plan *p = r->e->p;
    return p->how[n->id] == BY_ROWS && (p->kernel[n->id] == r->k || p->again[n->id]);
}

void count_readers(RowText *r)
{
    const Plan *p = r->e->p;
    r->readers = alloc(r->e->mem, (size_t)p->g->n * sizeof *r->readers);
    r->earliest = alloc(r->e->mem, (size_t)p->g->n * sizeof *r->earliest);
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        for (int j = 0; computed_here(r, n) && j < n->nargs; j++)
            r->readers[read_through(r, n->args[j])->id]++;
    }
}

int earliest_stage(RowText *r, Node *n)
{
    n = read_through(r, n);
    const Kind kind = op_info[n->op].kind;
    if (!computed_here(r, n) || is_accumulated(n) || (kind != MAP && kind != ROW && kind != SUM))   /* a delay leads in a circle */
        return 0;
    if (r->earliest[n->id])
        return r->earliest[n->id] - 1;
    int s = 0;
    for (int i = 0; i < n->nargs; i++) {
        const int from = earliest_stage(r, n->args[i]);
        s = from > s ? from : s;
    }
    /* not rowfirst, whose number the same loop has in every lane; lanes have no reductions of a row */
    if (!r->k->lanes && (n->op == Osum || n->op == Orowmax || n->op == Oargmax) && wide(r, read_through(r, n->args[0])))
        s++;
    r->earliest[n->id] = s + 1;
    return s;
}

bool waits_for_reader(RowText *r, Node *n)
{
    if (r->k->lanes || op_info[n->op].kind != MAP || !computed_here(r, n) || !wide(r, n) || r->readers[n->id] != 1 ||
        r->val[n->id].cls != NOTHING)
        return false;
    for (int i = 0; i < n->nargs; i++) {
        Node *a = read_through(r, n->args[i]);
        if (computed_here(r, a) && wide(r, a) && !waits_for_reader(r, a))
            return false;
    }
    return true;
}
