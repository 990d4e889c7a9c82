/* plan_view.c -- reading a node as strides into an array: node -> View. Slices, broadcasts, delays, samples and
 * transpositions between time and features cost nothing but an offset and a stride. Makes no nodes, knows no C.
 */
#include "plan.h"

#include <string.h>

static Shape no_leading_ones(Shape o)                   /* they do not matter */
{
    int lead = 0;
    while (lead < o.rank && o.dim[lead] == 1)
        lead++;
    for (int i = 0; i < o.rank; i++)
        o.dim[i] = i + lead < o.rank ? o.dim[i + lead] : 0;
    o.rank -= lead;
    return o;
}

Shape outer_of(Shape s)
{
    Shape o = s;
    if (o.rank)
        o.dim[--o.rank] = 0;
    return no_leading_ones(o);
}

int inner_of(Shape s) { return s.rank ? s.dim[s.rank - 1] : 1; }

bool row_transparent(const Node *n)
{
    return n->op == Oexpand || (n->op == Oreshape && inner_of(n->type.shape) == inner_of(n->args[0]->type.shape) &&
                                same_shape(outer_of(n->type.shape), outer_of(n->args[0]->type.shape)));
}

long row_size(const Plan *p, const Node *n) { return shape_size(n->type.shape) * (n->type.batch ? p->batch : 1); }

static void dense(const Plan *p, Node *n, View *v)
{
    bool lanes = p->lanes && n->type.batch;
    long stride = lanes ? p->batch : 1;
    memset(v, 0, sizeof *v);
    v->base = n;
    for (int i = n->type.shape.rank - 1; i >= 0; i--) {
        v->sf[i] = stride;
        stride *= n->type.shape.dim[i];
    }
    v->sb = lanes ? 1 : n->type.batch ? stride : 0;
    v->st = n->type.axis ? row_size(p, n) : 0;
}

/* The strides of the same elements in another shape; false where they do not lie evenly. */
static bool regroup(Shape from, const long *stride, Shape to, long *out)
{
    int dim[MAX_RANK], rank = 0;
    long st[MAX_RANK];
    for (int i = 0; i < from.rank; i++)
        if (from.dim[i] != 1) {
            dim[rank] = from.dim[i];
            st[rank++] = stride[i];
        }
    int i = rank - 1;
    long left = rank ? dim[rank - 1] : 1, next = rank ? st[rank - 1] : 1;
    for (int j = to.rank - 1; j >= 0; j--) {
        if (to.dim[j] == 1) {
            out[j] = 0;
            continue;
        }
        long need = to.dim[j];
        while (left < need || left % need) {            /* take the next outer dimension of `from` in */
            if (i == 0 || (left > 1 && st[i - 1] != next * left))
                return false;
            i--;
            if (left == 1)
                left = dim[i], next = st[i];
            else
                left *= dim[i];
        }
        out[j] = next;
        left /= need;
        next *= need;
    }
    return true;
}

bool view_of(const Plan *p, Node *n, View *v)
{
    switch (p->how[n->id]) {
    case BY_LEAF:
        if (n->op != Oparam && n->op != Oinput)
            return false;
        dense(p, n, v);
        return true;
    case BY_VIEW:
        return view_through(p, n, v);
    default:
        dense(p, n, v);
        return true;
    }
}

bool view_through(const Plan *p, Node *n, View *v)
{
    View u;
    Node *x = n->args[0];
    if (!view_of(p, x, &u))
        return false;
    *v = u;
    int rank = n->type.shape.rank, was = x->type.shape.rank, T = x->type.axis ? x->type.axis->steps : 1;
    switch (n->op) {
    case Oexpand:
        for (int i = 0; i < rank; i++) {
            int j = i - (rank - was);
            v->sf[i] = j < 0 || x->type.shape.dim[j] == 1 ? 0 : u.sf[j];
        }
        return true;
    case Oslice:
        v->offset += n->attr.lo * u.sf[rank - 1];
        return true;
    case Oreshape:
        memset(v->sf, 0, sizeof v->sf);
        return regroup(x->type.shape, u.sf, n->type.shape, v->sf);
    case Odelay:
        v->shift += n->attr.k;
        return true;
    case Omatrix:
    case Oedge:
        if (rank != was + 1)
            return false;
        for (int i = 0; i < was; i++)
            v->sf[i + 1] = u.sf[i];
        v->sf[0] = u.st;
        v->offset += ((n->op == Oedge && n->attr.k < 0 ? T + n->attr.k : 0) - u.shift) * u.st;
        v->st = 0, v->shift = 0;
        return true;
    case Oalong:
        v->st = u.sf[0];
        for (int i = 0; i < rank; i++)
            v->sf[i] = u.sf[i + 1];
        return true;
    case Osample:
        v->st = u.st * n->type.axis->stride;
        v->offset += (n->type.axis->offset - u.shift) * u.st;
        v->shift = 0;
        return true;
    default:
        DIE("%s is no view", op_info[n->op].name);
    }
}

Node *stored_base(const Plan *p, Node *n)
{
    View v;
    if (!view_of(p, n, &v))
        return NULL;
    return v.base;
}
