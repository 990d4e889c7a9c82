/* emit_rows.c -- a rows kernel as C: loops over steps, examples and outer features; within a row, one vector loop for
 * each stage. A stage ends where a reduction over the row must be complete before its result can be used. What is written
 * is decided by the plan; what that needs is emit_value.c's.
 */
#include "emit_rows.h"

#include <string.h>

enum { FEW = 128 };                 /* reals in a row that is unrolled whole, in trainers */

/* `nth`: which of the places of n, since a concatenation may name a part twice and two roots a node; -1: its own. `next`: from
 * this row to that of the next example, which is claimed meanwhile; 0: it is near anyway */
static void store(RowText *r, Node *n, Node *from, const char *address, bool add, int nth, long next)
{
    Emit *e = r->e;
    Value *v = value(r, from);
    int s = v->stage;
    const char *q = format(e->mem, nth == -1 ? "q_%d" : nth < 0 ? "q_%d_root_%d" : "q_%d_%d", n->id, nth < 0 ? -2 - nth : nth);
    if (!wide(r, from)) {
        line(&r->pre[s], 0, "(%s)[0] %s %s;", address, add ? "+=" : "=", v->name);
        return;
    }
    line(&r->pre[0], 0, "real *%s = %s;", q, address);
    const char *x = in_loop(r, from, s);
    stage(r, s);
    if (add)
        x = format(e->mem, "%s + %s", load_text(r, q, 1), x);
    const bool whole = r->full || (!add && (nth == -1 ? padded(r, n) : nth < 0 && padded_root(r, &e->p->g->root[-2 - nth])));
    line(&r->loop[s], 1, whole ? "rtv_store(%s + j, %s);" : "rtv_store_n(%s + j, %s, m);", q, x);
    if (next)
        line(&r->loop[s], 1, "RT_CLAIM(%s + j + %ld);", q, next);
}

/* A row of an array that is kept for all steps and too large for the second cache: the writer would wait for it. */
static long claimed(const RowText *r, const Node *n, const View *v)
{
    enum { FAR = 1 << 17 };
    const Plan *p = r->e->p;
    const Store *s = &p->store[n->id];
    return r->b && !r->e->predictor && s->rows == ROWS_ALL && n->type.axis && s->row * n->type.axis->steps >= FAR ? v->sb : 0;
}

/* of all examples, after the vectors of stage s */
static const char *lanes_sum(RowText *r, Node *n, Node *x, int *s)
{
    Value *v = value(r, x);
    *s = v->stage;
    if (v->cls == SCALAR)
        return format(r->e->mem, "(%s * %d)", v->name, r->k->inner);
    const char *in = in_loop(r, x, *s);
    line(&r->pre[*s], 0, "rtv part_%d = rtv_set((real)0);", n->id);
    line(&r->loop[*s], 1, "part_%d = part_%d + %s;", n->id, n->id, in);
    return format(r->e->mem, "rtv_sum(part_%d)", n->id);
}

/* a number of this row is added to the sum n */
static void add_number(RowText *r, Node *n, const char *address, const char *part, Text *out)
{
    Emit *e = r->e;
    bool chunks = e->p->parts[n->id] >= 0;
    if (!is_total(e->p, n)) {
        line(out, 0, "(%s)[0] += %s;%s", address, part, said(r, n));
        return;
    }
    if (chunks) {
        line(&r->head, 0, "double *total_%d = (double *)(void *)(work + %s);", n->id, parts_name(e, n));
        const long every = total_stride(e->p, n);
        const char *at = every == 1 ? chunk_text(e) : format(e->mem, "%s * %ld", chunk_text(e), every);
        line(out, 0, "total_%d[%s] += (double)%s;%s", n->id, at, part, said(r, n));
        return;
    }
    line(&r->head, 0, "double total_%d = 0;", n->id);
    line(out, 0, "total_%d += (double)%s;%s", n->id, part, said(r, n));
    line(&r->tail, 0, "(%s)[0] = (real)total_%d;", address, n->id);
}

