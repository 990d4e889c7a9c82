/* emit_product.c -- products, scatters and initial rows as C. One function a shape, for all programs of a file, which calls the runtime's
 * kernel with all sizes and strides as constants; loops around it where a product has more dimensions.
 */
#include "emit.h"

#include <string.h>

/* for m rows and n columns of it */
static void call(const Product *q, int m, int n, const char *a, const char *b, const char *c, bool accumulate, Text *o, int indent)
{
    int k = q->k.extent;
    switch (q->pick) {
    case PICK_PANELS:
        line(o, indent, "rt_product_packed(%d, %d, %d, %s, %ld, %ld, %s, %s, %ld, %d);", m, n, k, a, q->m.a, q->k.a, b, c, q->m.c, accumulate);
        break;
    case PICK_ROWS:
        line(o, indent, "rt_product_rows(%d, %d, %d, %s, %ld, %ld, %s, %ld, %s, %ld, %d);", m, n, k, a, q->m.a, q->k.a, b, q->k.b, c, q->m.c,
             accumulate);
        break;
    case PICK_MATVEC:
        if (q->turning)
            line(o, indent, "rt_matvec_turning(%d, %d, %s, %ld, %s, %s, t);", n, k, a, q->k.a, b, c);
        else
            line(o, indent, "rt_matvec_packed(%d, %d, %s, %ld, %s, %s, %d);", n, k, a, q->k.a, b, c, accumulate);
        break;
    case PICK_DOTS:
        if (q->turning)
            line(o, indent, "rt_dots_turning(%d, %d, %s, %s, %ld, %s, %ld, t);", n, k, a, b, q->nn.b, c, q->nn.c);
        else
            line(o, indent, "rt_product_dots(%d, %d, %d, %s, %ld, %s, %ld, %s, %ld, %ld, %d);", m, n, k, a, q->m.a, b, q->nn.b, c, q->m.c, q->nn.c,
             accumulate);
        break;
    case PICK_BLAS:
        line(o, indent, "cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, %d, %d, %d, 1.0f, %s, %ld, %s, %ld, %s, %s, %ld);", m, n,
             k, a, q->k.a, b, q->k.b, accumulate ? "1.0f" : "0.0f", c, q->m.c);
        break;
    case PICK_LANES:
        line(o, indent, "rt_product_lanes(%d, %d, %d, %d, %s, %ld, %ld, %s, %ld, %ld, %s, %ld, %d);", m, n,
             q->fold.extent ? q->fold.extent : 1, k, a, q->fold.a, q->m.a, b, q->fold.b, q->nn.b, c, q->m.c, accumulate);
        break;
    case PICK_ANY:
        line(o, indent, "rt_product_any(%d, %d, %d, %s, %ld, %ld, %s, %ld, %ld, %s, %ld, %ld, %d);", m, n, k, a, q->m.a, q->k.a, b, q->k.b,
             q->nn.b, c, q->m.c, q->nn.c, accumulate);
        break;
    case PICK_ALONG:
        line(o, indent, "rt_squares_along%s(%d, %d, %s, %s, %s%s);", q->turning ? "_turning" : "", n, k, a, b, c, q->turning ? ", t" : "");
        break;
    case PICK_ACROSS:
        line(o, indent, "rt_squares_across%s(%d, %d, %s, %s, %s%s);", q->turning ? "_turning" : "", k, n, a, b, c, q->turning ? ", t" : "");
        break;
    case PICK_CHAINS:
        if (q->pack->parts)
            line(o, indent, "rt_product_parts(%d, %d, %d, %d, %d, %s, %ld, %ld, %s, %s, %ld);", m, q->pack->unit, q->pack->parts,
                 n / q->pack->parts, k, a, q->m.a, q->k.a, b, c, q->m.c);
        else
            line(o, indent, "rt_product_chains(%d, %d, %d, %s, %ld, %ld, %s, %s, %ld);", m, n, k, a, q->m.a, q->k.a, b, c, q->m.c);
        break;
    case PICKS:
        break;
    }
}

