/* plan_join.c -- products that are computed inside the rows kernel that alone reads them, so that what becomes of their sums
 * follows while they are hot: Kernel.joined, Plan.joined, Product.parts. Only where the weights are few and constant and
 * there is one row. A part is a slice as wide as the kernel's row. Knows no operation but slices.
 */
#include "plan.h"

enum { NEAR = 32 << 10 };           /* bytes of weights that stay in the nearest cache */

typedef struct {
    Plan *p;
    Kernel **reader, *now;          /* by node id: the kernel that reads it, the last where `several` do */
    bool *several;
    const Loop **of, *loop;         /* by kernel id: the loop that it is in */
    long *bytes;                    /* of weights that it could take */
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
    Kernel *to = k->kind == K_PRODUCT ? r->reader[k->product->n->id] : NULL;
    if (k->kind == K_PRODUCT && may_join(r, k, to))
        r->bytes[to->id] += (long)k->product->nn.extent * k->product->k.extent * (r->p->o->double_precision ? 8 : 4);
}

/* Weights from further away are waited for: there a kernel of its own is as fast. */
static void join(Readers *r, Kernel *k)
{
    Plan *p = r->p;
    Kernel *to = k->kind == K_PRODUCT ? r->reader[k->product->n->id] : NULL;
    if (k->kind != K_PRODUCT || !may_join(r, k, to) || r->bytes[to->id] > NEAR)
        return;
    Product *q = k->product;
    q->parts = q->nn.extent / to->inner;
    to->joined = grow(p->mem, to->joined, to->njoined, &to->joined_cap, sizeof *to->joined);
    to->joined[to->njoined++] = q;
    p->joined[q->n->id] = q;
    p->store[q->n->id].rows = ROWS_NONE;
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
    if (!by_arguments(p) || p->batch > 1)
        return;
    Readers r = { .p = p, .reader = alloc(p->mem, n * sizeof *r.reader), .several = alloc(p->mem, n),
                  .of = alloc(p->mem, (size_t)p->kernels * sizeof *r.of),
                  .bytes = alloc(p->mem, (size_t)p->kernels * sizeof *r.bytes) };
    each(&r, find_reader);
    each(&r, count);
    each(&r, join);
}
