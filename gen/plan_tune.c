/* plan_tune.c -- kernels of products by what was measured here (--tune), where predictions are near each other: takes a product
 * with the costs that plan_pick predicts, changes its choice, or notes that it has to be measured. Without --tune nobody
 * comes here, and the same description gives the same C on every machine.
 */
#include "tune.h"

#include <math.h>
#include <string.h>

static const double NEAR = 2.5,     /* times the least predicted cost: what costs more is not measured */
    GAIN = 0.95;                    /* of the predicted choice's time: what takes more does not replace it */
enum { MOST = 64 << 20 };           /* bytes: more of them come from the same memory */

/* of a value: one step of it, or all */
static double bytes(const Plan *p, const Node *n, bool all)
{
    double size = (double)shape_size(n->type.shape) * (p->o->double_precision ? 8 : 4);
    return size * (n->type.batch ? p->batch : 1) * (all && n->type.axis ? n->type.axis->steps : 1);
}

static double product_bytes(const Plan *p, const Kernel *k, bool in_loop)
{
    const Node *n = k->product->n;
    return k->kind == K_PRODUCT ? bytes(p, n, !in_loop) + bytes(p, n->args[0], !in_loop) + bytes(p, n->args[1], !in_loop) : 0;
}

/* What products touch between two calls of this one: a step of its loop, or the whole program. It decides from how far away
 * its operands come. */
static double beside(const Plan *p, const Kernel *k)
{
    double all = 0;
    for (int i = 0; i < p->items; i++) {
        const Loop *l = p->item[i].loop;
        double loop = 0;
        bool mine = false;
        for (int j = 0; j < (l ? l->n : 1); j++) {
            const Kernel *o = l ? l->kernel[j] : p->item[i].kernel;
            mine = mine || o == k;
            if (o->kind == K_PRODUCT)
                loop += product_bytes(p, o, l);
        }
        if (l && mine)
            return loop;
        all += loop;
    }
    return all;
}

/* up to a power of 2 or the middle of two: a little more or less makes no difference */
static double rounded(double b)
{
    int e;
    const double f = frexp(b < MOST ? b : MOST, &e);
    return ldexp(ceil(f * 4), e - 2);
}

static const char *key_of(const Plan *p, const Product *q, double near)
{
    const char *key = format(p->mem, "m %d:%ld:%ld n %d:%ld:%ld k %d:%ld:%ld", q->m.extent, q->m.a, q->m.c, q->nn.extent, q->nn.b, q->nn.c,
                             q->k.extent, q->k.a, q->k.b);
    for (int i = 0; i < q->outers; i++)
        key = format(p->mem, "%s times %d:%ld:%ld:%ld", key, q->outer[i].extent, q->outer[i].a, q->outer[i].b, q->outer[i].c);
    return format(p->mem, "%s in %.0f%s", key, near, p->fixed_weights ? " constant" : "");
}

static void want(Tuning *t, const Product *q, const char *key, const bool *pick, double near, bool constant)
{
    for (int i = 0; i < t->wants; i++)
        if (!strcmp(t->wanted[i].key, key)) {
            for (int j = 0; j < PICKS; j++)
                t->wanted[i].pick[j] = t->wanted[i].pick[j] || pick[j];
            return;
        }
    t->wanted = grow(t->mem, t->wanted, t->wants, &t->wants_cap, sizeof *t->wanted);
    Wanted *w = &t->wanted[t->wants++];
    *w = (Wanted){ .q = *q, .key = copy_text(t->mem, key), .beside = near, .constant = constant };
    memcpy(w->pick, pick, sizeof w->pick);
}

void plan_tune(const Plan *p, const Kernel *k, const double *cost, int calls)
{
    Product *q = k->product;
    Tuning *t = p->o->tuning;
    if (t->predicted[p->fixed_weights])
        return;
    bool near[PICKS], known = true;
    int n = 0;
    for (int i = 0; i < PICKS; i++)
        n += near[i] = cost[i] >= 0 && cost[i] <= NEAR * q->cost;
    if (n < 2)
        return;
    const double size = rounded(beside(p, k));
    const char *key = key_of(p, q, size);
    const Figure *f = figure_of(t, key);
    double us[PICKS] = { 0 };
    for (int i = 0; i < PICKS; i++)
        if (near[i] && f && f->known[i])
            us[i] = f->us[i] + (p->fixed_weights ? 0 : f->packing[i] / calls);
        else if (near[i])
            known = false;
    if (!known) {
        want(t, q, key, near, size, p->fixed_weights);
        return;
    }
    int best = q->pick, second = -1;
    for (int i = 0; i < PICKS; i++)
        if (near[i] && us[i] < (best == (int)q->pick ? GAIN : 1) * us[best])
            best = i;
    for (int i = 0; i < PICKS; i++)
        if (near[i] && i != best && (second < 0 || us[i] < us[second]))
            second = i;
    t->changed[p->fixed_weights] = t->changed[p->fixed_weights] || best != (int)q->pick;
    q->pick = (Pick)best, q->cost = cost[best], q->measured = us[best];
    q->runner_up = (Pick)second, q->runner_up_cost = cost[second], q->runner_up_measured = us[second];
}
