/* plan_block.c -- whether NAME_run takes so many steps at once, and how many: the plan of one step -> the plan of a block of
 * them, or NULL. A block multiplies what lies off the recurrences for all its steps together, so that only the recurrent
 * weights pass through the core at every step; it costs code and stack. Decides by a prediction of time per step, unless
 * --run says, or --tune has measured both.
 */
#include "graph.h"
#include "tune.h"

#include <string.h>

enum {
    MOST = 32, LEAST = 8,           /* steps of a block */
    STACK = 192 << 10,              /* bytes that it may work on, */
    SMALL = 16 << 10                /* and bytes of weights that are not worth the code */
};
static const double GAIN = 1.15, CLEAR = 2;

typedef struct {
    const Plan *p;
    double bytes, loop_bytes;       /* of weights: all, and those of products in loops */
    double us, loop_us;             /* of the products outside of loops, of one step of those inside */
} Reckoning;

static double weight_bytes(const Plan *p, const Product *q)
{
    double n = (double)q->nn.extent * q->k.extent * (p->o->double_precision ? 8 : 4);
    for (int i = 0; i < q->outers; i++)
        n *= q->outer[i].b ? q->outer[i].extent : 1;
    return n;
}

/* bytes a microsecond of the level that holds so many */
static double rate(double bytes) { return bytes <= 40e3 ? 200e3 : bytes <= 300e3 ? 120e3 : bytes <= 1.2e6 ? 80e3 : bytes <= 2.2e6 ? 57e3 : 30e3; }

static void add_bytes(Reckoning *r, const Product *q, bool in_loop)
{
    r->bytes += weight_bytes(r->p, q);
    r->loop_bytes += in_loop ? weight_bytes(r->p, q) : 0;
}

static void add_time(Reckoning *r, const Product *q, bool in_loop)
{
    double flops = 2.0 * q->m.extent * q->nn.extent * q->k.extent;
    for (int i = 0; i < q->outers; i++)
        flops *= q->outer[i].extent;
    const double core = flops / 130e3, memory = weight_bytes(r->p, q) / rate(in_loop ? r->loop_bytes : r->bytes);
    *(in_loop ? &r->loop_us : &r->us) += core > memory ? core : memory;
}

static void each_product(Reckoning *r, void (*f)(Reckoning *r, const Product *q, bool in_loop))
{
    for (int i = 0; i < r->p->items; i++) {
        const Loop *l = r->p->item[i].loop;
        for (int j = 0; j < (l ? l->n : 1); j++) {
            const Kernel *k = l ? l->kernel[j] : r->p->item[i].kernel;
            if (k->kind == K_PRODUCT)
                f(r, k->product, l);
        }
    }
}

/* microseconds of one of the n steps of a plan */
static double predicted(const Plan *p, int n)
{
    Reckoning r = { .p = p };
    each_product(&r, add_bytes);
    each_product(&r, add_time);
    return r.us / n + r.loop_us;
}

static bool has_final(const Graph *g)
{
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == R_FINAL)
            return true;
    return false;
}

/* with --tune as measured, where that is near enough */
static bool pays(const Plan *step, const Plan *block, int n)
{
    const double gain = predicted(step, 1) / predicted(block, n);
    Tuning *t = step->o->tuning;
    if (!t || gain > CLEAR)
        return gain >= GAIN;
    t->run_rule = gain >= GAIN ? BLOCKS : STEPS;
    return (t->run ? t->run : t->run_rule) == BLOCKS;
}

Plan *plan_block(Plan *step)
{
    const Options *o = step->o;
    const bool asked = o->run && !strcmp(o->run, "blocks");
    if ((o->run && !asked) || (!asked && (o->freestanding || o->max_ram || o->max_flash)))
        return NULL;
    Reckoning r = { .p = step };
    each_product(&r, add_bytes);
    if (!asked && (r.bytes < SMALL || !has_final(step->g)))
        return NULL;
    const long unit = o->double_precision ? 8 : 4;
    for (int n = MOST; n >= LEAST; n /= 2) {
        Node **source;
        Graph *g = opt_block(step->g, n, &source);
        Plan *p = g ? plan_like(g, n, source, step) : NULL;
        if (!p || p->unlike)
            return NULL;
        if (p->work * unit > STACK && n > LEAST)
            continue;
        if (!asked && (p->work * unit > STACK || !pays(step, p, n)))
            return NULL;
        step->pack = p->pack, step->packs = p->packs, step->packs_cap = p->packs_cap;
        return p;
    }
    return NULL;
}