static void accumulate(RowText *r, Node *n)
{
    Emit *e = r->e;
    Node *x = n->args[0];
    int last = x->type.shape.rank - 1, s = 0;
    View v;
    view_of(e->p, n, &v);
    const bool by_lane = r->k->lanes && e->p->parts[n->id] >= 0;
    for (int i = 0; i < MAX_RANK && by_lane; i++)
        v.sf[i] *= WIDEST;
    e->adding = !is_total(e->p, n);
    const char *address = row_pointer(r, n, &v, r->t, true);
    e->adding = false;
    if (by_lane && value(r, x)->cls != SCALAR) {
        (void)lanes_sum(r, n, x, &s);
        line(&r->pre[0], 0, "real *lanes_%d = %s;", n->id, address);
        line(&r->post[s], 0, "rtv_store(lanes_%d, rtv_load(lanes_%d) + part_%d);%s", n->id, n->id, n->id, said(r, n));
    } else if (r->k->lanes && !n->type.batch) {
        const char *part = lanes_sum(r, n, x, &s);
        add_number(r, n, address, part, &r->post[s]);
    } else if (last >= 0 && (n->attr.dims & 1 << last)) {
        const char *part = reduced_row(r, n, x, &s);
        add_number(r, n, address, part, &r->pre[s]);
    } else if (is_total(e->p, n) && !wide(r, x)) {
        Value *w = value(r, x);
        add_number(r, n, address, w->name, &r->pre[w->stage]);
    } else
        store(r, n, x, address, true, -1, 0);
}

static void write_stmt(RowText *r, const Stmt *st)
{
    Emit *e = r->e;
    const Plan *p = e->p;
    Node *n = st->n;
    View v;
    if (st->root >= 0) {
        const char *a = root_address(e, st->root, r->t, r->b, n);
        long size = 1;
        for (int i = n->type.shape.rank - 2, j = r->k->outer.rank - 1; i >= 0 && j >= 0; i--, j--) {
            size *= n->type.shape.dim[i + 1];
            a = format(e->mem, "%s + %s * %ld", a, r->o[j], size);
        }
        store(r, n, n, a, false, -2 - st->root, 0);
    } else if (st->part >= 0) {
        view_of(p, n, &v);
        long at = n->op == Opad ? n->attr.lo : 0;
        for (int i = 0; i < st->part; i++)
            at += inner_of(n->args[i]->type.shape);
        v.offset += at * v.sf[n->type.shape.rank - 1];
        store(r, n, n->args[st->part], row_pointer(r, n, &v, r->t, true), false, st->part, claimed(r, n, &v));
    } else if (p->store[n->id].rows == ROWS_NONE)
        return;
    else if (is_accumulated(n))
        accumulate(r, n);
    else {
        view_of(p, n, &v);
        store(r, n, n, row_pointer(r, n, &v, r->t, true), false, -1, claimed(r, n, &v));
    }
}

void emit_zeros(Emit *e, const Kernel *k, Text *out, int indent, bool over_time)
{
    const Plan *p = e->p;
    for (int i = 0; i < k->n; i++) {
        Node *n = k->stmt[i].n;
        View v;
        bool pad = n->op == Opad && k->stmt[i].part == 0;
        bool sum = k->stmt[i].part < 0 && k->stmt[i].root < 0 && is_accumulated(n) && p->store[n->id].rows != ROWS_NONE;
        if (!(sum || pad) || (p->home[n->id] >= 0 && (sum && (n->attr.drop & DROP_T))) != over_time)
            continue;
        bool share = shared(e) && k->cut == CUT_EXAMPLES;
        if (sum && p->parts[n->id] >= 0) {
            long size = chunk_stride(p, n);
            e->uses_work = true;
            if (share) {
                const char *from = own_part(e, p->chunks, 1, false), *next = own_part(e, p->chunks, 1, true);
                line(out, indent, "rt_zero(work + %s + %s * %ld, (%s - %s) * %ld);", parts_name(e, n), from, size, next, from, size);
            } else
                line(out, indent, "rt_zero(work + %s, %ld);", parts_name(e, n), p->chunks * size);
            continue;
        }
        if (sum && is_total(p, n))
            continue;                                   /* summed in a variable */
        view_of(p, n, &v);
        bool in_loop = p->home[n->id] >= 0;
        long size = row_size(p, n) * (n->type.axis && !in_loop ? n->type.axis->steps : 1);
        const char *to = row_address(e, k, &v, in_loop ? "t" : NULL, NULL, true);
        if (share) {
            bool own = n->type.batch && (!n->type.axis || in_loop);
            zero_share(e, to, size, own ? size / p->batch : 0, out, indent);
            if (!own)
                line(out, indent, "rt_barrier();");
        } else {
            if (shared(e) && over_time)
                line(out, indent, "if (me == 0)");
            line(out, indent, "rt_zero(%s, %ld);", to, size);
        }
    }
}

