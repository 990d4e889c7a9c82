/* emit_program.c -- a whole program: a function for each kernel outside of loops, one for the body of each loop, then
 * PREFIX_prepare (what depends on parameters alone) and PREFIX_run. Straight-line unless --unroll loop or a long axis.
 */
#include "emit.h"

#include <string.h>

void line(Text *out, int indent, const char *fmt, ...)
{
    put(out, "%*s", 4 * indent, "");
    va_list ap;
    va_start(ap, fmt);
    char small[512];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n < (int)sizeof small)
        put_text(out, small);
    else {
        Arena *a = arena_new();
        char *big = alloc(a, (size_t)n + 1);
        vsnprintf(big, (size_t)n + 1, fmt, again);
        put_text(out, big);
        arena_free(a);
    }
    va_end(again);
    put_text(out, "\n");
}

enum { STRAIGHT = 256 };                                /* steps beyond which time stays a loop */

static void emit_kernel(Emit *e, const Kernel *k, Text *out, int indent, const char *t)
{
    switch (k->kind) {
    case K_ROWS:
        emit_rows(e, k, out, indent, t);
        break;
    case K_PRODUCT:
        emit_product(e, k, out, indent, t);
        break;
    case K_SCATTER:
        emit_scatter(e, k, out, indent);
        break;
    case K_HISTORY:
        emit_history(e, k, out, indent);
        break;
    }
}

/* the lines of the description that a kernel computes, for the comment above its function */
static void sources(Emit *e, const Kernel *k, Text *out)
{
    int n = k->kind == K_ROWS ? k->n : 1;
    for (int i = 0; i < n && i < 6; i++) {
        const Node *x = k->kind == K_ROWS ? k->stmt[i].n : k->kind == K_HISTORY ? k->delay : k->product->n;
        const char *c = comment_of(e, x);
        if (c && !(out->s && strstr(out->s, c)))
            put(out, "%s%s", out->n ? ", " : "", c);
    }
}

/* void NAME(const real *param, real *grad, real *work[, ptrdiff_t t]) with what it does not use left out; returns the call */
static const char *function(Emit *e, const char *name, const char *about, Text *body, bool step)
{
    Text args = { 0 }, call = { 0 };
    put(&call, "%s(", name);
    const char *comma = "";
    struct { bool on; const char *decl, *pass; } a[] = {
        { e->uses_param, "const real *param", "param" }, { e->uses_grad, "real *grad", "grad" },
        { e->uses_work, "real *work", "work" }, { step, "ptrdiff_t t", "%s" },
    };
    for (int i = 0; i < 4; i++)
        if (a[i].on) {
            put(&args, "%s%s", comma, a[i].decl);
            put(&call, "%s", comma);
            put_text(&call, a[i].pass);
            comma = ", ";
        }
    put(&call, ");");
    if (about && *about)
        line(&e->body, 0, "/* %s */", about);
    line(&e->body, 0, "RT_NOINLINE void %s(%s)", name, args.s ? args.s : "void");
    line(&e->body, 0, "{");
    put_text(&e->body, body->s ? body->s : "");
    line(&e->body, 0, "}");
    put_text(&e->body, "\n");
    const char *r = copy_text(e->mem, call.s);
    text_free(&args), text_free(&call), text_free(body);
    e->uses_param = e->uses_grad = e->uses_work = false;
    return r;
}

static void emit_loop(Emit *e, const Loop *l, int item, Text *run)
{
    const Plan *p = e->p;
    Text body = { 0 }, about = { 0 };
    e->uses_param = e->uses_grad = e->uses_work = false;
    for (int i = 0; i < l->n; i++) {
        emit_kernel(e, l->kernel[i], &body, 1, "t");
        sources(e, l->kernel[i], &about);
    }
    const char *name = format(e->mem, "%s_step_%d", e->prefix, item);
    const char *call = function(e, name, about.s, &body, true);
    text_free(&about);
    for (int i = 0; i < l->n; i++)
        emit_zeros(e, l->kernel[i], run, 1, true);
    int T = l->axis->steps;
    if (p->o->loop || T > STRAIGHT) {
        line(run, 1, l->up ? "for (ptrdiff_t t = 0; t < %d; t++)" : "for (ptrdiff_t t = %d - 1; t >= 0; t--)", T);
        line(run, 2, call, "t");
    } else
        for (int t = 0; t < T; t++)
            line(run, 1, call, format(e->mem, "%d", l->up ? t : T - 1 - t));
}

