/* plan_place.c -- a place in one workspace for every array: lifetimes -> offsets.
 *
 * First come what the caller fills and reads (ports), packed weights and what is computed in prepare: they live all the
 * time. The rest lives from the item that first writes it to the item that last reads it; largest first, each takes the
 * lowest gap among those that live at the same time. All offsets are multiples of 64 bytes.
 */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

enum { FOREVER = 1 << 30 };

typedef struct { Plan *p; int item; } Use;

static long aligned(const Plan *p, long reals)
{
    long unit = p->o->double_precision ? 8 : 16;
    return (reals + unit - 1) / unit * unit;
}

static void use(void *data, Node *n)
{
    Use *u = data;
    Store *s = &u->p->store[n->id];
    if (u->item < s->first)
        s->first = u->item;
    if (u->item > s->last)
        s->last = u->item;
}

static void written(Plan *p, const Kernel *k, int item)
{
    Use u = { p, item };
    for (int i = 0; i < k->n; i++)
        if (k->stmt[i].root < 0)
            use(&u, k->stmt[i].n);
    if (k->product)
        use(&u, k->product->n);
    kernel_inputs(p, k, use, &u);
}

static void size_of(Plan *p, Node *n)
{
    Store *s = &p->store[n->id];
    long rows = s->rows == ROWS_RING ? s->ring : (n->type.axis ? n->type.axis->steps : 1) + s->before + s->after;
    s->size = aligned(p, rows * s->row);
}

static bool own_root(const Plan *p, const Store *s)     /* written straight into the caller's array */
{
    if (s->root < 0)
        return false;
    const Root *r = &p->g->root[s->root];
    return r->kind == R_GRAD && r->leaf->role == PARAM;
}

static long forever(Plan *p, long size)
{
    long at = p->work;
    p->work += aligned(p, size);
    return at;
}

static void place_ports(Plan *p)
{
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        if (n->op != Oinput)
            continue;
        Store *s = &p->store[n->id];
        s->row = row_size(p, n);
        s->rows = ROWS_ALL;
        size_of(p, n);
        s->first = -1, s->last = FOREVER;
        if (p->purpose == FOR_BLOCK && !n->attr.leaf->ring)
            continue;                                   /* it stays where the caller has it */
        if (by_arguments(p))
            continue;
        s->offset = forever(p, s->size);
        p->port[n->attr.leaf->index] = s->offset + s->before * s->row;
    }
    int axis = 0;
    for (Axis *a = p->g->model->axes; a; a = a->next, axis++)
        p->length_at[axis] = a->ragged && !a->parent ? forever(p, p->batch) : -1;
    for (int i = 0; i < p->g->roots && !by_arguments(p); i++) {
        Root *r = &p->g->root[i];
        if (r->kind == R_GRAD && r->leaf->role == PARAM)
            continue;
        Node *n = r->node;
        if (p->purpose == FOR_BLOCK)
            continue;
        if (p->root_at[i] == -2) {
            p->root_at[i] = forever(p, row_size(p, n) * (n->type.axis ? n->type.axis->steps : 1));
            continue;
        }
        Store *s = &p->store[n->id];
        size_of(p, n);
        s->offset = forever(p, s->size);
        p->root_at[i] = s->offset + s->before * s->row;
    }
}

static int by_size(const void *a, const void *b)
{
    const Store *x = *(Store *const *)a, *y = *(Store *const *)b;
    return x->size != y->size ? (x->size < y->size) - (x->size > y->size) : (x->first > y->first) - (x->first < y->first);
}

static int by_area(const void *a, const void *b)         /* size times lifetime */
{
    const Store *x = *(Store *const *)a, *y = *(Store *const *)b;
    double s = (double)x->size * (x->last - x->first + 1.0), t = (double)y->size * (y->last - y->first + 1.0);
    return s != t ? (s < t) - (s > t) : by_size(a, b);
}

static int by_length(const void *a, const void *b)
{
    const Store *x = *(Store *const *)a, *y = *(Store *const *)b;
    long s = (long)x->last - x->first, t = (long)y->last - y->first;
    return s != t ? (s < t) - (s > t) : by_size(a, b);
}

