/* emit_predictor.c -- a standalone predictor as text: header, code, weights. A network that can step becomes a state struct
 * with NAME_reset, NAME_step and NAME_run; one that looks ahead becomes NAME_run over its whole axis. The layout is that
 * of templates/predictor.h, predictor.c and weights.c; here are the values.
 */
#include "emit_predictor.h"
#include "lua_text.h"
#include "pack.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

static bool steps(const Plan *p) { return p->purpose == FOR_STEP; }

/* ---- constants ---- */

static void check_finite(const double *x, long n, bool twice, const char *what)
{
    for (long i = 0; i < n; i++)
        if (!(fabs(x[i]) <= 1e300) || (!twice && !(fabs(x[i]) <= 3.4028235e38)))
            err((Loc){ 0 }, "%s: element %ld is %g, expected a finite number", what, i, x[i]);
}

static void values(Text *d, const double *x, long n, bool twice, const char *what)
{
    Text t = { 0 };
    check_finite(x, n, twice, what);
    for (long i = 0; i < n; i++) {
        put_text(&t, i % 8 == 0 ? "    " : " ");
        put_decimal(&t, x[i], twice);
        put_text(&t, twice ? "," : "f,");
        if (i % 8 == 7 || i == n - 1)
            put_text(&t, "\n");
    }
    quote(d, t.s ? t.s : "");
    text_free(&t);
}

bool mentions(const char *code, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = code; (at = strstr(at, name)); at += n)
        if (!isalnum((unsigned char)at[n]) && at[n] != '_' && (at == code || (!isalnum((unsigned char)at[-1]) && at[-1] != '_')))
            return true;
    return false;
}

void array(Text *d, const char *name, const double *x, long n, const char *about, bool twice, Image *image)
{
    put(d, "{ name="), quote(d, name), put(d, ", size=\"%ld\", about=", n), quote(d, about);
    if (image) {
        put(d, ", at=\"%ld\"", image->n);
        check_finite(x, n, twice, name);
        image_add(image, name, x, n, twice);
    } else {
        put(d, ", values=");
        values(d, x, n, twice, name);
    }
    put(d, " },\n");
}

/* Every constant that the code mentions: parameters as they are, packed ones, values computed from them. */
static long arrays(Text *d, Emit *e, const char *code, const Weights *w, Image *image)    /* d: NULL to count them */
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
        size_t size = (size_t)shape_size(n->type.shape);
        total += (long)size;
        if (!d)
            continue;
        const double *x = eval(oracle, n, &size);
        array(d, name, x, (long)size, format(e->mem, "%s%s", n->op == Oparam ? n->attr.leaf->name : comment_of(e, n), dims(e->mem, n->type)), twice, image);
    }
    for (int i = 0; i < p->packs; i++) {
        const Pack *q = p->pack[i];
        const char *name = format(e->mem, "%s_packed_%d", e->prefix, i), *of = q->view.base->op == Oparam ? q->view.base->attr.leaf->name : "constant";
        if (!mentions(code, name))
            continue;
        total += q->size;
        if (!d)
            continue;
        size_t size;
        const double *x = eval(oracle, q->view.base, &size);
        double *to = alloc(e->mem, (size_t)q->size * sizeof *to);
        pack_values(q, x + q->view.offset, to);
        array(d, name, to, q->size, format(e->mem, "%s: %d columns, inner dimension %d, %s", of, q->n, q->k,
                                           q->kind == PACK_ROWS ? "rows" : "in panels"), twice, image);
    }
    eval_free(oracle);
    return total;
}

/* ---- the code ---- */

static void step_code(Emit *e, Text *out, const char *params, const char *name)
{
    const Plan *p = e->p;
    Text body = { 0 };
    name_arrays(e);
    emit_step_body(e, &body);
    put_text(out, e->products.s ? e->products.s : "");
    line(out, 0, "RT_WHOLE void %s_step(%s_state *s, %s)", name, name, params);
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
        } else if (mentions(body.s ? body.s : "", "work"))
            line(out, 1, "RT_ALIGNED real work[%ld];", p->work);
    }
    line(out, 1, "(void)s;");
    int handed_on = 0;
    for (int i = 0; i < p->g->roots; i++)               /* one state may still be read after the next value of another is known */
        if (p->g->root[i].kind == R_FINAL) {
            if (!handed_on++)
                line(out, 1, "struct {");
            line(out, 2, "%sreal %s[%ld];", p->o->freestanding ? "" : "RT_ALIGNED ", state_field(e, p->g->root[i].name),
                 next_row(p, &p->g->root[i]));
        }
    if (handed_on)
        line(out, 1, "} next_state;");
    put_text(out, body.s ? body.s : "");
    if (p->turns)
        line(out, 1, "s->rt_turn = !s->rt_turn;");
    for (int i = 0; i < p->g->roots; i++)
        if (p->g->root[i].kind == R_FINAL)
            line(out, 1, "memcpy(%s, next_state.%s, %ld * sizeof(real));", state_row(e, p->g->root[i].leaf),
                 state_field(e, p->g->root[i].name), numbers_of(p->g->root[i].node->type));
    for (int k = longest_ring(p); k > 1; k--)
        if (has_ring(p, k))
            line(out, 1, "s->ring_%d = s->ring_%d < %d ? s->ring_%d + 1 : 0;", k, k, k - 1, k);
    line(out, 0, "}");
    put_text(out, "\n");
    text_free(&body), text_free(&e->arrays), text_free(&e->products);
}

