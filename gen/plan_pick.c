/* plan_pick.c -- a kernel for each product, by shape: contract nodes -> Product, Pack.
 *
 * A contraction is a set of dimensions with strides in its operands and its result: kept from the left operand (M), from
 * the right (N), summed (K), or in all three (outer). Neighbours that lie evenly are merged; the largest of each sort
 * make the core, C[M,N] = A[M,K] B[K,N], the rest loops around it. The order of every sum over K is the same whatever
 * kernel is picked for M, so that one step and many give the same bits.
 */
#include "plan.h"

#include <string.h>

const char *const pick_name[PICKS] = { "panels", "rows", "matvec", "dots", "OpenBLAS", "lanes", "plain loops", "chains", "along", "across" };

typedef struct { Dim m[8], n[8], k[8], o[8]; int ms, ns, ks, os; } Sorted;

static void add_dim(Dim *d, int *n, Dim x)
{
    if (x.extent == 1)
        return;
    d[(*n)++] = x;
}

static long stride_of(const char *letters, char c, const View *v)
{
    const char *at = strchr(letters, c);
    return at ? v->sf[at - letters] : 0;
}

static void sort_dims(const Plan *p, const Node *n, const View *l, const View *r, bool in_loop, const View *out, Sorted *s)
{
    memset(s, 0, sizeof *s);
    Axis *axis = n->args[0]->type.axis ? n->args[0]->type.axis : n->args[1]->type.axis;
    bool batch = n->args[0]->type.batch || n->args[1]->type.batch;
    Dim lead[2];
    int leads = 0;
    bool lost[2], in_l[2], in_r[2];
    if (axis && !in_loop) {
        lost[leads] = n->attr.drop & DROP_T, in_l[leads] = n->args[0]->type.axis, in_r[leads] = n->args[1]->type.axis;
        lead[leads++] = (Dim){ axis->steps, l->st, r->st, out->st, 0, axis->steps };
    }
    if (batch) {
        lost[leads] = n->attr.drop & DROP_B, in_l[leads] = n->args[0]->type.batch, in_r[leads] = n->args[1]->type.batch;
        lead[leads++] = (Dim){ p->batch, l->sb, r->sb, out->sb, 1, 0 };
    }
    for (int i = 0; i < leads; i++) {
        if (lost[i])
            add_dim(s->k, &s->ks, lead[i]);
        else if (in_l[i] && in_r[i])
            add_dim(s->o, &s->os, lead[i]);
        else if (in_l[i])
            add_dim(s->m, &s->ms, lead[i]);
        else
            add_dim(s->n, &s->ns, lead[i]);
    }
    const Attr *a = &n->attr;
    for (const char *c = a->lo_; *c; c++) {
        bool x = strchr(a->lx, *c), w = strchr(a->lw, *c);
        Dim d = { n->type.shape.dim[c - a->lo_], stride_of(a->lx, *c, l), stride_of(a->lw, *c, r), stride_of(a->lo_, *c, out), 0, 0 };
        if (x && w)
            add_dim(s->o, &s->os, d);
        else if (x)
            add_dim(s->m, &s->ms, d);
        else
            add_dim(s->n, &s->ns, d);
    }
    for (int side = 0; side < 2; side++) {
        const char *ls = side ? a->lw : a->lx;
        for (const char *c = ls; *c; c++)
            if (!strchr(a->lo_, *c) && !(side && strchr(a->lx, *c)))
                add_dim(s->k, &s->ks, (Dim){ n->args[side]->type.shape.dim[c - ls], stride_of(a->lx, *c, l),
                                             stride_of(a->lw, *c, r), 0, 0, 0 });
    }
}

/* outermost first; a pair merges where every array steps evenly over both */
static void merge(Dim *d, int *n)
{
    for (int i = 0; i + 1 < *n;) {
        Dim a = d[i], b = d[i + 1];
        if ((double)a.extent * b.extent < 1 << 30 && a.a == b.a * b.extent && a.b == b.b * b.extent && a.c == b.c * b.extent) {
            d[i] = (Dim){ a.extent * b.extent, b.a, b.b, b.c, a.examples ? a.examples * b.extent : b.examples,
                          a.examples || b.examples ? a.steps : 0 };
            memmove(&d[i + 1], &d[i + 2], (size_t)(*n - i - 2) * sizeof *d);
            --*n;
        } else
            i++;
    }
}

/* the largest becomes the core, the others loops around it; lanes: the examples, which lie side by side */
static Dim core(const Plan *p, Dim *d, int n, Product *q)
{
    int best = 0;
    for (int i = 1; i < n; i++) {
        bool side = p->lanes && (d[i].c == 1 || (d[i].a == 1 && d[i].b == 1));
        bool best_side = p->lanes && (d[best].c == 1 || (d[best].a == 1 && d[best].b == 1));
        if (side != best_side ? side : d[i].extent > d[best].extent)
            best = i;
    }
    for (int i = 0; i < n; i++)
        if (i != best)
            q->outer[q->outers++] = d[i];
    return n ? d[best] : (Dim){ 1, 0, 0, 0, 0, 0 };
}