void emit_program(Emit *e, Text *out)
{
    const Plan *p = e->p;
    Text prepare = { 0 }, run = { 0 };
    name_arrays(e);
    if (!e->predictor)
        emit_packs(e, NULL, &prepare, 1);
    for (int i = 0; i < p->prepares; i++) {
        emit_kernel(e, p->prepare[i], &prepare, 1, NULL);
        if (!e->predictor)
            emit_packs(e, p->prepare[i], &prepare, 1);
    }
    e->uses_param = e->uses_grad = e->uses_work = false;
    for (int i = 0; i < p->items; i++) {
        if (p->item[i].loop) {
            emit_loop(e, p->item[i].loop, i, &run);
            continue;
        }
        Text body = { 0 }, about = { 0 };
        e->uses_param = e->uses_grad = e->uses_work = false;
        emit_kernel(e, p->item[i].kernel, &body, 1, NULL);
        sources(e, p->item[i].kernel, &about);
        if (body.n)
            line(&run, 1, "%s", function(e, format(e->mem, "%s_part_%d", e->prefix, i), about.s, &body, false));
        text_free(&about);
    }
    line(out, 0, "enum {  /* where %s's arrays begin, in reals: parameters in param, the others in work */", e->prefix);
    put_text(out, e->arrays.s ? e->arrays.s : "");
    line(out, 1, "%s_work = %ld", e->prefix, p->work);
    line(out, 0, "};");
    put_text(out, "\n");
    put_text(out, e->products.s ? e->products.s : "");
    put_text(out, e->body.s ? e->body.s : "");
    if (!e->predictor) {
        line(out, 0, "static void %s_prepare(const real *param, void *workspace)", e->prefix);
        line(out, 0, "{");
        line(out, 1, "real *work = (real *)workspace;");
        line(out, 1, "(void)param, (void)work;");
        put_text(out, prepare.s ? prepare.s : "");
        line(out, 0, "}");
        put_text(out, "\n");
    }
    line(out, 0, "static void %s_run(const real *param, real *grad, void *workspace)", e->prefix);
    line(out, 0, "{");
    line(out, 1, "real *work = (real *)workspace;");
    line(out, 1, "(void)param, (void)grad, (void)work;");
    put_text(out, run.s ? run.s : "");
    line(out, 0, "}");
    text_free(&prepare), text_free(&run);
    text_free(&e->arrays), text_free(&e->products), text_free(&e->body);
}

void emit_block_body(Emit *e, Text *out)
{
    const Plan *p = e->p;
    for (int i = 0; i < p->items; i++) {
        const Loop *l = p->item[i].loop;
        Text body = { 0 };
        for (int j = 0; j < (l ? l->n : 1); j++)
            emit_kernel(e, l ? l->kernel[j] : p->item[i].kernel, &body, 2, l ? "t" : NULL);
        for (int j = 0; l && j < l->n; j++)
            emit_zeros(e, l->kernel[j], out, 1, true);
        if (body.n) {
            line(out, 1, l ? "for (ptrdiff_t t = 0; t < %d; t++) {  /* step by step */" : "{", l ? l->axis->steps : 0);
            put_text(out, body.s);
            line(out, 1, "}");
        }
        text_free(&body);
    }
}

void emit_step_body(Emit *e, Text *out)
{
    const Plan *p = e->p;
    for (int i = 0; i < p->items; i++) {
        Text body = { 0 };
        emit_kernel(e, p->item[i].kernel, &body, 2, NULL);
        if (body.n) {
            line(out, 1, "{");
            put_text(out, body.s);
            line(out, 1, "}");
        }
        text_free(&body);
    }
}