static const char *define(Emit *e, const Product *q, bool accumulate, Cut cut, int examples)
{
    const int steps = cut == CUT_M && examples && q->m.steps > 1 ? q->m.steps : 1;
    int m = q->m.extent, n = q->nn.extent, k = q->k.extent;
    long v[15] = { q->m.a, q->k.a, q->k.b, q->nn.b, q->m.c, q->nn.c, accumulate, q->fold.extent, q->fold.a, q->fold.b, cut, examples, steps, q->turning,
                   q->pack ? q->pack->unit : 0 };
    for (int i = 0; i < e->nproducts; i++) {
        ProductText *t = &e->product[i];
        if (t->m == m && t->n == n && t->k == k && t->pick == q->pick && !memcmp(t->v, v, sizeof v))
            return t->name;
    }
    e->product = grow(e->mem, e->product, e->nproducts, &e->products_cap, sizeof *e->product);
    ProductText *t = &e->product[e->nproducts];
    t->m = m, t->n = n, t->k = k, t->pick = q->pick;
    memcpy(t->v, v, sizeof v);
    static const char *const kind[] = { "panels", "rows", "matvec", "dots", "blas", "lanes", "any", "chains", "along", "across" };
    int same = 0;
    for (int i = 0; i < e->nproducts; i++)
        same += e->product[i].m == m && e->product[i].n == n && e->product[i].k == k && e->product[i].pick == q->pick;
    snprintf(t->name, sizeof t->name, "%s_%s_%dx%dx%d", e->predictor ? e->prefix : "product", kind[q->pick], m, n, k);
    if (same)
        snprintf(t->name + strlen(t->name), sizeof t->name - strlen(t->name), "_%d", same + 1);
    e->nproducts++;
    Text *o = &e->products;
    bool shares = cut == CUT_M || cut == CUT_N;
    line(o, 0, "/* c[%d][%d] %s a[%d][%d] b[%d][%d], b %s%s */", m, n, accumulate ? "+=" : "=", m, k, k, n,
         !q->pack ? "as it is" : q->pack->kind == PACK_SQUARES ? "packed in squares" : "packed in panels",
         cut == CUT_M ? "; the rows of thread `me`" : cut == CUT_N ? "; the columns of thread `me`" : "");
    line(o, 0, "RT_NOINLINE void %s(const real *a, const real *b, real *c%s)", t->name, shares ? ", int me" : q->turning ? ", ptrdiff_t t" : "");
    line(o, 0, "{");
    if (shares)
        share_product(e, q, cut, examples, steps, accumulate, call, o);
    else
        call(q, m, n, "a", "b", "c", accumulate, o, 1);
    line(o, 0, "}");
    put_text(o, "\n");
    return t->name;
}

static const char *stepped(Emit *e, const char *base, const Product *q, int which)
{
    for (int i = 0; i < q->outers; i++) {
        long s = which == 0 ? q->outer[i].a : which == 1 ? q->outer[i].b : q->outer[i].c;
        if (s)
            base = format(e->mem, "%s + o%d * %ld", base, i, s);
    }
    return base;
}

/* the number of the step, or what stands for it: odd ones read weights from the last to the first */
const char *turn_of(const Emit *e) { return e->p->turns ? "s->rt_turn" : "t"; }

