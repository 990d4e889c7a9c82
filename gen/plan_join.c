/* plan_join.c -- products that are computed inside the rows kernel that alone reads them, so that what becomes of their sums
 * follows while they are hot: Kernel.joined, Plan.joined, Product.parts. Only where the weights are constant and there is
 * one row. A part is a slice as wide as the kernel's row. Few weights: all products, then the row. More: some units of every
 * part at a time (Kernel.unit), whose weights lie together (Pack.parts), so that the processor fetches the next ones during the
 * arithmetic of these. Knows no operation but slices.
 */
#include "plan.h"

enum { NEAR = 32 << 10,             /* bytes of weights that stay in the nearest cache */
       PANEL = 64, NARROW = 48 };   /* columns of a panel; fewer leave registers empty */

typedef struct {
    Plan *p;
    Kernel **reader, *now;          /* by node id: the kernel that reads it, the last where `several` do */
    bool *several;
    const Loop **of, *loop;         /* by kernel id: the loop that it is in */
    long *bytes;                    /* of weights that it could take, */
    int *unit;                      /* and so many units of each part at a time */
    bool *narrow;                   /* that would be too few for one of them */
    int *packs;                     /* by pack: products that read it */
} Readers;

static void reads(void *data, Node *n)
{
    Readers *r = data;
    r->several[n->id] = r->several[n->id] || (r->reader[n->id] && r->reader[n->id] != r->now);
    r->reader[n->id] = r->now;
}

static bool elementwise(const Plan *p, const Node *n, int inner)
{
    return op_info[n->op].kind == MAP && p->how[n->id] == BY_ROWS && inner_of(n->type.shape) == inner;
}

/* Is n read only by maps, through slices that are its even parts? */
static bool in_parts(const Plan *p, const Node *n, int inner)
{
    for (int i = 0; i < p->order.n; i++) {
        const Node *u = p->order.node[i];
        for (int j = 0; j < u->nargs; j++) {
            const Node *a = u->args[j];
            bool part = a->op == Oslice && a->args[0] == n;
            if (a == n && u->op == Oslice ? u->attr.lo % inner || u->attr.hi - u->attr.lo != inner
                                          : (a == n || part) && !elementwise(p, u, inner))
                return false;
        }
    }
    for (int i = 0; i < p->g->roots; i++) {
        const Node *r = p->g->root[i].node;
        if (r == n || (r->op == Oslice && r->args[0] == n))
            return false;
    }
    return true;
}

static bool may_join(const Readers *r, const Kernel *k, const Kernel *to)
{
    const Product *q = k->product;
    const Node *n = q->n;
    return to && !r->several[n->id] && to->kind == K_ROWS && !to->lanes && !to->axis && !k->axis && to->outer.rank == 0 &&
           to->inner > 1 && r->of[to->id] == r->of[k->id] && q->pick == PICK_MATVEC && q->outers == 0 && q->nn.c == 1 &&
           n->type.shape.rank == 1 && n->type.shape.dim[0] == q->nn.extent && q->nn.extent % to->inner == 0 &&
           in_parts(r->p, n, to->inner);
}

static void find_reader(Readers *r, Kernel *k)
{
    r->now = k;
    r->of[k->id] = r->loop;
    kernel_inputs(r->p, k, reads, r);
}

static void count(Readers *r, Kernel *k)
{
    if (k->kind == K_PRODUCT && k->product->pack)
        r->packs[k->product->pack->id]++;
    Kernel *to = k->kind == K_PRODUCT ? r->reader[k->product->n->id] : NULL;
    if (k->kind != K_PRODUCT || !may_join(r, k, to))
        return;
    const Product *q = k->product;
    const int parts = q->nn.extent / to->inner;
    r->bytes[to->id] += (long)q->nn.extent * q->k.extent * (r->p->o->double_precision ? 8 : 4);
    int unit = PANEL / parts / 16 * 16 < 16 ? 16 : PANEL / parts / 16 * 16;
    if (q->pack->parts)
        unit = q->pack->unit;
    if (r->unit[to->id] == 0 || unit < r->unit[to->id])
        r->unit[to->id] = unit;
}

