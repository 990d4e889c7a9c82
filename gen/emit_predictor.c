/* emit_predictor.c -- a standalone predictor as text: header, code, weights. A network that can step becomes a state struct
 * with NAME_reset, NAME_step and NAME_run; one that looks ahead becomes NAME_run over its whole axis. The layout is that
 * of templates/predictor.h, predictor.c and weights.c; here are the values.
 */
#include "emit.h"
#include "lua_text.h"
#include "pack.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

typedef struct { Text args, params, example, census, sizes; } Interface;

static bool steps(const Plan *p) { return p->purpose == FOR_STEP; }

static const char *upper(Arena *mem, const char *s)
{
    char *r = copy_text(mem, identifier(mem, s));
    for (char *c = r; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return r;
}

static const Leaf *described(const Model *m, const char *name, Role role)
{
    for (int i = 0; i < m->leaves; i++)
        if (m->leaf[i]->role == role && !strcmp(m->leaf[i]->name, name))
            return m->leaf[i];
    return NULL;
}

static const char *dims(Arena *mem, Type t)
{
    Text d = { 0 };
    if (t.axis)
        put(&d, "[%d]", t.axis->steps);
    for (int i = 0; i < t.shape.rank; i++)
        put(&d, "[%d]", t.shape.dim[i]);
    const char *r = copy_text(mem, d.s ? d.s : "");
    text_free(&d);
    return r;
}

static long size_of(Type t) { return shape_size(t.shape) * (t.axis ? t.axis->steps : 1); }

/* ---- the arguments, in the order of the description: inputs, then outputs ---- */

static void add_argument(Interface *f, Emit *e, const char *name, const char *type, bool constant, const char *about)
{
    put(&f->args, "{ name="), quote(&f->args, name), put(&f->args, ", about="), quote(&f->args, about), put(&f->args, " },\n");
    put(&f->params, "%s%s%s *%s", f->params.n ? ", " : "", constant ? "const " : "", type, name);
    put(&f->example, "%s%s", f->example.n ? ", " : "", name);
    (void)e;
}

static void macro(Text *d, const char *name, long value, const char *about)
{
    put(d, "{ name="), quote(d, name), put(d, ", value=\"%ld\", about=", value), quote(d, about), put(d, " },\n");
}

/* NAME_ARGUMENT_SIZE, or _CLASSES: two arguments that differ in case only get one with a number. */
static void size_macro(Interface *f, Emit *e, const char *arg, const char *what, long value, const char *about)
{
    const char *prefix = upper(e->mem, e->p->g->model->name), *name = format(e->mem, "%s_%s_%s", prefix, upper(e->mem, arg), what);
    for (int i = 2; f->sizes.s && strstr(f->sizes.s, format(e->mem, "\"%s\"", name)); i++)
        name = format(e->mem, "%s_%s_%s_%d", prefix, upper(e->mem, arg), what, i);
    macro(&f->sizes, name, value, about);
}

static const char *length_argument(Arena *mem, const Axis *a) { return format(mem, "length_%s", identifier(mem, a->name)); }

static void interface(Interface *f, Emit *e, const char *real)
{
    const Plan *p = e->p;
    Arena *mem = e->mem;
    for (int i = 0; i < p->g->model->leaves; i++) {     /* in order of the description */
        Leaf *l = p->g->model->leaf[i];
        for (int j = 0; j < p->order.n; j++) {
            Node *n = p->order.node[j];
            if (n->op != Oinput || n->attr.leaf->role == STATE || n->attr.leaf != l)
                continue;
            const char *about = l->classes ? format(mem, "in: class id%s, 0 .. %d", dims(mem, n->type), l->classes - 1)
                                           : format(mem, "in: %s%s", size_of(n->type) == 1 ? "one number" : real, dims(mem, n->type));
            const char *arg = argument(e, l->name, false);
            add_argument(f, e, arg, l->classes ? "int32_t" : real, true, about);
            if (l->classes)
                size_macro(f, e, arg, "CLASSES", l->classes, format(mem, "%s: ids run from 0 to one less", arg));
            else
                size_macro(f, e, arg, "SIZE", size_of(n->type), format(mem, "%s: its numbers%s", arg, steps(p) ? ", a step" : ""));
            quote(&f->census, format(mem, "%-14s %s", l->name, about)), put(&f->census, ", ");
        }
    }
    int k = 0;
    for (const Axis *a = p->g->model->axes; a; a = a->next, k++)
        if (!steps(p) && p->length_at[k] >= 0) {
            const char *about = format(mem, "in: how many steps of %s exist, 0 .. %d; inputs beyond them do not matter", a->name, a->steps);
            add_argument(f, e, length_argument(mem, a), "int32_t", true, about);
            quote(&f->census, format(mem, "%-14s %s", length_argument(mem, a), about)), put(&f->census, ", ");
        }
    for (int i = 0; i < p->g->roots; i++) {
        const Root *r = &p->g->root[i];
        if (r->kind != R_OUTPUT)
            continue;
        const char *about = format(mem, "out: %s%s", size_of(r->node->type) == 1 ? "one number" : real, dims(mem, r->node->type));
        const char *arg = argument(e, r->name, true);
        add_argument(f, e, arg, real, false, about);
        size_macro(f, e, arg, "SIZE", size_of(r->node->type), format(mem, "%s: its numbers%s", arg, steps(p) ? ", a step" : ""));
        quote(&f->census, format(mem, "%-14s %s", r->name, about)), put(&f->census, ", ");
    }
}

/* ---- constants ---- */

static void values(Text *d, const double *x, long n, bool twice, const char *what)
{
    Text t = { 0 };
    for (long i = 0; i < n; i++) {
        if (!(fabs(x[i]) <= 1e300) || (!twice && !(fabs(x[i]) <= 3.4028235e38)))
            err((Loc){ 0 }, "%s: element %ld is %g, expected a finite number", what, i, x[i]);
        char s[40];
        snprintf(s, sizeof s, twice ? "%.17g" : "%.9g", twice ? x[i] : (double)(float)x[i]);
        put_text(&t, i % 8 == 0 ? "    " : " ");
        put_text(&t, s);
        if (!strpbrk(s, ".e"))
            put_text(&t, ".0");
        put_text(&t, twice ? "," : "f,");
        if (i % 8 == 7 || i == n - 1)
            put_text(&t, "\n");
    }
    quote(d, t.s ? t.s : "");
    text_free(&t);
}

static bool mentions(const char *code, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = code; (at = strstr(at, name)); at += n)
        if (!isalnum((unsigned char)at[n]) && at[n] != '_' && (at == code || (!isalnum((unsigned char)at[-1]) && at[-1] != '_')))
            return true;
    return false;
}