static int by_offset(const void *a, const void *b)
{
    const Store *x = *(Store *const *)a, *y = *(Store *const *)b;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static void fit(Plan *p, Store **s, int n)
{
    long base = p->work, top = base;
    Store **near = alloc(p->mem, (size_t)(n + 1) * sizeof *near);
    for (int i = 0; i < n; i++) {
        int m = 0;
        for (int j = 0; j < i; j++)
            if (s[j]->first <= s[i]->last && s[i]->first <= s[j]->last)
                near[m++] = s[j];
        qsort(near, (size_t)m, sizeof *near, by_offset);
        long at = base;
        for (int j = 0; j < m && near[j]->offset < at + s[i]->size; j++)
            if (near[j]->offset + near[j]->size > at)
                at = near[j]->offset + near[j]->size;
        s[i]->offset = at;
        if (at + s[i]->size > top)
            top = at + s[i]->size;
    }
    long fullest = 0;
    for (int t = 0; t < p->items; t++) {
        long sum = 0;
        for (int i = 0; i < n; i++)
            if (s[i]->first <= t && t <= s[i]->last)
                sum += s[i]->size;
        fullest = sum > fullest ? sum : fullest;
    }
    p->least = base + fullest;
    p->work = top;
}

/* largest first; where that wastes room, another order may waste less */
static void fit_best(Plan *p, Store **s, int n)
{
    int (*const order[])(const void *, const void *) = { by_size, by_area, by_length };
    const long base = p->work;
    int best = 0;
    long least = -1;
    for (int i = 0; i < 3 && (i == 0 || least > p->least); i++) {
        p->work = base;
        qsort(s, (size_t)n, sizeof *s, order[i]);
        fit(p, s, n);
        if (least < 0 || p->work < least)
            least = p->work, best = i;
    }
    if (p->work != least) {
        p->work = base;
        qsort(s, (size_t)n, sizeof *s, order[best]);
        fit(p, s, n);
    }
}

/* what a kernel needs room for beside its arrays: sums that are turned at the end, sums by chunk of the batch */
typedef struct { Store store; long *at; } Scratch;

static Scratch scratch(const Plan *p, int item, long reals, long *at)
{
    return (Scratch){ { .size = aligned(p, reals), .first = item, .last = item, .root = -1 }, at };
}

static int scratches(Plan *p, Scratch *all)
{
    int n = 0;
    for (int i = 0; i < p->items; i++) {
        const Loop *l = p->item[i].loop;
        for (int j = 0; j < (l ? l->n : 1); j++) {
            Kernel *k = l ? l->kernel[j] : p->item[i].kernel;
            if (k->kind == K_SCATTER && k->product->transposed)
                all[n++] = scratch(p, i, shape_size(k->product->n->type.shape), &k->product->scratch);
            for (int m = 0; m < k->n; m++)
                if (k->stmt[m].part < 0 && k->stmt[m].root < 0 && p->parts[k->stmt[m].n->id] >= 0)
                    all[n++] = scratch(p, i, p->chunks * chunk_stride(p, k->stmt[m].n), &p->parts[k->stmt[m].n->id]);
        }
    }
    return n;
}

void plan_place(Plan *p)
{
    for (int i = 0; i < p->order.n; i++) {
        Store *s = &p->store[p->order.node[i]->id];
        s->first = FOREVER, s->last = -1;
    }
    for (int i = 0; i < p->items; i++) {
        if (p->item[i].kernel)
            written(p, p->item[i].kernel, i);
        else
            for (int j = 0; j < p->item[i].loop->n; j++)
                written(p, p->item[i].loop->kernel[j], i);
    }
    for (int i = 0; i < p->g->roots; i++)
        if (p->root_at[i] == -3) {
            Use u = { p, p->items };
            use(&u, stored_base(p, p->g->root[i].node));
        }
    place_ports(p);
    for (int i = 0; i < p->packs && !p->fixed_weights; i++)
        p->pack[i]->offset = forever(p, p->pack[i]->size);
    Store **s = alloc(p->mem, (size_t)(2 * p->g->n + p->items + 1) * sizeof *s);
    int n = 0;
    for (int i = 0; i < p->order.n; i++) {
        Node *x = p->order.node[i];
        Store *st = &p->store[x->id];
        if (p->how[x->id] == BY_LEAF || st->rows == ROWS_NONE || st->root >= 0 || (is_fixed(p, x) && p->fixed_weights))
            continue;
        size_of(p, x);
        if (is_fixed(p, x)) {
            st->offset = forever(p, st->size);
            continue;
        }
        if (p->keep_all)
            st->first = -1, st->last = FOREVER;
        s[n++] = st;
    }
    Scratch *own = alloc(p->mem, (size_t)(p->g->n + p->items + 1) * sizeof *own);
    int owns = scratches(p, own);
    for (int i = 0; i < owns; i++)
        s[n++] = &own[i].store;
    fit_best(p, s, n);
    for (int i = 0; i < owns; i++)
        *own[i].at = own[i].store.offset;
    for (int i = 0; i < p->order.n; i++)
        if (own_root(p, &p->store[p->order.node[i]->id]))
            p->store[p->order.node[i]->id].offset = 0;
}