static void copy_lines(Text *out, int indent, Text *from)
{
    for (char *s = from->s; s && *s;) {
        char *end = strchr(s, '\n');
        line(out, indent, "%.*s", (int)(end - s), s);
        s = end + 1;
    }
    text_free(from);
}

/* Products that are computed in this kernel: their sums, then what becomes of them. */
static void joined(RowText *r, Text *out, int in)
{
    const Kernel *k = r->k;
    for (int i = 0; i < k->njoined; i++)
        line(out, in, "RT_ALIGNED real sums_%d[%d];", k->joined[i]->n->id, k->unit ? k->unit * k->joined[i]->parts : (k->joined[i]->nn.extent + 15) / 16 * 16);
    for (int i = 0; i < k->njoined; i++)
        emit_joined(r->e, k, k->joined[i], out, in, r->t);
}

/* Some units at a time: m is the first. The kernel has one stage. */
static void by_units(RowText *r, Text *out, int in)
{
    const Kernel *k = r->k;
    const int last = k->inner / k->unit - 1;
    line(out, in, "for (ptrdiff_t i = 0; i <= %d; i++) {  /* %d at a time, for each their part of the products%s */", last, k->unit,
         k->turning ? "; forth and back, since what was read last is near" : "");
    if (k->turning)
        line(out, in + 1, "const ptrdiff_t m = (%s %% 2 ? %d - i : i) * %d;", turn_of(r->e), last, k->unit);
    else
        line(out, in + 1, "const ptrdiff_t m = i * %d;", k->unit);
    joined(r, out, in + 1);
    line(out, in + 1, "for (ptrdiff_t j = m; j < m + %d; j += RT_LANES) {", k->unit);
    copy_lines(out, in + 1, &r->loop[0]);
    line(out, in + 1, "}");
    line(out, in, "}");
}

void emit_rows(Emit *e, const Kernel *k, Text *out, int indent, const char *t)
{
    RowText r = { .e = e, .k = k };
    r.val = alloc(e->mem, (size_t)e->p->g->n * sizeof *r.val);
    r.t = k->axis ? "t" : t;
    r.b = k->batch && !k->lanes && e->p->batch > 1 ? "b" : NULL;
    r.full = k->inner % 16 == 0;
    static const char *const names[MAX_RANK] = { "i0", "i1", "i2", "i3" };
    for (int i = 0; i < k->outer.rank; i++)
        r.o[i] = names[i];
    stage(&r, 0);
    count_readers(&r);
    emit_zeros(e, k, out, indent, false);
    for (int i = 0; i < k->n; i++)
        write_stmt(&r, &k->stmt[i]);
    copy_lines(out, indent, &r.head);
    int in = indent;
    if (k->axis)
        line(out, in++, "for (ptrdiff_t t = 0; t < %d; t++)", k->axis->steps);
    if (r.b && shared(e) && k->cut == CUT_EXAMPLES)
        line(out, in++, "for (ptrdiff_t b = %s; b < %s; b++)", own_example(e, false), own_example(e, true));
    else if (r.b)
        line(out, in++, "for (ptrdiff_t b = 0; b < %d; b++)", e->p->batch);
    for (int i = 0; i < k->outer.rank; i++)
        line(out, in++, "for (ptrdiff_t %s = 0; %s < %d; %s++)", names[i], names[i], k->outer.dim[i], names[i]);
    bool block = in > indent;
    if (block) {
        out->n -= 1;                                    /* the brace stands behind the last for */
        line(out, 0, " {");
    } else
        line(out, indent, "{");                         /* the next kernel may load the same names */
    const bool few = !r.full && k->inner > 16 && k->inner <= FEW && !e->p->fixed_weights;
    in = indent + 1;
    for (int s = 0; s < r.stages; s++) {
        copy_lines(out, in, &r.pre[s]);
        if (s == 0 && !k->unit)
            joined(&r, out, in);
        if (s == 0 && k->unit)
            by_units(&r, out, in);
        else if (r.loop[s].n) {
            if (few)
                line(out, in, "RT_FEW");
            line(out, in, "for (ptrdiff_t j = 0; j < %d; j += RT_LANES) {", k->inner);
            if (!r.full && mentions(r.loop[s].s, "m"))
                line(out, in + 1, "const int m = rt_left(%d, j);", k->inner);
            copy_lines(out, in, &r.loop[s]);
            line(out, in, "}");
        }
        copy_lines(out, in, &r.post[s]);
    }
    line(out, indent, "}");
    copy_lines(out, indent, &r.tail);
    if (!t)
        emit_sums(e, k, out, indent);
}