static void swap_sides(Sorted *s, Product *q)
{
    Dim t[8];
    memcpy(t, s->m, sizeof t), memcpy(s->m, s->n, sizeof t), memcpy(s->n, t, sizeof t);
    int n = s->ms;
    s->ms = s->ns, s->ns = n;
    Dim *all[4] = { s->m, s->n, s->k, s->o };
    int count[4] = { s->ms, s->ns, s->ks, s->os };
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < count[i]; j++) {
            long a = all[i][j].a;
            all[i][j].a = all[i][j].b, all[i][j].b = a;
        }
    View v = q->left;
    q->left = q->right, q->right = v;
    q->swapped = !q->swapped;
}

static bool unit_result(const Dim *d, int n)
{
    for (int i = 0; i < n; i++)
        if (d[i].c == 1)
            return true;
    return false;
}

static Pack *find_packed_by(Plan *p, PackKind kind, const View *of, int n, int k, long ns, long ks, int parts, int unit)
{
    View in_step = *of, *v = &in_step;
    v->base = step_node(p, of->base);
    for (int i = 0; i < p->packs; i++) {
        Pack *q = p->pack[i];
        if (q->kind == kind && q->view.base == v->base && q->view.offset == v->offset && q->n == n && q->k == k &&
            q->ns == ns && q->ks == ks && q->parts == parts && q->unit == unit)
            return q;
    }
    Pack *q = alloc(p->mem, sizeof *q);
    long width = (n + 15) / 16 * 16, wide = width;
    *q = (Pack){ .kind = kind, .view = *v, .n = n, .k = k, .ns = ns, .ks = ks, .parts = parts, .unit = unit, .id = p->packs };
    q->size = kind == PACK_ROWS ? (long)n * k : kind == PACK_SQUARES ? (n + 3) / 4 * ((k + 3) / 4) * 16L : (kind == PACK_WIDE ? wide : width) * k;
    p->pack = grow(p->mem, p->pack, p->packs, &p->packs_cap, sizeof *p->pack);
    return p->pack[p->packs++] = q;
}

Pack *find_pack(Plan *p, PackKind kind, const View *of, int n, int k, long ns, long ks)
{
    return find_packed_by(p, kind, of, n, k, ns, ks, 0, 0);
}

Pack *find_units(Plan *p, const Product *q, int parts, int unit)
{
    return find_packed_by(p, PACK_WIDE, &q->right, q->nn.extent, q->k.extent, q->nn.b, q->k.b, parts, unit);
}

bool from_parameters(const Plan *p, const View *v)
{
    return v->base->op == Oparam || is_fixed(p, v->base);
}

/* predicted microseconds on the reference machine: GFLOP/s of each kernel at its best, memory left out */
double product_cost(Pick pick, const Product *q)
{
    double flops = 2.0 * q->m.extent * q->nn.extent * q->k.extent;
    for (int i = 0; i < q->outers; i++)
        flops *= q->outer[i].extent;
    double columns = (q->nn.extent + 15) / 16 * 16 / (double)q->nn.extent;
    const double one_row = (double)q->nn.extent * q->k.extent <= 12 << 10 ? 140e3 : 60e3;   /* as weights come from the caches */
    double dots;
    switch (pick) {
    case PICK_PANELS: return flops * columns / 155e3;
    case PICK_ROWS:                                     /* few chains of additions; left operand laid side by side */
        return flops * columns / (q->m.extent < 4 ? 35e3 * q->m.extent : q->m.a == 1 && q->k.extent >= 64 ? 153e3 : 140e3);
    case PICK_MATVEC: return flops * columns / one_row;
    case PICK_DOTS:                                     /* lanes are added up; the second cache feeds one row no faster */
        dots = flops / (2.0 * q->k.extent) * (4 + 0.6 * ((q->k.extent + 15) / 16)) / 3e3;
        return q->m.extent == 1 && flops < 256 << 10 && dots < flops / one_row * 1.05 ? flops / one_row * 1.05 : dots;
    case PICK_BLAS: return flops / 150e3 + 3;
    case PICK_LANES: return flops / 100e3;
    case PICK_ANY: return flops / 1.5e3;
    case PICK_CHAINS: return flops * columns / 130e3;
    case PICK_ALONG:
    case PICK_ACROSS:                                   /* lanes are added up at the end, and who reads the result waits */
        return 2.0 * ((q->nn.extent + 3) / 4 * 4) * ((q->k.extent + 3) / 4 * 4) / one_row + 0.01;
    case PICKS: break;
    }
    return 0;
}

