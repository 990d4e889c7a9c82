/* emit_trainer.c -- a training program as text: programs for the gradient, the loss and one step, and the tables by which
 * the runtime finds their inputs, outputs and parameters. The layout is templates/train.c's; here are the values.
 */
#include "emit.h"
#include "lua_text.h"

#include <inttypes.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void shape_fields(Text *d, Shape s)
{
    put(d, "rank=%d, dims=\"", s.rank);
    for (int i = 0; i < s.rank || i == 0; i++)
        put(d, "%s%d", i ? ", " : "", i < s.rank ? s.dim[i] : 0);
    put(d, "\", ");
}

static int stream_of(const Model *m, const Leaf *l)     /* its number among the random values */
{
    int n = 0;
    for (int i = 0; i < l->index; i++)
        n += m->leaf[i]->role == RANDOM;
    return n;
}

static void port(Text *d, const Plan *p, const char *name, const char *role, int classes, Type t, long at, const Leaf *l)
{
    put(d, "{ name="), quote(d, name);
    put(d, ", axis="), quote(d, t.axis ? format(p->mem, "\"%s\"", t.axis->name) : "NULL");
    put(d, ", role=\"%s\", classes=%d, steps=%d, batch=%d, ", role, classes, t.axis ? t.axis->steps : 0, t.batch ? p->batch : 0);
    shape_fields(d, t.shape);
    bool random = l && l->role == RANDOM;
    put(d, "share=\"%.17g\", value=\"%.17g\", stream=%d, ", random ? l->share : 0, random ? l->value : 0,
        random ? stream_of(p->g->model, l) : 0);
    put(d, "offset=\"%ld\" },\n", at * (p->o->double_precision ? 8 : 4));
}

static void ports(Text *d, const Plan *p)
{
    static const char *const in[] = { "", "RT_INPUT", "RT_TARGET", "RT_STATE", "RT_RANDOM" };
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        if (n->op == Oinput)
            port(d, p, n->attr.leaf->name, in[n->attr.leaf->role], n->attr.leaf->classes, n->type, p->port[n->attr.leaf->index],
                 n->attr.leaf);
    }
    int axis = 0;
    for (Axis *a = p->g->model->axes; a; a = a->next, axis++)
        if (p->length_at[axis] >= 0)
            port(d, p, a->name, "RT_LENGTH", 0, (Type){ NULL, true, { 0, { 0 } } }, p->length_at[axis], NULL);
    for (int i = 0; i < p->g->roots; i++) {
        const Root *r = &p->g->root[i];
        if (r->kind == R_GRAD && r->leaf->role == PARAM)
            continue;
        const char *role = r->kind == R_OUTPUT ? "RT_OUTPUT" : r->kind == R_LOSS ? "RT_LOSS" : r->kind == R_FINAL ? "RT_FINAL"
                         : r->leaf->role == STATE ? "RT_GRAD_STATE" : "RT_GRAD_INPUT";
        port(d, p, r->name, role, 0, r->node->type, p->root_at[i], NULL);
    }
}

/* values in order of computation, for finding the first that is not finite */
static void watches(Text *d, Emit *e)
{
    const Plan *p = e->p;
    for (int i = 0; p->keep_all && i < p->order.n; i++) {
        Node *n = p->order.node[i];
        const Store *s = &p->store[n->id];
        if (p->how[n->id] == BY_LEAF || s->rows != ROWS_ALL || is_fixed(p, n))
            continue;
        const char *from = comment_of(e, n);
        long at = s->root >= 0 ? p->root_at[s->root] : s->offset + s->before * s->row;
        put(d, "{ name="), quote(d, format(e->mem, "%s%s%s%s", n->name ? n->name : op_info[n->op].name, from ? " (" : "",
                                           from ? from : "", from ? ")" : ""));
        put(d, ", offset=\"%ld\", count=\"%ld\" },\n", at * (p->o->double_precision ? 8 : 4), s->row * (n->type.axis ? n->type.axis->steps : 1));
    }
}

static double product_flops(const Kernel *k, int times)
{
    const Product *q = k->product;
    if (k->kind != K_PRODUCT)
        return 0;
    double f = 2.0 * q->m.extent * q->nn.extent * q->k.extent * times;
    for (int o = 0; o < q->outers; o++)
        f *= q->outer[o].extent;
    return q->fold.extent ? f * q->fold.extent : f;
}

