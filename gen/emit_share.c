/* emit_share.c -- sums by chunk of the batch, and the share of one thread, as C: which examples, rows or columns are its
 * own, who does what nobody shares. What is shared and how is plan_cut.c's.
 */
#include "emit.h"

/* ---- sums by chunk ---- */

static bool by_chunk(const Emit *e, const Stmt *s) { return s->part < 0 && s->root < 0 && e->p->parts[s->n->id] >= 0; }

const char *parts_name(Emit *e, const Node *n) { return format(e->mem, "%s_parts_%d", e->prefix, n->id); }

/* of the example b */
const char *chunk_text(Emit *e) { return format(e->mem, "(b * %d + %d) / %d", e->p->chunks, e->p->chunks - 1, e->p->batch); }

/* chunks become the sum: of all sums that the kernel has completed */
void emit_sums(Emit *e, const Kernel *k, Text *out, int indent)
{
    const Plan *p = e->p;
    bool any = false;
    for (int i = 0; i < k->n; i++)
        any = any || by_chunk(e, &k->stmt[i]);
    if (any && shared(e)) {
        e->uses_me = true;
        line(out, indent, "rt_barrier();");
        line(out, indent++, "if (me == 0) {");
    }
    for (int i = 0; i < k->n; i++) {
        Node *n = k->stmt[i].n;
        View v;
        if (!by_chunk(e, &k->stmt[i]))
            continue;
        view_of(p, n, &v);
        const char *to = row_address(e, k, &v, NULL, NULL, true), *from = comment_of(e, n);
        e->uses_work = true;
        if (p->lanes)
            line(out, indent, "rt_add_lanes(%ld, work + %s, %s);%s%s%s", row_size(p, n), parts_name(e, n), to, from ? "  /* " : "",
                 from ? from : "", from ? " */" : "");
        else if (is_total(p, n))
            line(out, indent, "(%s)[0] = (real)rt_total(%d, %ld, total_%d);", to, p->chunks, total_stride(p, n), n->id);
        else
            line(out, indent, "rt_add_parts(%d, %ld, %ld, work + %s, %s);%s%s%s", p->chunks, chunk_size(p, n), chunk_stride(p, n), parts_name(e, n), to,
                 from ? "  /* " : "", from ? from : "", from ? " */" : "");
    }
    if (any && shared(e))
        line(out, --indent, "}");
}

/* ---- the share of one thread ---- */

bool shared(const Emit *e) { return e->p->threads > 1; }

/* first example of thread `me` (next: of the one behind it) */
const char *own_example(Emit *e, bool next)
{
    e->uses_me = true;
    return format(e->mem, next ? "%s_first[me + 1]" : "%s_first[me]", e->prefix);
}

/* first of `n` units that the thread has, times `unit` */
const char *own_part(Emit *e, long n, long unit, bool next)
{
    e->uses_me = true;
    const char *t = next ? "(me + 1)" : "me";
    return unit == 1 ? format(e->mem, "%s * %ld / %d", t, n, e->p->threads)
                     : format(e->mem, "%s * %ld / %d * %ld", t, n, e->p->threads, unit);
}

void emit_first(Emit *e, Text *out)
{
    const Plan *p = e->p;
    if (!shared(e))
        return;
    put(out, "/* thread `me` computes the examples from [me] up to [me + 1] */\nstatic const ptrdiff_t %s_first[] = { ", e->prefix);
    for (int i = 0; i <= p->threads; i++)
        put(out, "%s%d", i ? ", " : "", first_example(p, i));
    put(out, " };\n\n");
}

/* Zeros at `to`, of what the threads share by examples: `each` reals an example; 0: all by the first. */
void zero_share(Emit *e, const char *to, long size, long each, Text *out, int indent)
{
    if (!each) {
        e->uses_me = true;
        line(out, indent, "if (me == 0)");
        line(out, indent + 1, "rt_zero(%s, %ld);", to, size);
    } else
        line(out, indent, "rt_zero(%s + %s * %ld, (%s - %s) * %ld);", to, own_example(e, false), each, own_example(e, true),
             own_example(e, false), each);
}

/* The call of a product's kernel for a thread's rows (CUT_M) or columns: sizes stay constants, since few differ. */
void share_product(Emit *e, const Product *q, Cut cut, int examples, int steps, bool accumulate, ProductCall *call, Text *out)
{
    const Plan *p = e->p;
    const Dim *d = cut == CUT_M ? &q->m : &q->nn;
    long *from = alloc(e->mem, (size_t)(p->threads + 1) * sizeof *from);
    for (int i = 0; i <= p->threads; i++)
        from[i] = examples ? (long)first_example(p, i) * examples : (long)d->extent * i / p->threads;
    bool even = true;
    for (int i = 0; i < p->threads; i++)
        even = even && from[i + 1] - from[i] == from[1];
    if (even)
        line(out, 1, "const ptrdiff_t from = me * %ld;", from[1]);
    else {
        Text t = { 0 };
        for (int i = 0; i < p->threads; i++)
            put(&t, "%s%ld", i ? ", " : "", from[i]);
        line(out, 1, "static const ptrdiff_t first[] = { %s };", t.s);
        line(out, 1, "const ptrdiff_t from = first[me];");
        text_free(&t);
    }
    const char *row = "from";
    if (steps > 1)
        line(out, 1, "for (ptrdiff_t t = 0; t < %d; t++) {", steps), row = format(e->mem, "(t * %d + from)", d->extent / steps);
    const char *a = cut == CUT_M ? format(e->mem, "a + %s * %ld", row, d->a) : "a";
    const char *b = cut == CUT_N ? format(e->mem, "b + from * %ld", d->b) : "b", *c = format(e->mem, "c + %s * %ld", row, d->c);
    const int in = steps > 1 ? 2 : 1;
    for (int i = 0; i < (even ? 1 : p->threads); i++) {
        long size = from[i + 1] - from[i];
        bool said = false;
        for (int j = 0; j < i; j++)
            said = said || from[j + 1] - from[j] == size;
        if (said || !size)
            continue;
        if (!even) {
            Text t = { 0 };
            for (int j = i; j < p->threads; j++)
                if (from[j + 1] - from[j] == size)
                    put(&t, "%sme == %d", t.n ? " || " : "", j);
            line(out, in, "if (%s)", t.s);
            text_free(&t);
        }
        call(q, cut == CUT_M ? (int)size : q->m.extent, cut == CUT_N ? (int)size : q->nn.extent, a, b, c, accumulate, out, even ? in : in + 1);
    }
    if (steps > 1)
        line(out, 1, "}");
}