/* The command that writes these files again: no folder in it, so that the same description gives the same bytes. */
static const char *command(const Model *m, const char *file, const Options *o)
{
    Arena *mem = m->mem;
    const char *c = file;
    for (int i = 0; i < m->defines; i++) {
        const char *value = in_comment(mem, m->define[i].value);
        const bool plain = !value[strspn(value, "+,-.:=@_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")];
        c = format(mem, plain ? "%s -D %s=%s" : "%s -D '%s=%s'", c, m->define[i].name, value);
    }
    if (o->name)
        c = format(mem, "%s --name %s", c, o->name);
    if (o->weights) {
        const char *slash = strrchr(o->weights, '/');
        c = format(mem, "%s --weights %s", c, in_comment(mem, slash ? slash + 1 : o->weights));
    } else if (o->seed != 1)
        c = format(mem, "%s --seed %d", c, o->seed);
    if (o->freestanding)
        c = format(mem, "%s --freestanding", c);
    if (o->run)
        c = format(mem, "%s --run %s", c, o->run);
    if (o->no_dispatch)
        c = format(mem, "%s --no-dispatch", c);
    if (o->image)
        c = format(mem, "%s --image", c);
    c = format(mem, "%s%s", c, tune_text(mem, o));
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
                put_text(&t, j ? ", " : "");
                put_decimal(&t, x[j], twice);
                put_text(&t, twice ? "" : "f");
            }
            put(d, which ? ", std=" : ", mean="), quote(d, t.s);
            text_free(&t);
        }
        put(d, " },\n");
    }
    put(d, "},\n");
}

static long work_bytes(const Plan *p) { return p->work * (p->o->double_precision ? 8 : 4); }

/* NAME_begin: what comes before the first step, if anything of it is given. */
static void begin_code(Text *d, Emit *e, Interface *f, Emit *step, Text *code, const char *name)
{
    bool workspace = has_steps(e->p);
    const char *up = upper(e->mem, name);
    if (workspace) {
        put(&f->params, ", void *workspace"), put(&f->example, ", workspace");
        put(&f->args, "{ name=\"workspace\", about=\"%s_BEGIN_BYTES bytes, aligned to 64\" },\n", up);
        macro(f->sizes, format(e->mem, "%s_BEGIN_BYTES", up), work_bytes(e->p), format(e->mem, "of the workspace of %s_begin", name));
    }
    once_code(e, code, format(e->mem, "RT_WHOLE void %s_begin(%s_state *s, %s)", name, name, f->params.s), step, workspace);
    put_text(code, "\n");
    put(d, "begin={ params="), quote(d, f->params.s), put(d, ", example="), quote(d, f->example.s);
    put(d, ", args={\n%s} },\n", f->args.s);
}

static bool is_given(const Plan *p)
{
    for (int i = 0; p && i < p->order.n; i++)
        if (p->order.node[i]->op == Oinput && p->order.node[i]->attr.leaf->role == INPUT)
            return true;
    return false;
}

/* What the code names, and what it calls through RT_LIBM where there is no libm. */
static const char *used(Arena *mem, const char *code, const Options *o)
{
    static const char *const of_double[] = { "sqrt", "exp", "log", "tanh" };
    if (!o->freestanding)
        return code;
    for (int i = 0; i < (o->double_precision ? 4 : 1); i++)
        if (strstr(code, format(mem, "_%s(", of_double[i])) || (i == 1 && strstr(code, "_sigmoid(")))
            code = format(mem, "%s\nrt_own_%s%s", code, of_double[i], o->double_precision ? "" : "f");
    return code;
}