static void array(Text *d, const char *name, const double *x, long n, const char *about, bool twice)
{
    put(d, "{ name="), quote(d, name), put(d, ", size=\"%ld\", about=", n), quote(d, about), put(d, ", values=");
    values(d, x, n, twice, name);
    put(d, " },\n");
}

/* Every constant that the code mentions: parameters as they are, packed ones, values computed from them. */
static long arrays(Text *d, Emit *e, const char *code, const Weights *w)
{
    const Plan *p = e->p;
    bool twice = p->o->double_precision;
    long total = 0;
    Env env = { .model = p->g->model, .batch = 1, .leaf = w->leaf };
    Eval *oracle = eval_new(p->g, &env);
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        const char *name = n->op == Oparam ? param_array(e, n->attr.leaf)
                                           : format(e->mem, "%s_constant_%d", e->prefix, n->id);
        if (!is_fixed(p, n) || p->how[n->id] == BY_VIEW || !mentions(code, name))
            continue;
        size_t size;
        const double *x = eval(oracle, n, &size);
        array(d, name, x, (long)size, format(e->mem, "%s%s", n->op == Oparam ? n->attr.leaf->name : comment_of(e, n), dims(e->mem, n->type)), twice);
        total += (long)size;
    }
    for (int i = 0; i < p->packs; i++) {
        const Pack *q = p->pack[i];
        const char *name = format(e->mem, "%s_packed_%d", e->prefix, i), *of = q->view.base->op == Oparam ? q->view.base->attr.leaf->name : "constant";
        if (!mentions(code, name))
            continue;
        size_t size;
        const double *x = eval(oracle, q->view.base, &size);
        double *to = alloc(e->mem, (size_t)q->size * sizeof *to);
        pack_values(q, x + q->view.offset, to);
        array(d, name, to, q->size, format(e->mem, "%s: %d columns, inner dimension %d, %s", of, q->n, q->k,
                                           q->kind == PACK_ROWS ? "rows" : "in panels"), twice);
        total += q->size;
    }
    eval_free(oracle);
    return total;
}

/* ---- the state ---- */

