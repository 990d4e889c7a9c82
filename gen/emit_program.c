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

enum { LONG = 200 };                                    /* lines after which a function ends, and another goes on */

static int lines_of(const Text *t)
{
    int n = 0;
    for (const char *s = t->s; s && (s = strchr(s, '\n')); s++)
        n++;
    return n;
}

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

/* void NAME(const real *param, real *grad, real *work[, ptrdiff_t t][, int me]) with what it does not use left out; returns the call */
static const char *function(Emit *e, const char *name, const char *about, Text *body, bool step)
{
    Text args = { 0 }, call = { 0 };
    put(&call, "%s(", name);
    const char *comma = "";
    struct { bool on; const char *decl, *pass; } a[] = {
        { e->uses_param, "const real *param", "param" }, { e->uses_grad, "real *grad", "grad" },
        { e->uses_work, "real *work", "work" }, { step, "ptrdiff_t t", "%s" },
        { e->uses_me, "int me", "me" },
    };
    for (int i = 0; i < 5; i++)
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
    e->uses_param = e->uses_grad = e->uses_work = e->uses_me = false;
    return r;
}

/* inside a step: from here on the first thread does alone what follows, or all share it again */
static void turn(Emit *e, Text *body, bool alone)
{
    e->uses_me = true;
    line(body, 1, alone ? "rt_barrier();" : "}");
    line(body, 1, alone ? "if (me == 0) {" : "rt_barrier();");
}

/* what `body` holds so far becomes function `number` of those that a step calls one after the other */
static void part_of_step(Emit *e, int item, int number, Text *about, Text *body, Text *calls)
{
    struct { bool param, grad, work, me; } used = { e->uses_param, e->uses_grad, e->uses_work, e->uses_me };
    const char *call = function(e, format(e->mem, "%s_step_%d_%d", e->prefix, item, number), about->s, body, true);
    line(calls, 1, call, "t");
    e->uses_param = used.param, e->uses_grad = used.grad, e->uses_work = used.work, e->uses_me = used.me;
    text_free(about);
}

static void emit_loop(Emit *e, const Loop *l, int item, Text *run)
{
    const Plan *p = e->p;
    Text body = { 0 }, about = { 0 }, calls = { 0 };
    e->uses_param = e->uses_grad = e->uses_work = e->uses_me = false;
    bool alone = false;
    int parts = 0;
    for (int i = 0; i < l->n; i++) {
        bool one = shared(e) && l->kernel[i]->cut == CUT_NONE;
        if (one != alone)
            turn(e, &body, one);
        alone = one;
        if (!alone && lines_of(&body) > LONG)
            part_of_step(e, item, parts++, &about, &body, &calls);
        emit_kernel(e, l->kernel[i], &body, alone ? 2 : 1, "t");
        sources(e, l->kernel[i], &about);
    }
    if (alone)
        turn(e, &body, false);
    if (parts) {
        part_of_step(e, item, parts, &about, &body, &calls);
        body = calls;
    }
    const char *name = format(e->mem, "%s_step_%d", e->prefix, item);
    const char *call = function(e, name, about.s, &body, true);
    text_free(&about);
    for (int i = 0; i < l->n; i++)
        emit_zeros(e, l->kernel[i], run, 1, true);
    int T = l->axis->steps;
    if (p->o->loop || T > STRAIGHT_STEPS) {
        line(run, 1, l->up ? "for (ptrdiff_t t = 0; t < %d; t++)" : "for (ptrdiff_t t = %d - 1; t >= 0; t--)", T);
        line(run, 2, call, "t");
    } else
        for (int t = 0; t < T; t++)
            line(run, 1, call, format(e->mem, "%d", l->up ? t : T - 1 - t));
    for (int i = 0; i < l->n; i++)
        emit_sums(e, l->kernel[i], run, 1);
}

/* What `piece` holds so far becomes function `number` of those that PREFIX_NAME calls one after the other. */
static void part_of(Emit *e, const char *name, int number, Text *piece, Text *calls)
{
    const char *me = shared(e) ? ", me" : "", *named = format(e->mem, "%s_%s_%d", e->prefix, name, number);
    line(&e->body, 0, "RT_NOINLINE void %s(const real *param, real *grad, real *work%s)", named, shared(e) ? ", int me" : "");
    line(&e->body, 0, "{");
    line(&e->body, 1, "(void)param, (void)grad, (void)work%s;", shared(e) ? ", (void)me" : "");
    put_text(&e->body, piece->s ? piece->s : "");
    line(&e->body, 0, "}");
    put_text(&e->body, "\n");
    line(calls, 1, "%s(param, %s, work%s);", named, strcmp(name, "run") ? "NULL" : "grad", me);
    text_free(piece);
}