/* of packing the right operand before each training step, shared among the calls of one */
static double pack_cost(const Plan *p, const Product *q, int calls)
{
    if (p->fixed_weights)
        return 0;
    return (double)q->nn.extent * q->k.extent / (q->nn.b == 1 ? 8e3 : 5e3) / calls;
}

static bool is_packed(Pick pick) { return pick == PICK_PANELS || pick == PICK_MATVEC; }

static int summed_outside(const Product *q)
{
    int n = 0;
    for (int i = 0; i < q->outers; i++)
        n += q->outer[i].c == 0;
    return n;
}

/* Of a block of steps: the product of one step. */
static const Product *of_step(const Plan *p, const Product *q)
{
    const Node *n = step_node(p, q->n);
    const Kernel *k = n != q->n ? p->like->kernel[n->id] : NULL;
    return k && k->kind == K_PRODUCT ? k->product : NULL;
}

/* Of a block of steps: the kernel that adds up as the one step's does. One of them for each row is always that. */
static bool follow(const Plan *p, Product *q, const bool *fits)
{
    const Product *was = of_step(p, q);
    if (!was || was->swapped != q->swapped || was->k.extent != q->k.extent || was->nn.extent != q->nn.extent ||
        summed_outside(was) != summed_outside(q))
        return false;
    q->pick = was->pick;
    if (was->pick == PICK_MATVEC && q->m.extent > 1) {
        if (!summed_outside(q) && fits[PICK_PANELS]) {
            q->pick = PICK_CHAINS;
            return true;
        }
        q->outer[q->outers++] = q->m;
        q->m = (Dim){ .extent = 1 };
        return fits[PICK_PANELS];
    }
    return fits[q->pick];
}

/* OpenBLAS beyond where it may be predicted to win: only for measuring */
static bool may_measure(const Plan *p, const Product *q)
{
    return p->o->tuning && (double)q->m.extent * q->nn.extent * q->k.extent >= 1 << 21 && product_cost(PICK_BLAS, q) > product_cost(PICK_ROWS, q);
}

void pick_as(Product *q, Pick pick)
{
    q->pick = pick;
    for (int i = 0; pick == PICK_LANES && i < q->outers; i++)
        if (q->outer[i].c == 0 && q->fold.extent == 0) {
            q->fold = q->outer[i];
            memmove(&q->outer[i], &q->outer[i + 1], (size_t)(--q->outers - i) * sizeof *q->outer);
        }
}

static void choose(Plan *p, const Kernel *kernel, bool may_blas, int calls)
{
    Product *q = kernel->product;
    bool fits[PICK_ANY + 1] = { 0 };
    bool unit = q->nn.c == 1 || q->nn.extent == 1, rows = q->nn.b == 1;
    bool weights = from_parameters(p, &q->right);
    for (int i = 0; i < q->outers; i++)
        weights = weights && q->outer[i].b == 0;
    fits[PICK_ANY] = true;
    fits[PICK_DOTS] = q->k.a == 1 && q->k.b == 1 && q->k.extent > 1;
    fits[PICK_PANELS] = unit && weights && q->m.extent > 1 && q->nn.extent > 1;
    fits[PICK_MATVEC] = unit && weights && q->m.extent == 1 && q->nn.extent > 1;
    fits[PICK_ROWS] = unit && rows && q->nn.extent > 1;
    fits[PICK_BLAS] = may_blas && unit && rows && q->outers == 0 && q->m.a == 1 &&
                      (((double)q->m.extent * q->nn.extent >= 1 << 20 && q->k.extent >= 2048) || may_measure(p, q));
    fits[PICK_LANES] = p->lanes && unit && q->k.a == 1 && q->k.b == 1 && q->k.extent == p->batch && q->nn.extent <= 128;
    q->cost = q->runner_up_cost = -1;
    if (p->like) {
        p->unlike = !follow(p, q, fits) || p->unlike;
        q->cost = product_cost(q->pick, q);
    }
    double cost[PICKS];
    for (int i = 0; i < PICKS; i++) {
        cost[i] = i <= PICK_ANY && fits[i] && !p->like ? product_cost((Pick)i, q) + (is_packed((Pick)i) ? pack_cost(p, q, calls) : 0) : -1;
        if (cost[i] < 0)
            continue;
        const double fed = 1.05 * cost[PICK_MATVEC] / ((q->nn.extent + 15) / 16 * 16) * q->nn.extent;   /* without what pads columns */
        if (i == PICK_DOTS && fits[PICK_MATVEC] && by_arguments(p) && cost[i] < fed)
            cost[i] = fed;                              /* the caches feed neither faster; a block of steps after it is slower */
        if (q->cost < 0 || cost[i] < q->cost) {
            q->runner_up = q->pick, q->runner_up_cost = q->cost;
            q->pick = (Pick)i, q->cost = cost[i];
        } else if (q->runner_up_cost < 0 || cost[i] < q->runner_up_cost)
            q->runner_up = (Pick)i, q->runner_up_cost = cost[i];
    }
    if (p->o->tuning && !p->like)
        plan_tune(p, kernel, cost, calls);
    pick_as(q, q->pick);
    if (q->pick == PICK_PANELS)
        q->pack = find_pack(p, PACK_PANELS, &q->right, q->nn.extent, q->k.extent, q->nn.b, q->k.b);
    if (q->pick == PICK_MATVEC || q->pick == PICK_CHAINS)
        q->pack = find_pack(p, PACK_WIDE, &q->right, q->nn.extent, q->k.extent, q->nn.b, q->k.b);
    const Product *was = q->pack && p->like ? of_step(p, q) : NULL;
    if (was && was->pack && was->pack->parts) {         /* as the step has packed it */
        q->pack = find_units(p, q, was->pack->parts, was->pack->unit);
        p->unlike = p->unlike || q->pack != was->pack || q->nn.c != 1 || summed_outside(q);
    }
}