static long fields(Text *d, Emit *e)
{
    long bytes = 0;
    for (int i = 0; i < e->p->order.n; i++) {
        Node *n = e->p->order.node[i];
        if (n->op != Oinput || n->attr.leaf->role != STATE)
            continue;
        const Leaf *l = n->attr.leaf;
        put(d, "{ name="), quote(d, state_field(e, l->name));
        put(d, ", size=\"%ld\", about=", shape_size(l->type.shape));
        quote(d, format(e->mem, "%s%s%s", l->name, dims(e->mem, l->type), l->type.shape.rank > 1 ? ", oldest row first" : ""));
        put(d, " },\n");
        bytes += shape_size(l->type.shape) * (e->p->o->double_precision ? 8 : 4);
    }
    return bytes;
}

static void reset(Emit *e, Text *out, const Weights *w, const char *name)
{
    const Plan *p = e->p;
    Env env = { .model = p->g->model, .batch = 1, .leaf = w->leaf };
    Eval *oracle = eval_new(p->g, &env);
    Text body = { 0 };
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        Leaf *l = n->op == Oinput ? n->attr.leaf : NULL;
        if (!l || l->role != STATE || !l->start)
            continue;
        size_t size;
        const double *x = eval(oracle, l->start, &size);
        const char *field = state_field(e, l->name);
        line(&body, 1, "{");
        put(&body, "        static const real start[%zu] = {", size);
        for (size_t j = 0; j < size; j++)
            put(&body, "%s(real)%.17g", j ? ", " : " ", x[j]);
        put(&body, " };\n");
        line(&body, 2, "memcpy(s->%s, start, sizeof start);", field);
        line(&body, 1, "}");
    }
    line(out, 0, "void %s_reset(%s_state *s)", name, name);
    line(out, 0, "{");
    line(out, 1, "memset(s, 0, sizeof *s);");
    put_text(out, body.s ? body.s : "");
    line(out, 0, "}");
    put_text(out, "\n");
    text_free(&body);
    eval_free(oracle);
}

/* ---- the code ---- */

static void step_code(Emit *e, Text *out, const char *params, const char *name)
{
    const Plan *p = e->p;
    Text body = { 0 };
    name_arrays(e);
    emit_step_body(e, &body);
    put_text(out, e->products.s ? e->products.s : "");
    line(out, 0, "void %s_step(%s_state *s, %s)", name, name, params);
    line(out, 0, "{");
    if (p->work) {
        if (e->arrays.n) {
            line(out, 1, "enum {  /* places in work */");
            for (char *c = e->arrays.s, *end; *c; c = end + 1) {
                end = strchr(c, '\n');
                line(out, 1, "%.*s", (int)(end - c), c);
            }
            line(out, 2, "work_size = %ld", p->work);
            line(out, 1, "};");
            line(out, 1, "RT_ALIGNED real work[work_size];");
        } else
            line(out, 1, "RT_ALIGNED real work[%ld];", p->work);
    }
    line(out, 1, "(void)s;");
    bool states = false;
    for (int i = 0; i < p->g->roots; i++)
        states = states || p->g->root[i].kind == R_FINAL;
    if (states)                                         /* one state may still be read after the next value of another is known */
        line(out, 1, "%s_state next_state;", name);
    put_text(out, body.s ? body.s : "");
    if (states)
        line(out, 1, "*s = next_state;");
    line(out, 0, "}");
    put_text(out, "\n");
    line(out, 0, "void %s_run(%s_state *s, size_t steps, %s)", name, name, params);
    line(out, 0, "{");
    line(out, 1, "size_t i;");
    put(out, "    for (i = 0; i < steps; i++)\n        %s_step(s", name);
    for (int i = 0; i < p->g->model->leaves; i++)
        for (int j = 0; j < p->order.n; j++) {
            Node *n = p->order.node[j];
            if (n->op != Oinput || n->attr.leaf->role == STATE || n->attr.leaf != p->g->model->leaf[i])
                continue;
            const Leaf *l = described(p->g->model, n->attr.leaf->name, n->attr.leaf->role);
            put(out, ", %s", argument(e, n->attr.leaf->name, false));
            if (l && l->type.axis)
                put(out, " + i * %ld", shape_size(n->type.shape));
        }
    for (int i = 0; i < p->g->roots; i++)
        if (p->g->root[i].kind == R_OUTPUT)
            put(out, ", %s + i * %ld", argument(e, p->g->root[i].name, true), shape_size(p->g->root[i].node->type.shape));
    put(out, ");\n}\n");
    text_free(&body), text_free(&e->arrays), text_free(&e->products);
}