void emit_product(Emit *e, const Kernel *k, Text *out, int indent, const char *t)
{
    const Product *q = k->product;
    View c;
    if (q->parts)                                       /* within the kernel that reads it */
        return;
    view_of(e->p, q->n, &c);
    const char *step = k->axis ? "0" : t;
    bool accumulate = false;
    for (int i = 0; i < q->outers; i++)
        accumulate = accumulate || q->outer[i].c == 0;
    const char *a = row_address(e, k, &q->left, step, NULL, false);
    const char *b = q->pack ? pack_address(e, q->pack) : row_address(e, k, &q->right, step, NULL, false);
    const char *to = row_address(e, k, &c, step, NULL, true), *from = comment_of(e, q->n);
    const Cut cut = shared(e) ? k->cut : CUT_NONE;
    const bool in_loop = t != NULL;
    const long size = row_size(e->p, q->n) * (k->axis && q->n->type.axis ? q->n->type.axis->steps : 1);
    if (accumulate && cut != CUT_NONE) {
        zero_share(e, to, size, in_loop ? size / e->p->batch : 0, out, indent);
        if (!in_loop)
            line(out, indent, "rt_barrier();");
    } else if (accumulate)
        line(out, indent, "rt_zero(%s, %ld);", to, size);
    for (int i = 0; i < q->outers; i++)
        if (cut == CUT_OUTER && i == q->cut_outer && in_loop)
            line(out, indent + i, "for (ptrdiff_t o%d = %s * %d; o%d < %s * %d; o%d++)", i, own_example(e, false), q->outer[i].examples, i,
                 own_example(e, true), q->outer[i].examples, i);
        else if (cut == CUT_OUTER && i == q->cut_outer)
            line(out, indent + i, "for (ptrdiff_t o%d = %s; o%d < %s; o%d++)", i, own_part(e, q->outer[i].extent, 1, false), i,
                 own_part(e, q->outer[i].extent, 1, true), i);
        else
            line(out, indent + i, "for (ptrdiff_t o%d = 0; o%d < %d; o%d++)", i, i, q->outer[i].extent, i);
    bool me = cut == CUT_M || cut == CUT_N;
    e->uses_me = e->uses_me || me;
    int examples = cut == CUT_M ? q->m.examples : cut == CUT_N && in_loop ? q->nn.examples : 0;
    line(out, indent + q->outers, "%s(%s, %s, %s%s);%s%s%s", define(e, q, accumulate, me ? cut : CUT_NONE, examples), stepped(e, a, q, 0),
         stepped(e, b, q, 1), stepped(e, to, q, 2), me ? ", me" : q->turning ? format(e->mem, ", %s", turn_of(e)) : "", from ? "  /* " : "", from ? from : "", from ? " */" : "");
}

/* The body of a function of a, b and c that is this product and nothing else: for measuring it. `size` of c are added to. */
void emit_alone(Emit *e, const Product *q, long size, Text *out)
{
    bool accumulate = false;
    for (int i = 0; i < q->outers; i++)
        accumulate = accumulate || q->outer[i].c == 0;
    if (accumulate)
        line(out, 1, "rt_zero(c, %ld);", size);
    for (int i = 0; i < q->outers; i++)
        line(out, 1 + i, "for (ptrdiff_t o%d = 0; o%d < %d; o%d++)", i, i, q->outer[i].extent, i);
    line(out, 1 + q->outers, "%s(%s, %s, %s);", define(e, q, accumulate, CUT_NONE, 0), stepped(e, "a", q, 0), stepped(e, "b", q, 1),
         stepped(e, "c", q, 2));
}

void emit_joined(Emit *e, const Kernel *k, const Product *q, Text *out, int indent, const char *t)
{
    const char *a = row_address(e, k, &q->left, t, NULL, false), *from = comment_of(e, q->n), *b = pack_address(e, q->pack);
    if (k->unit)
        b = format(e->mem, "%s + m * %d", b, q->parts * q->k.extent);
    line(out, indent, "rt_matvec_packed(%d, %d, %s, %ld, %s, sums_%d, 0);%s%s%s", k->unit ? k->unit * q->parts : q->nn.extent, q->k.extent, a, q->k.a,
         b, q->n->id, from ? "  /* " : "", from ? from : "", from ? " */" : "");
}

