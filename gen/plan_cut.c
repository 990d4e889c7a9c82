/* plan_cut.c -- how the work of each kernel is shared among threads, and how sums over the examples are added up:
 * kernels -> Kernel.cut, Product.cut_outer, Plan.parts.
 *
 * The batch is cut into chunks by its size alone. A sum over the examples is kept for each chunk and the chunks are added
 * in their order, so that it has the same bits whoever computed which chunk. A thread computes whole chunks; products
 * and scatters outside of loops are cut wherever it suits, since how an element is added up does not depend on where.
 */
#include "plan.h"

enum { CHUNKS = 8 };

bool is_accumulated(const Node *n)
{
    return n->op == Osum && (n->attr.drop || (n->attr.dims & ~(1 << (n->args[0]->type.shape.rank - 1))));
}

bool is_total(const Plan *p, const Node *n)
{
    return p->home[n->id] == -1 && shape_size(n->type.shape) == 1 && !n->type.axis && !n->type.batch;
}

long chunk_size(const Plan *p, const Node *n)
{
    if (p->lanes)
        return row_size(p, n) * WIDEST;
    return is_total(p, n) ? (p->o->double_precision ? 1 : 2) : row_size(p, n) * (n->type.axis && p->home[n->id] == -1 ? n->type.axis->steps : 1);
}

long chunk_stride(const Plan *p, const Node *n)
{
    const long lines = p->o->double_precision ? 16 : 32, size = chunk_size(p, n);
    return p->threads > 1 ? (size + lines - 1) / lines * lines : size;
}

long total_stride(const Plan *p, const Node *n) { return p->o->double_precision ? chunk_stride(p, n) : chunk_stride(p, n) / 2; }

/* A sum over examples that is complete only after its item, kept by chunk. Where examples are lanes of a loop, one for each
 * lane: adding up lanes takes as long as ten additions, and so it is done once, after the last step. */
static bool by_chunk(const Plan *p, const Kernel *k, const Stmt *s, bool in_loop)
{
    const Node *n = s->n;
    if (k->lanes && (!in_loop || is_total(p, n) || n->type.batch))
        return false;
    return (p->chunks > 1 || k->lanes) && k->batch && s->part < 0 && s->root < 0 && is_accumulated(n) && (n->attr.drop & DROP_B) &&
           p->store[n->id].rows != ROWS_NONE && (!in_loop || n->attr.drop & DROP_T);
}

static void cut_rows(Plan *p, Kernel *k, bool in_loop)
{
    k->cut = k->batch && !k->lanes ? CUT_EXAMPLES : CUT_NONE;
    for (int i = 0; i < k->n; i++) {
        const Stmt *s = &k->stmt[i];
        bool sum = s->part < 0 && s->root < 0 && is_accumulated(s->n) && p->store[s->n->id].rows != ROWS_NONE;
        if (by_chunk(p, k, s, in_loop))
            p->parts[s->n->id] = 0;                     /* plan_place says where */
        else if (sum && (s->n->attr.drop & DROP_B))
            k->cut = CUT_NONE;
    }
}

static bool adds_up(const Product *q)                   /* several calls add to the same elements */
{
    for (int i = 0; i < q->outers; i++)
        if (q->outer[i].c == 0)
            return true;
    return false;
}

static void cut_product(Plan *p, Kernel *k, bool in_loop)
{
    Product *q = k->product;
    int n = p->threads;
    k->cut = CUT_NONE;
    if ((in_loop && !q->n->type.batch) || (q->pick == PICK_BLAS && p->o->tuning))   /* parts of it would be added up otherwise */
        return;
    if (!in_loop && q->m.examples && !adds_up(q)) {     /* who has computed its rows multiplies them, and needs the result */
        k->cut = CUT_M;
        return;
    }
    for (int i = 0; i < q->outers; i++)
        if (q->outer[i].c && (in_loop ? q->outer[i].examples : q->outer[i].extent >= 4 * n)) {
            k->cut = CUT_OUTER, q->cut_outer = i;
            return;
        }
    if (in_loop)
        k->cut = q->m.examples ? CUT_M : q->nn.examples && !q->pack ? CUT_N : CUT_NONE;
    else if (!adds_up(q))
        k->cut = q->m.extent >= 2 * n ? CUT_M : q->nn.extent >= 2 * n && !q->pack ? CUT_N : CUT_NONE;
}

static void cut(Plan *p, Kernel *k, bool in_loop)
{
    if (k->kind == K_ROWS)
        cut_rows(p, k, in_loop);
    else if (k->kind == K_PRODUCT)
        cut_product(p, k, in_loop);
    else if (k->kind == K_SCATTER && !in_loop)
        k->cut = CUT_N;
    if (p->threads == 1)
        k->cut = CUT_NONE;
}

int first_example(const Plan *p, int thread)
{
    return (int)((long)thread * p->chunks / p->threads * p->batch / p->chunks);
}

void plan_cut(Plan *p)
{
    p->chunks = p->lanes || p->fixed_weights ? 1 : p->batch < CHUNKS ? p->batch : CHUNKS;
    p->threads = p->o->threads > 1 && (p->purpose & (FOR_GRADIENT | FOR_LOSS | FOR_SENSITIVITY)) ? p->o->threads : 1;
    if (p->threads > p->chunks)
        p->threads = p->chunks;
    p->parts = alloc(p->mem, (size_t)p->g->n * sizeof *p->parts);
    for (int i = 0; i < p->g->n; i++)
        p->parts[i] = -1;
    for (int i = 0; i < p->prepares; i++)
        cut(p, p->prepare[i], false);
    for (int i = 0; i < p->items; i++) {
        Loop *l = p->item[i].loop;
        for (int j = 0; j < (l ? l->n : 1); j++)
            cut(p, l ? l->kernel[j] : p->item[i].kernel, l);
    }
}