static void count_narrow(Readers *r, Kernel *k)
{
    Kernel *to = k->kind == K_PRODUCT ? r->reader[k->product->n->id] : NULL;
    if (k->kind == K_PRODUCT && may_join(r, k, to))
        r->narrow[to->id] = r->narrow[to->id] || k->product->nn.extent / to->inner * r->unit[to->id] < NARROW;
}

/* Is all that the kernel computes, element by element, done with a few elements at a time? */
static bool maps_alone(const Plan *p, const Kernel *k)
{
    for (int i = 0; i < k->n; i++)
        if (k->stmt[i].part >= 0 || k->stmt[i].n->type.shape.rank == 0)
            return false;
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        if ((p->kernel[n->id] == k || p->again[n->id]) && p->how[n->id] == BY_ROWS && op_info[n->op].kind != MAP)
            return false;
    }
    return true;
}

static void put_in(Plan *p, Kernel *to, Product *q)
{
    q->parts = q->nn.extent / to->inner;
    to->joined = grow(p->mem, to->joined, to->njoined, &to->joined_cap, sizeof *to->joined);
    to->joined[to->njoined++] = q;
    p->joined[q->n->id] = q;
    p->store[q->n->id].rows = ROWS_NONE;
}

/* A block of steps holds to what its step does: there weights lie by units, or they do not. */
static void join(Readers *r, Kernel *k)
{
    Plan *p = r->p;
    Kernel *to = k->kind == K_PRODUCT ? r->reader[k->product->n->id] : NULL;
    if (k->kind != K_PRODUCT || !may_join(r, k, to))
        return;
    Product *q = k->product;
    const int unit = r->unit[to->id];
    const bool few = r->bytes[to->id] <= NEAR, fits = to->inner % unit == 0 && !r->narrow[to->id] && maps_alone(p, to);
    if (p->like ? !q->pack->parts || !fits || unit != q->pack->unit : !few && (!fits || p->o->freestanding))
        return;
    put_in(p, to, q);
    if (few && !p->like)
        return;
    to->unit = unit;
    if (r->packs[q->pack->id] == 1)
        q->pack->parts = q->parts, q->pack->unit = unit;
    else
        q->pack = find_units(p, q, q->parts, unit);
}

/* What lies by units and is not joined: the kernel that can read it. */
static void fall_back(Readers *r, Kernel *k)
{
    (void)r;
    if (k->kind == K_PRODUCT && k->product->pick == PICK_MATVEC && k->product->pack->parts && !k->product->parts)
        k->product->pick = PICK_CHAINS;
}

static void each(Readers *r, void (*f)(Readers *, Kernel *))
{
    const Plan *p = r->p;
    for (int i = 0; i < p->items; i++) {
        const Loop *l = r->loop = p->item[i].loop;
        for (int j = 0; j < (l ? l->n : 1); j++)
            f(r, l ? l->kernel[j] : p->item[i].kernel);
    }
}

void plan_join(Plan *p)
{
    size_t n = (size_t)p->g->n;
    p->joined = alloc(p->mem, n * sizeof *p->joined);
    if (!(by_arguments(p) || p->like) || p->batch > 1)
        return;
    Readers r = { .p = p, .reader = alloc(p->mem, n * sizeof *r.reader), .several = alloc(p->mem, n),
                  .of = alloc(p->mem, (size_t)p->kernels * sizeof *r.of),
                  .bytes = alloc(p->mem, (size_t)p->kernels * sizeof *r.bytes), .unit = alloc(p->mem, (size_t)p->kernels * sizeof *r.unit),
                  .narrow = alloc(p->mem, (size_t)p->kernels),
                  .packs = alloc(p->mem, (size_t)(p->packs + 1) * sizeof *r.packs) };
    each(&r, find_reader);
    each(&r, count);
    each(&r, count_narrow);
    each(&r, join);
    each(&r, fall_back);
}
