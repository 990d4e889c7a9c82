/* emit_pack.c -- packing of right operands as C: one function a shape, for all programs of a file, and its calls in PREFIX_prepare. */
#include "emit.h"

#include <string.h>

static const struct { const char *name, *about, *call; int unit; } kinds[] = {   /* unit: columns (rows) that only one thread may have */
    [PACK_PANELS] = { "panels", "into panels of 32 columns", "rt_pack", 32 },
    [PACK_WIDE] = { "wide", "into panels of 64 columns", "rt_pack_wide", 64 },
    [PACK_SQUARES] = { "squares", "into squares of 4", "rt_pack_squares", 4 },
    [PACK_ROWS] = { "rows", "into whole rows", "rt_copy_rows", 16 },
};

/* of a function that packs as q wants; with threads it is told how many columns (rows) */
static const char *define(Emit *e, const Pack *q)
{
    const long v[6] = { q->kind, q->n, q->k, q->ns, q->ks, shared(e) };
    int same = 0;
    for (int i = 0; i < e->npacks; i++) {
        if (!memcmp(e->pack[i].v, v, sizeof v))
            return e->pack[i].name;
        same += !memcmp(e->pack[i].v, v, 3 * sizeof *v);
    }
    e->pack = grow(e->mem, e->pack, e->npacks, &e->packs_cap, sizeof *e->pack);
    PackText *t = &e->pack[e->npacks++];
    memcpy(t->v, v, sizeof v);
    snprintf(t->name, sizeof t->name, "pack_%s_%dx%d", kinds[q->kind].name, q->n, q->k);
    if (same)
        snprintf(t->name + strlen(t->name), sizeof t->name - strlen(t->name), "_%d", same + 1);
    Text *o = &e->products;
    const char *number = format(e->mem, "%d", q->kind == PACK_ROWS ? q->k : q->n), *n = shared(e) ? "n" : number;
    line(o, 0, "/* b[%d][%d] %s */", q->k, q->n, kinds[q->kind].about);
    line(o, 0, "RT_NOINLINE void %s(const real *from, real *to%s)", t->name, shared(e) ? ", ptrdiff_t n" : "");
    line(o, 0, "{");
    if (q->kind == PACK_ROWS)
        line(o, 1, "rt_copy_rows(%s, %d, from, %ld, %ld, to);", n, q->n, q->ks, q->ns);
    else
        line(o, 1, "%s(%s, %d, from, %ld, %ld, to);", kinds[q->kind].call, n, q->k, q->ns, q->ks);
    line(o, 0, "}");
    put_text(o, "\n");
    return t->name;
}

/* Packs what kernel `done` of prepare has completed; NULL: parameters. The next kernel may multiply with it. */
void emit_packs(Emit *e, const Kernel *done, Text *out, int indent)
{
    const Plan *p = e->p;
    for (int i = 0; i < p->packs; i++) {
        const Pack *q = p->pack[i];
        if (p->kernel[q->view.base->id] != done)
            continue;
        const char *src = row_address(e, NULL, &q->view, NULL, NULL, false), *dst = pack_address(e, q), *name = define(e, q);
        const int unit = kinds[q->kind].unit, all = q->kind == PACK_ROWS ? q->k : q->n;
        if (!shared(e)) {
            line(out, indent, "%s(%s, %s);", name, src, dst);
            continue;
        }
        const int units = (all + unit - 1) / unit;      /* whole panels */
        const char *next = own_part(e, units, unit, true);
        line(out, indent, "{");
        line(out, indent + 1, "const int from = %s, to = %s < %d ? %s : %d;", own_part(e, units, unit, false), next, all, next, all);
        line(out, indent + 1, "%s(%s + from * %ld, %s + from * %d, to - from);", name, src, q->kind == PACK_ROWS ? q->ks : q->ns, dst,
             q->kind == PACK_ROWS ? q->n : q->kind == PACK_SQUARES ? (q->k + 3) / 4 * 4 : q->k);
        line(out, indent, "}");
    }
}
