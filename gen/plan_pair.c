/* plan_pair.c -- products of one row with a matrix and with its transpose, from one packing of it: a step of a recurrence and
 * the same step of its derivative. Takes what plan_pick.c chose, each product for itself; where two packings and two kernels
 * cost more than one packing in squares and its two kernels, Product.pick and Product.pack become those.
 */
#include "tune.h"

#include <string.h>

typedef struct {
    Product *q;
    int calls;                      /* in one training step */
    bool along;                     /* sums lie side by side in memory; else across rows */
} OneRow;

typedef struct {
    Plan *p;
    OneRow *one;
    int n, cap;
} Found;

static void find(Found *f, Kernel *k)
{
    Product *q = k->product;
    if (k->kind != K_PRODUCT || q->m.extent != 1 || q->outers || q->nn.c != 1 || q->nn.extent < 4 || q->k.extent < 4 || q->k.a != 1 ||
        !from_parameters(f->p, &q->right) || (q->k.b == 1) == (q->nn.b == 1) || q->pick == PICK_BLAS || q->pick == PICK_LANES)
        return;
    f->one = grow(f->p->mem, f->one, f->n, &f->cap, sizeof *f->one);
    f->one[f->n++] = (OneRow){ q, k->axis == NULL && k->on ? k->on->steps : 1, q->k.b == 1 };
}

/* rows of the matrix, one after the other in memory, and the columns */
static long every(const OneRow *o) { return o->along ? o->q->nn.b : o->q->k.b; }
static int rows_of_it(const OneRow *o) { return o->along ? o->q->nn.extent : o->q->k.extent; }
static int columns_of_it(const OneRow *o) { return o->along ? o->q->k.extent : o->q->nn.extent; }

static bool same_matrix(const OneRow *a, const OneRow *b)
{
    const View *v = &a->q->right, *w = &b->q->right;
    return v->base == w->base && v->offset == w->offset && v->shift == w->shift && every(a) == every(b) &&
           rows_of_it(a) == rows_of_it(b) && columns_of_it(a) == columns_of_it(b);
}

/* with --tune as measured, where that is near enough */
static bool pays(Tuning *t, double after, double before)
{
    if (!t || after > 2 * before || before > 2 * after)
        return after < before;
    if (t->pair_rule != PAIRS)
        t->pair_rule = after < before ? PAIRS : SINGLE;
    return t->pair ? t->pair == PAIRS : after < before;
}

/* all that multiply with the matrix of `first`, if both ways occur and that costs less */
static void pair(Found *f, OneRow *first)
{
    const int rows = rows_of_it(first), columns = columns_of_it(first);
    const double packing = (double)rows * columns / 8e3;
    double before = 0, after = packing;
    int ways = 0, calls = 0;
    for (int i = 0; i < f->n; i++) {
        OneRow *o = &f->one[i];
        if (!same_matrix(first, o))
            continue;
        before += o->calls * o->q->cost;
        after += o->calls * product_cost(o->along ? PICK_ALONG : PICK_ACROSS, o->q);
        ways |= o->along ? 1 : 2, calls += o->calls;
    }
    if (ways != 3 || !pays(f->p->o->tuning, after, before))
        return;
    Pack *pack = find_pack(f->p, PACK_SQUARES, &first->q->right, rows, columns, every(first), 1);
    for (int i = 0; i < f->n; i++) {
        OneRow *o = &f->one[i];
        if (!same_matrix(first, o))
            continue;
        Product *q = o->q;
        q->runner_up = q->pick, q->runner_up_cost = q->cost, q->runner_up_measured = q->measured, q->measured = 0;
        q->pick = o->along ? PICK_ALONG : PICK_ACROSS;
        q->cost = product_cost(q->pick, q) + packing / calls;
        q->pack = pack;
    }
}

static void each(Found *f, void (*visit)(Found *, Kernel *))
{
    const Plan *p = f->p;
    for (int i = 0; i < p->items; i++) {
        Loop *l = p->item[i].loop;
        for (int j = 0; j < (l ? l->n : 1); j++)
            visit(f, l ? l->kernel[j] : p->item[i].kernel);
    }
}

static void mark(Found *f, Kernel *k)
{
    (void)f;
    if (k->product && k->product->pack)
        k->product->pack->id = 1;
}

/* packings that nobody reads any more go */
static void keep_used(Found *f)
{
    Plan *p = f->p;
    for (int i = 0; i < p->packs; i++)
        p->pack[i]->id = p->pack[i]->kind == PACK_ROWS;
    each(f, mark);
    for (int i = 0; i < p->prepares; i++)
        mark(f, p->prepare[i]);
    int n = 0;
    for (int i = 0; i < p->packs; i++)
        if (p->pack[i]->id)
            p->pack[n++] = p->pack[i];
    p->packs = n;
    for (int i = 0; i < n; i++)
        p->pack[i]->id = i;
}

void plan_pair(Plan *p)
{
    if (p->fixed_weights || p->like)
        return;
    Found f = { .p = p };
    each(&f, find);
    const int packs = p->packs;
    for (int i = 0; i < f.n; i++)
        if (f.one[i].q->pick != PICK_ALONG && f.one[i].q->pick != PICK_ACROSS)
            pair(&f, &f.one[i]);
    if (p->packs > packs)
        keep_used(&f);
}