void emit_scatter(Emit *e, const Kernel *k, Text *out, int indent)
{
    const Product *q = k->product;
    Node *n = q->n;
    View to, id;
    view_of(e->p, n, &to);
    if (!view_of(e->p, q->ids, &id))
        DIE("the classes of a scatter are nowhere");
    int rows = n->type.shape.dim[q->transposed], size = n->type.shape.dim[!q->transposed];
    const char *c = row_address(e, k, &to, NULL, NULL, true), *from = comment_of(e, n);
    const char *sum = q->transposed ? format(e->mem, "work + %ld", q->scratch) : c;
    e->uses_work = e->uses_work || q->transposed;
    bool batch = q->left.sb != 0 || id.sb != 0;
    const char *b = batch && e->p->batch > 1 ? "b" : NULL;
    line(out, indent, "real *sum = %s;%s%s%s", sum, from ? "  /* " : "", from ? from : "", from ? " */" : "");
    const bool cut = shared(e) && k->cut == CUT_N;
    const char *columns = format(e->mem, "%d", size), *first = "";
    if (cut) {
        const char *most = format(e->mem, "%d", size), *next = own_part(e, (size + 15) / 16, 16, true);
        line(out, indent, "const int from = %s, to = %s < %s ? %s : %s;  /* columns of this thread */", own_part(e, (size + 15) / 16, 16, false),
             next, most, next, most);
        line(out, indent, "for (ptrdiff_t i = 0; i < %d; i++)", rows);
        line(out, indent + 1, "rt_zero(sum + i * %d + from, to - from);", size);
        columns = "to - from", first = " + from";
    } else
        line(out, indent, "rt_zero(sum, %ld);", (long)rows * size);
    int in = indent;
    if (k->axis)
        line(out, in++, "for (ptrdiff_t t = 0; t < %d; t++)", k->axis->steps);
    if (b)
        line(out, in++, "for (ptrdiff_t b = 0; b < %d; b++)", e->p->batch);
    line(out, in, "{");
    line(out, in + 1, "const ptrdiff_t i = (ptrdiff_t)(%s)[0];", row_address(e, k, &id, k->axis ? "t" : NULL, b, false));
    line(out, in + 1, "const real *a = %s;", row_address(e, k, &q->left, k->axis ? "t" : NULL, b, false));
    long every = q->left.sf[0] ? q->left.sf[0] : 0;
    line(out, in + 1, "rt_add_row(%s, a%s, %ld, sum + i * %d%s);", columns, cut ? format(e->mem, " + from * %ld", every) : "", every, size, first);
    line(out, in, "}");
    if (q->transposed && cut)
        line(out, indent, "rt_copy_rows(to - from, %d, sum + from, 1, %d, %s + from * %d);", rows, size, c, rows);
    else if (q->transposed)
        line(out, indent, "rt_copy_rows(%d, %d, sum, 1, %d, %s);", size, rows, size, c);
}

/* the initial values of a delay, in the rows before (after) its operand's */
void emit_history(Emit *e, const Kernel *k, Text *out, int indent)
{
    const Plan *p = e->p;
    Node *d = k->delay, *init = d->nargs > 1 ? d->args[1] : NULL;
    Node *base = stored_base(p, d);
    const Store *s = &p->store[base->id];
    View v, iv;
    view_of(p, base, &v);
    int steps = d->type.axis->steps, count = d->attr.k > 0 ? (init ? d->attr.k : s->before) : (init ? -d->attr.k : s->after);
    if (s->rows == ROWS_RING && !init)
        count = d->attr.k > 0 ? d->attr.k : -d->attr.k;
    const char *from = comment_of(e, d);
    Node *value = init;
    while (value && value->op == Oexpand)
        value = value->args[0];
    for (int j = 0; j < count; j++) {
        long u = d->attr.k > 0 ? j - count : steps + j;
        if (s->rows == ROWS_RING)
            u = (u % s->ring + s->ring) % s->ring;
        const char *at = format(e->mem, "%s + %ld", row_address(e, k, &v, NULL, NULL, true), u * s->row);
        if (!init || is_const(value, 0)) {
            line(out, indent, "rt_zero(%s, %ld);%s%s%s", at, s->row, from ? "  /* " : "", from ? from : "", from ? " */" : "");
            continue;
        }
        Shape shape = d->type.shape;
        bool fill = value->op == Oconst;
        if (!fill && !view_of(p, init, &iv))
            DIE("an initial value is nowhere");
        const char *src = fill ? NULL : format(e->mem, "%s + %ld", row_address(e, k, &iv, NULL, NULL, false), j * iv.sf[0]);
        const char *dst = at;
        int in = indent;
        if (base->type.batch) {
            line(out, in++, "for (ptrdiff_t b = 0; b < %d; b++)", p->batch);
            dst = format(e->mem, "%s + b * %ld", dst, v.sb);
            if (src && iv.sb)
                src = format(e->mem, "%s + b * %ld", src, iv.sb);
        }
        for (int i = 0; i < shape.rank; i++) {
            line(out, in++, "for (ptrdiff_t i%d = 0; i%d < %d; i%d++)", i, i, shape.dim[i], i);
            dst = format(e->mem, "%s + i%d * %ld", dst, i, v.sf[i]);
            if (src && iv.sf[i + 1])
                src = format(e->mem, "%s + i%d * %ld", src, i, iv.sf[i + 1]);
        }
        if (fill)
            line(out, in, "(%s)[0] = (real)%.17g;", dst, value->attr.value);
        else
            line(out, in, "(%s)[0] = (%s)[0];%s%s%s", dst, src, from ? "  /* " : "", from ? from : "", from ? " */" : "");
    }
}