static void run_code(Emit *e, Text *out, const char *params, const char *name)
{
    const Plan *p = e->p;
    emit_program(e, out);
    put_text(out, "\n");
    line(out, 0, "void %s_run(%s, void *workspace)", name, params);
    line(out, 0, "{");
    line(out, 1, "real *work = (real *)workspace;");
    e->arguments = true;
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        if (n->op != Oinput || n->attr.leaf->role == STATE)
            continue;
        line(out, 1, "memcpy(work + %ld, %s, %ld * sizeof *%s);", p->port[n->attr.leaf->index], argument(e, n->attr.leaf->name, false),
             size_of(n->type), argument(e, n->attr.leaf->name, false));
    }
    int k = 0;
    for (const Axis *a = p->g->model->axes; a; a = a->next, k++) {
        if (p->length_at[k] < 0)
            continue;
        const char *length = length_argument(e->mem, a), *n_steps = format(e->mem, "steps_%s", identifier(e->mem, a->name));
        line(out, 1, "const int32_t %s = %s[0] < 0 ? 0 : %s[0] > %d ? %d : %s[0];", n_steps, length, length, a->steps, a->steps, length);
        line(out, 1, "memcpy(work + %ld, &%s, sizeof %s);", p->length_at[k], n_steps, n_steps);
        for (int i = 0; i < p->order.n; i++) {          /* what lies past the length is zero inside */
            Node *n = p->order.node[i];
            if (n->op == Oinput && n->type.axis == a)
                line(out, 1, "memset(work + %ld + %s * %ld, 0, (size_t)(%d - %s) * %ld * sizeof(real));", p->port[n->attr.leaf->index], n_steps,
                     shape_size(n->type.shape), a->steps, n_steps, shape_size(n->type.shape));
        }
    }
    line(out, 1, "%s_whole_run(NULL, NULL, work);", name);
    for (int i = 0; i < p->g->roots; i++)
        if (p->g->root[i].kind == R_OUTPUT)
            line(out, 1, "memcpy(%s, work + %ld, %ld * sizeof(real));", argument(e, p->g->root[i].name, true), p->root_at[i],
                 size_of(p->g->root[i].node->type));
    line(out, 0, "}");
}

/* The command that writes these files again: no folder in it, so that the same description gives the same bytes. */
static const char *command(const Model *m, const char *file, const Options *o)
{
    Arena *mem = m->mem;
    const char *c = file;
    for (int i = 0; i < m->defines; i++) {
        char *value = copy_text(mem, m->define[i].value);
        for (char *s = value; (s = strstr(s, "*/")); s++)
            s[1] = '?';                                 /* it stands in a comment */
        const bool plain = !value[strspn(value, "+,-.:=@_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")];
        c = format(mem, plain ? "%s -D %s=%s" : "%s -D '%s=%s'", c, m->define[i].name, value);
    }
    if (o->name)
        c = format(mem, "%s --name %s", c, o->name);
    if (o->weights) {
        const char *slash = strrchr(o->weights, '/');
        c = format(mem, "%s --weights %s", c, slash ? slash + 1 : o->weights);
    } else if (o->seed != 1)
        c = format(mem, "%s --seed %d", c, o->seed);
    return o->double_precision ? format(mem, "%s --precision f64", c) : c;
}

static void scales(Text *d, const Model *m, const Weights *w, bool twice)
{
    Arena *mem = m->mem;
    put(d, "scales={\n");
    for (int i = 0; i < w->scales; i++) {
        const char *port = w->scale[i].port, *id = identifier(mem, port);
        bool target = w->scale[i].target;
        if (target && i && !strcmp(id, identifier(mem, w->scale[0].port)))
            id = format(mem, "target_%s", id);
        put(d, "{ name="), quote(d, id), put(d, ", size=%d, about=", w->scale[i].n);
        quote(d, target ? format(mem, "%s, which the network was trained to answer: an answer y stands for y * std + mean.", port)
                        : format(mem, "%s: give the network (x - mean) / std.", port));
        for (int which = 0; which < 2; which++) {
            const double *x = which ? w->scale[i].std : w->scale[i].mean;
            Text t = { 0 };
            for (int j = 0; j < w->scale[i].n; j++) {
                char s[40];
                snprintf(s, sizeof s, twice ? "%.17g" : "%.9g", x[j]);
                put(&t, "%s%s%s%s", j ? ", " : "", s, strpbrk(s, ".e") ? "" : ".0", twice ? "" : "f");
            }
            put(d, which ? ", std=" : ", mean="), quote(d, t.s);
            text_free(&t);
        }
        put(d, " },\n");
    }
    put(d, "},\n");
}