/* the last piece, if there were others */
static void join(Emit *e, const char *name, int pieces, Text *piece, Text *out)
{
    if (pieces)
        part_of(e, name, pieces, piece, out);
    else
        *out = *piece;
}

static void emit_items(Emit *e, Text *out)
{
    const Plan *p = e->p;
    Text piece = { 0 }, *run = &piece;
    int pieces = 0;
    bool meet = false;                                  /* before the next item the threads wait for each other */
    for (int i = 0; i < p->items; i++) {
        const Kernel *k = p->item[i].kernel;
        bool one = shared(e) && k && k->cut == CUT_NONE;
        Text body = { 0 }, about = { 0 };
        e->uses_param = e->uses_grad = e->uses_work = e->uses_me = false;
        if (k) {
            emit_kernel(e, k, &body, 1, NULL);
            sources(e, k, &about);
        }
        if (k && !body.n) {
            text_free(&body);
            text_free(&about);
            continue;
        }
        if (lines_of(run) > LONG)
            part_of(e, "run", pieces++, run, out);
        if (shared(e) && i > 0 && (meet || !one))
            line(run, 1, "rt_barrier();");
        if (!k)
            emit_loop(e, p->item[i].loop, i, run);
        else
            line(run, 1, "%s%s", one ? "if (me == 0) " : "", function(e, format(e->mem, "%s_part_%d", e->prefix, i), about.s, &body, false));
        meet = !one;
        text_free(&about);
    }
    join(e, "run", pieces, run, out);
}

static void emit_prepare(Emit *e, Text *calls)
{
    const Plan *p = e->p;
    Text piece = { 0 }, *out = &piece;
    int pieces = 0;
    emit_packs(e, NULL, out, 1);
    for (int i = 0; i < p->prepares; i++) {
        bool one = shared(e) && p->prepare[i]->cut == CUT_NONE;
        if (lines_of(out) > LONG)
            part_of(e, "prepare", pieces++, out, calls);
        if (shared(e))
            line(out, 1, "rt_barrier();");
        if (one)
            line(out, 1, "if (me == 0) {");
        emit_kernel(e, p->prepare[i], out, one ? 2 : 1, NULL);
        if (one)
            line(out, 1, "}");
        if (shared(e))
            line(out, 1, "rt_barrier();");
        emit_packs(e, p->prepare[i], out, 1);
    }
    join(e, "prepare", pieces, out, calls);
}

/* static void PREFIX_NAME(...): what the runtime calls; with threads it has them all call PREFIX_NAME_share */
static void emit_entry(Emit *e, const char *name, bool grad, const Text *body, Text *out)
{
    const char *entry = format(e->mem, grad ? "static void %s_%s(const real *param, real *grad, void *workspace)"
                                            : "static void %s_%s(const real *param, void *workspace)", e->prefix, name);
    if (shared(e))
        line(out, 0, "static void %s_%s_share(const real *param, real *grad, real *work, int me)", e->prefix, name);
    else
        line(out, 0, "%s", entry);
    line(out, 0, "{");
    if (!shared(e))
        line(out, 1, "real *work = (real *)workspace;");
    line(out, 1, "(void)param, %s(void)work%s;", grad || shared(e) ? "(void)grad, " : "", shared(e) ? ", (void)me" : "");
    put_text(out, body->s ? body->s : "");
    line(out, 0, "}");
    if (!shared(e))
        return;
    put_text(out, "\n");
    line(out, 0, "%s", entry);
    line(out, 0, "{");
    line(out, 1, "rt_together(%s_%s_share, param, %s, (real *)workspace);", e->prefix, name, grad ? "grad" : "NULL");
    line(out, 0, "}");
}

void emit_program(Emit *e, Text *out)
{
    const Plan *p = e->p;
    Text prepare = { 0 }, run = { 0 };
    name_arrays(e);
    if (!e->predictor)
        emit_prepare(e, &prepare);
    emit_items(e, &run);
    Text *places = e->predictor ? &e->places : out;
    line(places, 0, "enum {  /* where %s's arrays begin, in reals: parameters in param, the others in work */", e->prefix);
    put_text(places, e->arrays.s ? e->arrays.s : "");
    line(places, 1, "%s_work = %ld", e->prefix, p->work);
    line(places, 0, "};");
    put_text(places, "\n");
    emit_first(e, out);
    put_text(out, e->products.s ? e->products.s : "");
    put_text(out, e->body.s ? e->body.s : "");
    if (!e->predictor) {
        emit_entry(e, "prepare", false, &prepare, out);
        put_text(out, "\n");
    }
    emit_entry(e, "run", true, &run, out);
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
