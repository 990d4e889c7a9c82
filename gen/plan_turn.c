/* plan_turn.c -- weights that no cache holds from one step to the next are read from first to last and at every other step back,
 * so that what was read last is found there: Product.turning, Kernel.turning, Plan.turns. Changes no sum: the order of columns
 * alone. In a loop the number of the step says which way; one step of a predictor, its state.
 */
#include "plan.h"

enum { NEAR = 32 << 10,             /* bytes of weights that stay in the nearest cache, */
       FAR = 1 << 20,               /* and in the second one beside others */
       PANEL = 64, MANY = 4 };      /* columns that are read in one direction anyway; so many panels are worth it */

static long bytes_of(const Plan *p, const Product *q)
{
    return (long)q->nn.extent * q->k.extent * (p->o->double_precision ? 8 : 4);
}

static bool one_row(const Product *q)
{
    return q->m.extent == 1 && q->outers == 0 && q->nn.extent > MANY * PANEL && !q->parts && (q->pick == PICK_MATVEC || q->pick == PICK_DOTS);
}

static bool turn(Kernel *k, bool may)
{
    if (k->kind == K_PRODUCT)
        return k->product->turning = may && one_row(k->product);
    return k->turning = may && k->unit && k->unit < k->inner;
}

/* A recurrence of a trainer, forward and backward: what is packed in squares, if no thread has a share of it. */
static bool squares(const Plan *p, const Kernel *k)
{
    const Product *q = k->product;
    return q && (q->pick == PICK_ALONG || q->pick == PICK_ACROSS) && k->on && !k->axis && bytes_of(p, q) > NEAR && p->o->threads <= 1;
}

/* The step of a predictor: all weights of products count, since each lies between two readings of the others. */
static void turn_step(Plan *p)
{
    long bytes = 0;
    bool states = false;
    for (int i = 0; i < p->g->roots; i++)
        states = states || p->g->root[i].kind == R_FINAL;
    for (int i = 0; i < p->items; i++)
        bytes += p->item[i].kernel && p->item[i].kernel->kind == K_PRODUCT ? bytes_of(p, p->item[i].kernel->product) : 0;
    if (!states || p->o->freestanding || bytes <= NEAR)
        return;
    for (int i = 0; i < p->items; i++)
        if (p->item[i].kernel && turn(p->item[i].kernel, !p->item[i].kernel->axis))
            p->turns = true;
}

void plan_turn(Plan *p)
{
    if (by_arguments(p))
        turn_step(p);
    for (int i = 0; i < p->items; i++)
        for (int j = 0; p->item[i].loop && j < p->item[i].loop->n; j++) {
            Kernel *k = p->item[i].loop->kernel[j];
            if (p->like)
                turn(k, k->on && !k->axis && (k->unit || (k->product && bytes_of(p, k->product) > FAR)));
            else if (squares(p, k))
                k->product->turning = true;
        }
}