static void pick_product(Plan *p, Kernel *kernel)
{
    Product *q = kernel->product;
    Node *n = q->n;
    View out;
    if (!view_of(p, n->args[0], &q->left) || !view_of(p, n->args[1], &q->right) || !view_of(p, n, &out))
        DIE("%s:%d: an operand of a product is nowhere", n->loc.file, n->loc.line);
    Sorted s;
    sort_dims(p, n, &q->left, &q->right, kernel->axis == NULL && kernel->on, &out, &s);
    merge(s.m, &s.ms), merge(s.n, &s.ns), merge(s.k, &s.ks), merge(s.o, &s.os);
    if (!unit_result(s.n, s.ns) && unit_result(s.m, s.ms))
        swap_sides(&s, q);
    else if (!unit_result(s.n, s.ns) && from_parameters(p, &q->left) && !from_parameters(p, &q->right))
        swap_sides(&s, q);
    else if (s.ns == 0 && s.ms > 0 && from_parameters(p, &q->left))
        swap_sides(&s, q);
    for (int i = 0; i < s.os; i++)
        q->outer[q->outers++] = s.o[i];
    q->m = core(p, s.m, s.ms, q), q->nn = core(p, s.n, s.ns, q), q->k = core(p, s.k, s.ks, q);
    choose(p, kernel, !p->fixed_weights && !p->o->double_precision && !(p->purpose & (FOR_STEP | FOR_SAMPLE | FOR_BLOCK)),
           kernel->axis == NULL && kernel->on ? kernel->on->steps : 1);
}

static void pick_gather(Plan *p, Node *n)
{
    const Node *hot = onehot_operand(n);
    int w = hot == n->args[0];
    View v;
    if (!view_of(p, n->args[w], &v))
        DIE("%s:%d: the rows of a gather are nowhere", n->loc.file, n->loc.line);
    const char *lw = w ? n->attr.lw : n->attr.lx;
    int out = (int)(strchr(lw, n->attr.lo_[0]) - lw), in = 1 - out;
    if (v.sf[out] != 1)
        find_pack(p, PACK_ROWS, &v, n->type.shape.dim[0], n->args[w]->type.shape.dim[in], v.sf[out], v.sf[in]);
}

static void pick_scatter(Plan *p, Kernel *k)
{
    Product *q = k->product;
    const Node *hot = onehot_operand(q->n);
    int a = hot == q->n->args[0];
    q->ids = hot->args[0];
    if (!view_of(p, q->n->args[a], &q->left))
        DIE("%s:%d: an operand of a product is nowhere", q->n->loc.file, q->n->loc.line);
    const char *lh = a ? q->n->attr.lx : q->n->attr.lw;
    q->transposed = q->n->attr.lo_[1] == lh[0];         /* result [o, class]: rows are summed in [class, o] */
}

static void pick(Plan *p, Kernel *k)
{
    if (k->kind == K_PRODUCT)
        pick_product(p, k);
    else if (k->kind == K_SCATTER)
        pick_scatter(p, k);
}

void plan_pick(Plan *p)
{
    for (int i = 0; i < p->prepares; i++)
        pick(p, p->prepare[i]);
    for (int i = 0; i < p->items; i++) {
        if (p->item[i].kernel)
            pick(p, p->item[i].kernel);
        else
            for (int j = 0; j < p->item[i].loop->n; j++)
                pick(p, p->item[i].loop->kernel[j]);
    }
    for (int i = 0; i < p->order.n; i++)
        if (p->how[p->order.node[i]->id] == BY_ROWS && is_gather(p->order.node[i]))
            pick_gather(p, p->order.node[i]);
}