void emit_predictor(Model *m, Plan *p, const Weights *w, const Options *o, Text *header, Text *code_out, Text *weights)
{
    Arena *mem = p->mem;
    const char *name = identifier(mem, m->name), *real = o->double_precision ? "double" : "float";
    Emit e = { .p = p, .prefix = steps(p) ? name : format(mem, "%s_whole", name), .predictor = true, .arguments = steps(p), .mem = mem };
    Interface f = { 0 };
    Text d = { 0 }, code = { 0 }, all = { 0 }, paste = { 0 }, field = { 0 }, define = { 0 };
    bool was = e.arguments;
    e.arguments = true;
    interface(&f, &e, real);
    e.arguments = was;
    long state = fields(&field, &e);
    if (steps(p)) {
        reset(&e, &code, w, name);
        step_code(&e, &code, f.params.s, name);
    } else {
        run_code(&e, &code, f.params.s, name);
        put(&f.params, ", void *workspace");
        put(&f.example, ", workspace");
        put(&f.args, "{ name=\"workspace\", about=\"%s_WORK_BYTES bytes, aligned to 64\" },\n", upper(mem, name));
    }
    if (o->double_precision)
        put(&paste, "#define RT_DOUBLE\n");
    paste_runtime(mem, code.s, &paste);
    long bytes = o->double_precision ? 8 : 4;
    long constants = arrays(&all, &e, code.s, w);
    const char *up = upper(mem, name);
    put_text(&define, f.sizes.s);
    if (!steps(p))
        macro(&define, format(mem, "%s_STEPS", up), m->axes ? m->axes->steps : 1, "of the sequence");
    macro(&define, format(mem, "%s_PARAMETERS", up), (long)m->reals, "trained numbers");
    macro(&define, format(mem, "%s_WEIGHT_BYTES", up), constants * bytes, "of constants, packed");
    macro(&define, format(mem, "%s_STATE_BYTES", up), state, steps(p) ? "of the state" : "the network keeps none between runs");
    macro(&define, format(mem, "%s_WORK_BYTES", up), p->work * bytes, steps(p) ? "of the stack that a step works on" : "of the workspace");
    macro(&define, format(mem, "%s_MULTIPLY_ADDS", up), (long)(flops_of(p) / 2), steps(p) ? "a step, in products" : "a run, in products");
    put(&d, "return { name="), quote(&d, name), put(&d, ", version=\"%s\", source=", RNNC_VERSION);
    const char *slash = strrchr(m->file, '/');
    const char *file = slash ? slash + 1 : m->file;
    quote(&d, file);
    put(&d, ", command="), quote(&d, command(m, file, o));
    put(&d, ", guard=\"%s_H\", real=\"%s\", steps=%s, T=%d,\n", up, real, steps(p) ? "true" : "false", m->axes ? m->axes->steps : 1);
    put(&d, "census={ %s", f.census.s ? f.census.s : "");
    quote(&d, format(mem, "%zu parameters; %ld bytes of weights, %ld of state, %ld of work; %ld multiply-adds a %s", m->reals,
                     constants * bytes, state, p->work * bytes, (long)(flops_of(p) / 2), steps(p) ? "step" : "run"));
    put(&d, " },\nargs={\n%s},\nparams=", f.args.s), quote(&d, f.params.s), put(&d, ", example="), quote(&d, f.example.s);
    put(&d, ",\nfields={\n%s},\ndefines={\n%s},\n", field.s ? field.s : "", define.s);
    put(&d, "runtime="), quote(&d, paste.s), put(&d, ",\ncode="), quote(&d, code.s);
    put(&d, ",\narrays={\n"), put_text(&d, all.s ? all.s : ""), put(&d, "},\nabout="), quote(&d, w->from), put(&d, ",\n");
    scales(&d, m, w, o->double_precision);
    if (w->vocabulary) {
        put(&d, "vocabulary=%d, unknown=%d, vocabulary_values=\"", w->symbols, w->unknown);
        for (int i = 0; i < w->symbols; i++)
            put(&d, "%s%d,%s", i % 12 ? " " : "    ", w->vocabulary[i], i % 12 == 11 || i == w->symbols - 1 ? "\\n" : "");
        put(&d, "\",\n");
    }
    put(&d, "}");
    render(mem, "predictor.h", d.s, header);
    render(mem, "predictor.c", d.s, code_out);
    render(mem, "weights.c", d.s, weights);
    text_free(&d), text_free(&code), text_free(&all), text_free(&paste), text_free(&field), text_free(&define);
    text_free(&f.args), text_free(&f.params), text_free(&f.example), text_free(&f.census), text_free(&f.sizes);
}