void emit_predictor(Model *m, const Graph *read, Plan *p, Plan *block, Plan *before, const Weights *w, const Options *o, Costs *costs, Text *header, Text *code_out,
                    Text *weights)
{
    Arena *mem = p->mem;
    const char *name = identifier(mem, m->name), *real = o->double_precision ? "double" : "float";
    Emit e = { .p = p, .prefix = steps(p) ? name : format(mem, "%s_whole", name), .predictor = true, .arguments = true, .mem = mem };
    Emit b = { .p = before, .prefix = format(mem, "%s_begin", name), .predictor = true, .arguments = true, .mem = mem };
    Text d = { 0 }, code = { 0 }, all = { 0 }, paste[PASTE_PARTS] = { 0 }, field = { 0 }, define = { 0 }, sizes = { 0 }, begin = { 0 }, extra = { 0 };
    Text rest = { 0 }, places = { 0 }, entries = { 0 };   /* rest: what calls the code, and needs no vectors */
    const bool dispatch = !o->no_dispatch && !o->freestanding;
    Interface f = { .sizes = &sizes }, fb = { .sizes = &sizes };
    if (is_given(before)) {
        interface(&fb, &b, real);
        b.arguments = false;
        begin_code(&begin, &b, &fb, &e, &code, name);
        dispatched(&entries, mem, format(mem, "%s_begin", name), format(mem, "%s_state *s, %s", name, fb.params.s));
        put_text(&places, b.places.s ? b.places.s : "");
    }
    interface(&f, &e, real);
    e.arguments = steps(p);
    if (m->rest.file && (begin.n || !steps(p)))
        err(m->rest, "nn.model: reset = \"rest\": expected a network that steps from one state; %s",
            steps(p) ? "what is given before the first step starts this one (NAME_begin)" : o->whole ? "with --whole it keeps none" : "this one takes whole sequences");
    long state = state_fields(&field, &e, real);
    if (steps(p)) {
        if (!begin.n)
            reset_code(&e, &rest, name);
        step_code(&e, &code, f.params.s, name);
        run_code(&e, block, &code, f.params.s, name);
        dispatched(&entries, mem, format(mem, "%s_step", name), format(mem, "%s_state *s, %s", name, f.params.s));
        dispatched(&entries, mem, format(mem, "%s_run", name), format(mem, "%s_state *s, size_t steps, %s", name, f.params.s));
        int output = -1;
        const Leaf *into = generates(read, p, &output);
        costs->code = code_of(format(mem, "%s%s%s", places.s ? places.s : "", code.s, rest.s ? rest.s : ""));   /* what follows is linked by those who call it */
        costs->classes = into ? into->classes : 0;
        if (into)
            generate_code(&e, into, output, symbols_of(m, w, into), name, &extra, &rest);
    } else {
        put(&f.params, ", void *workspace");
        put(&f.example, ", workspace");
        put(&f.args, "{ name=\"workspace\", about=\"%s_WORK_BYTES bytes, aligned to 64\" },\n", upper(mem, name));
        once_code(&e, &code, format(mem, "RT_WHOLE void %s_run(%s)", name, f.params.s), NULL, true);
        put_text(&places, e.places.s ? e.places.s : "");
        dispatched(&entries, mem, format(mem, "%s_run", name), f.params.s);
        costs->code = code_of(format(mem, "%s%s", places.s ? places.s : "", code.s));
    }
    const char *whole = format(mem, "%s%s%s", places.s ? places.s : "", code.s, rest.s ? rest.s : "");
    const char *up = upper(mem, name);
    const long bytes = o->double_precision ? 8 : 4;
    costs->weights = bytes * (arrays(NULL, &e, code.s, w, NULL) + (begin.n ? arrays(NULL, &b, code.s, w, NULL) : steps(p) ? start_arrays(NULL, &e, w, NULL) : 0));
    costs->parameters = (long)m->reals, costs->state = state, costs->work = p->work * bytes;
    costs->stack = stack_of(p, whole), costs->block = block ? block->steps : 1, costs->multiply_adds = multiply_adds_of(p);
    costs->narrow = o->freestanding, costs->begin = begin.n && has_steps(before) ? work_bytes(before) : 0;
    if (begin.n && !costs->begin && stack_of_block(before) > costs->stack)
        costs->stack = stack_of_block(before);          /* which works on the stack */
    if (begin.n)
        costs->reach.future = 0;                        /* what is given before the first step comes before, on whatever axis */
    if (block && stack_of_block(block) > costs->stack)
        costs->stack = stack_of_block(block);
    costs->axis_steps = m->axes ? m->axes->steps : 1, costs->model_hash = hash_bytes(0, whole, strlen(whole));
    costs->weights_hash = hash_of_weights(m, w, o->double_precision);
    if (!header)
        goto done;
    Image *image = o->image ? &costs->image : NULL;
    if (image)
        image_begin(image, mem, costs->weights);
    arrays(&all, &e, code.s, w, image);
    if (begin.n)
        arrays(&all, &b, code.s, w, image);
    else if (steps(p))
        start_arrays(&all, &e, w, image);
    if (image) {
        image_end(image, mem, name, costs->model_hash);
        put(&extra, "image_macro=\"%s_IMAGE_BYTES\", image=%ld, hash_at=%ld, head=%ld, head_hash=\"UINT64_C(0x%016" PRIx64 ")\",\n", up, image->size, image->hash_at, image->head,
            image->head_hash);
    }
    if (o->double_precision)
        put(&paste[PASTE_ONCE], "#define RT_DOUBLE\n");
    emit_symbols(m, w, before, p, &extra);
    const char *named = w->symbol_tables ? format(mem, "%s\nrt_encode rt_decode", whole) : whole;   /* the template calls these */
    if (block)                                          /* a block's kernels are cut otherwise than the step's: the same bits all the same */
        put(&paste[PASTE_ONCE], "#define RT_UNCONTRACTED\n");
    if (o->freestanding)
        put(&paste[PASTE_ONCE], "#define RT_FREESTANDING\n");
    paste_runtime(mem, used(mem, named, o), paste);
    put_text(&define, sizes.s);
    if (!steps(p))
        macro(&define, format(mem, "%s_STEPS", up), m->axes ? m->axes->steps : 1, "of the sequence");
    cost_macros(&define, mem, up, costs, steps(p));
    put(&d, "return { freestanding=%s, name=", o->freestanding ? "true" : "false"), quote(&d, name), put(&d, ", version=\"%s\", source=", RNNC_VERSION);
    const char *slash = strrchr(m->file, '/');
    const char *file = slash ? slash + 1 : m->file;
    quote(&d, file);
    put(&d, ", up="), quote(&d, up), put(&d, ", ports={\n%s%s}", fb.ports.s ? fb.ports.s : "", f.ports.s ? f.ports.s : "");
    Text literal = { 0 };
    quote_c(&literal, command(m, file, o));
    put(&d, ", command_literal="), quote(&d, literal.s), text_free(&literal);
    put(&d, ", command="), quote(&d, command(m, file, o));
    if (m->rest.file)
        put(&d, ", rest=true");
    put(&d, ", guard=\"%s_H\", real=\"%s\", steps=%s, T=%d,\n", up, real, steps(p) ? "true" : "false", m->axes ? m->axes->steps : 1);
    put(&d, "census={ %s%s", fb.census.s ? fb.census.s : "", f.census.s ? f.census.s : "");
    quote(&d, format(mem, "%zu parameters; %ld bytes of weights, %ld of state, %ld of work; %ld multiply-adds a %s", m->reals,
                     costs->weights, state, costs->work, costs->multiply_adds, steps(p) ? "step" : "run"));
    put(&d, " },\nargs={\n%s},\nparams=", f.args.s), quote(&d, f.params.s), put(&d, ", example="), quote(&d, f.example.s);
    put(&d, ",\nfields={\n%s},\ndefines={\n%s},\n", field.s ? field.s : "", define.s);
    put_text(&d, begin.s ? begin.s : "");
    put_text(&d, extra.s ? extra.s : "");
    static const char *const part[] = { "base", "runtime", "helpers" };
    for (int i = 0; i < PASTE_PARTS; i++)
        put(&d, "%s=", part[i]), quote(&d, paste[i].s ? paste[i].s : ""), put(&d, ",\n");
    put(&d, "places="), quote(&d, places.s ? places.s : ""), put(&d, ",\nothers="), quote(&d, rest.s ? rest.s : "");
    put(&d, ",\ncode="), quote(&d, code.s), put(&d, ",\n");
    if (dispatch)
        emit_dispatch(mem, paste[PASTE_EACH].s, code.s, &entries, &d);
    put(&d, "arrays={\n"), put_text(&d, all.s ? all.s : ""), put(&d, "},\nabout="), quote(&d, w->from), put(&d, ",\n");
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
done:
    text_free(&d), text_free(&code), text_free(&all), text_free(&rest), text_free(&places), text_free(&entries), text_free(&field), text_free(&define);
    text_free(&sizes), text_free(&begin), text_free(&extra), text_free(&e.places), text_free(&b.places);
    for (int i = 0; i < PASTE_PARTS; i++)
        text_free(&paste[i]);
    for (int i = 0; i < 2; i++) {
        Interface *t = i ? &fb : &f;
        text_free(&t->args), text_free(&t->params), text_free(&t->example), text_free(&t->census), text_free(&t->ports);
    }
}