double flops_of(const Plan *p)
{
    double sum = 0;
    for (int i = 0; i < p->prepares && !p->fixed_weights; i++)
        sum += product_flops(p->prepare[i], 1);
    for (int i = 0; i < p->items; i++) {
        const Loop *l = p->item[i].loop;
        for (int j = 0; j < (l ? l->n : 1); j++)
            sum += product_flops(l ? l->kernel[j] : p->item[i].kernel, l ? l->axis->steps : 1);
    }
    return sum;
}

static bool uses_blas(const Plan *p)
{
    for (int i = 0; p && i < p->items; i++) {
        const Loop *l = p->item[i].loop;
        for (int j = 0; j < (l ? l->n : 1); j++) {
            const Kernel *k = l ? l->kernel[j] : p->item[i].kernel;
            if (k->kind == K_PRODUCT && k->product->pick == PICK_BLAS)
                return true;
        }
    }
    return false;
}

static void c_string(Text *d, const char *key, const char *s, Arena *mem)
{
    Text c = { 0 };
    if (s)
        quote_c(&c, s);
    else
        put(&c, "NULL");
    put(d, "%s=", key), quote(d, copy_text(mem, c.s)), put(d, ", ");
    text_free(&c);
}

static void program(Text *d, Emit *before, Plan *p, const char *name, const char *about)
{
    Emit e = { .p = p, .prefix = name, .mem = p->mem, .product = before->product, .nproducts = before->nproducts,
               .products_cap = before->products_cap, .pack = before->pack, .npacks = before->npacks, .packs_cap = before->packs_cap };
    Text code = { 0 };
    emit_program(&e, &code);
    put(d, "{ name=\"%s\", about=\"%s\", batch=%d, ", name, about, p->batch);
    put(d, "code=");
    quote(d, code.s);
    put(d, ", ports={\n"), ports(d, p);
    put(d, "}, watches={\n"), watches(d, &e);
    put(d, "} },\n");
    text_free(&code);
    *before = e;
}

static void number(Text *d, const char *name, double x) { put(d, "%s=\"%.17g\", ", name, x); }

static void parameters(Text *d, const Model *m)
{
    static const char *const kind[] = { "RT_UNIFORM", "RT_NORMAL", "RT_CONSTANT" };
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        if (l->role != PARAM)
            continue;
        put(d, "{ name="), quote(d, l->name), put(d, ", ");
        shape_fields(d, l->type.shape);
        put(d, "offset=\"%zu\", size=\"%zu\", init=\"%s\", ", l->offset, l->size, kind[l->init.kind]);
        number(d, "a", l->init.a), number(d, "b", l->init.b);
        put(d, "},\n");
    }
}

static void training(Text *d, const Model *m)
{
    static const char *const kind[] = { "RT_SGD", "RT_ADAGRAD", "RT_RMSPROP", "RT_ADAM", "RT_ADAMW" };
    const Train *t = &m->train;
    put(d, "train={ kind=\"%s\", ", kind[t->kind]);
    number(d, "lr", t->lr), number(d, "momentum", t->momentum), number(d, "dampening", t->dampening), number(d, "alpha", t->alpha);
    number(d, "beta1", t->beta1), number(d, "beta2", t->beta2), number(d, "eps", t->eps);
    number(d, "weight_decay", t->weight_decay), number(d, "clip_norm", t->clip_norm), number(d, "clip_value", t->clip_value);
    number(d, "lr_decay", t->lr_decay), number(d, "initial", t->initial);
    number(d, "epochs", t->epochs), number(d, "valid", t->valid);
    static const char *const schedule[] = { "RT_CONSTANT_RATE", "RT_STEP_RATE", "RT_COSINE_RATE", "RT_PLATEAU_RATE" };
    const Schedule *s = &t->schedule;
    put(d, "patience=%d, schedule={ kind=\"%s\", steps=%d, patience=%d, warm_up=%d, ", t->patience, schedule[s->kind], s->steps,
        s->patience, s->warm_up);
    number(d, "epochs", s->epochs), number(d, "factor", s->factor), number(d, "least", s->least);
    number(d, "threshold", s->threshold);
    put(d, "}, nesterov=%d, carry_state=%d, steps=%d },\n", t->nesterov, t->carry_state, t->steps);
}

const char *defines_text(Arena *mem, const Model *m)
{
    Text t = { 0 };
    for (int i = 0; i < m->defines; i++)
        put(&t, "%s%s=%s", i ? " " : "", m->define[i].name, m->define[i].value);
    const char *r = copy_text(mem, t.s ? t.s : "");
    text_free(&t);
    return r;
}

const char *in_comment(Arena *mem, const char *text)
{
    char *r = copy_text(mem, text);
    for (char *s = r; *s; s++)
        if ((s[0] == '*' && s[1] == '/') || (s[0] == '/' && s[1] == '*'))
            s[1] = '?';
        else if ((unsigned char)*s < 32 || *s == 127 || (*s == '\\' && !s[1]))
            *s = '?';
    return r;
}

const char *model_summary(Arena *mem, const Model *m)
{
    Text t = { 0 };
    put(&t, "%zu parameters; batch %d", m->reals, m->batch);
    for (const Axis *a = m->axes; a; a = a->next)
        put(&t, "; %s %d steps%s", a->name, a->steps, a->ragged ? " at most" : "");
    const char *r = copy_text(mem, t.s);
    text_free(&t);
    return r;
}

/* of each state whose gradient the program gives: its axis, and whether it looks ahead */
static void flow(Text *d, const Plan *p)
{
    put(d, "flow={\n");
    for (int i = 0; p && i < p->g->roots; i++) {
        const Root *r = &p->g->root[i];
        bool ahead = false;
        if (r->kind != R_OUTPUT)
            continue;
        for (int j = 0; j < p->g->model->states; j++)
            if (!strcmp(p->g->model->state[j].name, r->name))
                ahead = p->g->model->state[j].delay->attr.k < 0;
        put(d, "{ name="), quote(d, r->name);
        put(d, ", axis="), quote(d, r->node->type.axis ? r->node->type.axis->name : "");
        put(d, ", ahead=%d },\n", ahead);
    }
    put(d, "},\n");
}

/* what must be given before the first step, or NULL: samples are drawn only of what begins by itself */
static const char *given_before(const Plan *p)
{
    for (int i = 0; p && i < p->order.n; i++)
        if (p->order.node[i]->op == Oinput && p->order.node[i]->attr.leaf->role == INPUT)
            return p->order.node[i]->attr.leaf->name;
    return NULL;
}

const char *tune_text(Arena *mem, const Options *o)
{
    if (!o->tune || !*o->tune)
        return o->tune ? " --tune" : "";
    return format(mem, " --tune=%s", in_comment(mem, base_name(o->tune)));
}

void emit_trainer(Model *m, Plan *gradient, Plan *loss, Plan *step, Plan *before, Plan *seen, double flops, const Options *o, Text *out)
{
    Arena *mem = gradient->mem;
    const char *given = given_before(before);
    const int threads = loss->threads = gradient->threads;
    Text d = { 0 };
    const char *defines = defines_text(mem, m);
    put(&d, "return { name="), quote(&d, m->name);
    put(&d, ", version=\"%s\", source=", RNNC_VERSION), quote(&d, base_name(m->file));
    put(&d, ", command="), quote(&d, format(mem, "%s%s%s%s%s%s", base_name(m->file), *defines ? " -D " : "", in_comment(mem, defines),
                                            o->double_precision ? " --precision f64" : "", tune_text(mem, o),
                                            threads > 1 ? format(mem, " --threads %d", threads) : ""));
    put(&d, ", summary="), quote(&d, model_summary(mem, m));
    put(&d, ", threads=%d", threads);
    put(&d, ", blas=%s, hash=\"UINT64_C(0x%016" PRIx64 ")\", reals=\"%zu\", ",
        uses_blas(gradient) || uses_blas(loss) || uses_blas(before) || uses_blas(seen) ? "true" : "false", o->batch ? hash_bytes(m->hash, &o->batch, sizeof o->batch) : m->hash,
        m->reals);
    put(&d, "gradient=\"&gradient_program\", loss=\"&loss_program\", step=\"%s\", begin=\"%s\", ",
        step ? "&step_program" : "NULL", before ? "&begin_program" : "NULL");
    if (o->recorded)
        put(&d, "recorded=\"%s\", rtol=\"%g\", ", o->recorded, o->rtol);
    number(&d, "flops", flops);
    c_string(&d, "defines", defines, mem);
    c_string(&d, "given", given, mem);
    put(&d, "programs={\n");
    Emit written = { 0 };
    program(&d, &written, gradient, "gradient", "the loss and its derivatives, by backpropagation through time");
    program(&d, &written, loss, "loss", "the loss and the outputs; every value is kept, for finding the first that is not finite");
    if (step)
        program(&d, &written, step, "step", "one step of one example");
    if (before)
        program(&d, &written, before, "begin", "the states before the first step");
    if (seen)
        program(&d, &written, seen, "flow", "gradients of the last step's loss with respect to each state");
    put(&d, "},\nparams={\n"), parameters(&d, m), put(&d, "},\n");
    flow(&d, seen);
    training(&d, m);
    emit_data(m, &d);
    put(&d, "}");
    render(mem, "train.c", d.s, out);
    text_free(&d);
}
