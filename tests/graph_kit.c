/* graph_kit.c -- holds a model to what must be true of every model: gradients agree with central differences,
 * every pass keeps all values, padding has no effect, one step after the other is the run. Takes functions
 * that build graphs, counts what holds and what does not.
 */
#include "graph_kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int passed, failed;

void expect(bool good, const char *title, const char *fmt, ...)
{
    if (good) {
        passed++;
        return;
    }
    failed++;
    va_list args;
    va_start(args, fmt);
    printf("FAILED %s: ", title);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
    fflush(stdout);
}

/* ---- notation ----------------------------------------------------------------------------------------------- */

Axis *axis_of(Case *c, const char *name, int steps, bool has_lengths)
{
    Axis *a = alloc(c->m->mem, sizeof *a), **end = &c->m->axes;
    a->name = name;
    a->steps = steps + (has_lengths ? c->extra : 0);
    a->ragged = has_lengths;
    while (*end)
        end = &(*end)->next;
    return *end = a;
}

Node *leaf(Case *c, Role role, const char *name, Axis *axis, bool batch, int rank, int d0, int d1)
{
    Model *m = c->m;
    Leaf *l = alloc(m->mem, sizeof *l);
    int dim[2] = {d0, d1};
    l->name = copy_text(m->mem, name);
    l->role = role;
    l->type = (Type){axis, batch, shape_of(rank, dim)};
    l->index = m->leaves;
    l->init = (Init){INIT_UNIFORM, -0.8, 0.8};
    m->leaf = grow(m->mem, m->leaf, m->leaves, &m->leaves_cap, sizeof *m->leaf);
    m->leaf[m->leaves++] = l;
    return leaf_node(c->g, l);
}

Node *weight(Case *c, const char *name, int rows, int columns)
{
    return leaf(c, PARAM, name, NULL, false, columns ? 2 : 1, rows, columns);
}

Node *given(Case *c, const char *name, Axis *axis, int size) {
    return leaf(c, INPUT, name, axis, true, 1, size, 0);
}

Node *ids(Case *c, const char *name, Axis *axis, int classes)
{
    Node *x = leaf(c, INPUT, name, axis, true, 0, 0, 0);
    Attr a = {.hi = classes};
    x->attr.leaf->classes = classes;
    return node(c->g, Oonehot, 1, &x, a);
}

Node *start_of(Case *c, const char *name, int rows, int size)
{
    return rows ? leaf(c, STATE, name, NULL, true, 2, rows, size) : leaf(c, STATE, name, NULL, true, 1, size, 0);
}

Node *num(Case *c, double v) { return constant(c->g, v); }
Node *add(Case *c, Node *x, Node *y) { return node2(c->g, Oadd, x, y); }
Node *sub(Case *c, Node *x, Node *y) { return node2(c->g, Osub, x, y); }
Node *mul(Case *c, Node *x, Node *y) { return node2(c->g, Omul, x, y); }
Node *over(Case *c, Node *x, Node *y) { return node2(c->g, Odiv, x, guard(c->g, y)); }
Node *f(Case *c, Op op, Node *x) { return node1(c->g, op, op == Olog || op == Osqrt ? guard(c->g, x) : x); }
Node *dot(Case *c, Node *x, Node *w) { return contract_of(c->g, x, w, "i", "oi", "o", 0); }

Node *with(Case *c, Node *x, Node *y)
{
    Node *parts[2] = {x, y};
    return concat_of(c->g, 2, parts);
}

Node *part(Case *c, Node *x, int i, int n)
{
    int size = x->type.shape.dim[x->type.shape.rank - 1];
    return slice_of(c->g, x, i * size / n, (i + 1) * size / n);
}

Node *vec(Case *c, Node *x, int size) { return reshape_to(c->g, x, shape_of(size ? 1 : 0, &size)); }

Node *memory(Case *c, Axis *axis, int size, int k, Node *init, const char *name)
{
    return new_state(c->g, (Type){axis, true, shape_of(1, &size)}, k, init, name);
}

Node *total(Case *c, Node *x)
{
    Node *s = sum_of(c->g, x, (x->type.axis ? DROP_T : 0) | (x->type.batch ? DROP_B : 0),
                     (1 << x->type.shape.rank) - 1);
    return reshape_to(c->g, s, shape_of(0, NULL));
}

Node *peak_of(Case *c, Node *x) { return node1(c->g, Opeak, x); }

Node *along_of(Case *c, Node *x, Axis *axis)
{
    Attr a = {.axis = axis};
    return node(c->g, Oalong, 1, &x, a);
}

void loss_is(Case *c, Node *loss) { add_root(c->g, R_LOSS, "loss", NULL, loss); }

void output_is(Case *c, const char *name, Node *x)
{
    add_root(c->g, R_OUTPUT, name, NULL, x->type.axis ? mask(c->g, x) : x);
}

/* ---- values: a function of name, step, example and place only, so that padding does not shift them ---------- */

static double value_at(const Case *c, const Leaf *l, int t, int b, long i)
{
    long key[3] = {t, b, i};
    uint64_t h = hash_bytes(hash_bytes(c->seed * 977, l->name, strlen(l->name)), key, sizeof key);
    h = (h ^ h >> 31) * UINT64_C(0x9e3779b97f4a7c15);
    double u = (double)(h >> 11) * 0x1p-53;
    return l->classes ? floor(u * l->classes) : 1.6 * u - 0.8;
}

static size_t leaf_size(const Leaf *l, int batch)
{
    return (size_t)shape_size(l->type.shape) * (l->type.axis ? (size_t)l->type.axis->steps : 1) *
           (l->type.batch ? (size_t)batch : 1);
}

static Env *values(Arena *mem, const Case *c)
{
    Model *m = c->m;
    Env *env = random_env(mem, m, c->batch, c->seed);
    int k = 0;
    for (Axis *a = m->axes; a; a = a->next, k++)
        for (int b = 0; env->length[k] && b < c->batch; b++) {
            uint64_t h = hash_bytes(c->seed + (uint64_t)b, a->name, strlen(a->name));
            env->length[k][b] = (int)((h >> 20) % (uint64_t)(a->steps - c->extra + 1));
        }
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        long size = shape_size(l->type.shape), n = (long)leaf_size(l, c->batch),
             rows = l->type.batch ? c->batch : 1;
        for (long j = 0; j < n; j++)
            env->leaf[i][j] = value_at(c, l, (int)(j / size / rows), (int)(j / size % rows), j % size);
    }
    return env;
}

/* ---- the requirements --------------------------------------------------------------------------------------- */

static Node *root_of(const Graph *g, RootKind kind, const char *name)
{
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == kind && strcmp(g->root[i].name, name) == 0)
            return g->root[i].node;
    return NULL;
}

static double number(Graph *g, const Env *env, Node *n)
{
    Eval *e = eval_new(g, env);
    double v = eval(e, n, NULL)[0];
    eval_free(e);
    return v;
}

/* five points; h small enough that a kink is rarely in between, and tried again with a smaller one if it seems to
 * be */
static double difference(const Case *c, const Env *env, Node *loss, double *x, double h)
{
    double keep = *x, d[4];
    static const double at[4] = {-2, -1, 1, 2};
    for (int i = 0; i < 4; i++) {
        *x = keep + at[i] * h;
        d[i] = number(c->g, env, loss);
    }
    *x = keep;
    return (d[0] - 8 * d[1] + 8 * d[2] - d[3]) / (12 * h);
}

static void against_differences(const Case *c, Graph *g, const Env *env)
{
    Node *loss = root_of(c->g, R_LOSS, "loss");
    Eval *e = eval_new(g, env);
    for (int i = 0; i < c->m->leaves; i++) {
        const Leaf *l = c->m->leaf[i];
        size_t n, size = leaf_size(l, c->batch);
        if (l->classes || l->streamed)
            continue;
        const double *grad = eval(e, root_of(g, R_GRAD, l->name), &n);
        expect(n == size, c->title, "gradient of %s has %zu numbers, the leaf %zu", l->name, n, size);
        size_t step = size > 12 ? size / 6 : 1;
        for (size_t j = (size_t)c->seed % step; j < size; j += step) {
            double worst = INFINITY, d = 0;
            for (double h = 1e-3; h > 5e-6 && !(worst <= 1e-7); h /= 10) {
                d = difference(c, env, loss, &env->leaf[i][j], h);
                worst = fabs(d - grad[j]) / fmax(1, fabs(grad[j]));
            }
            expect(worst <= 1e-7, c->title, "gradient of %s[%zu]: %.12g, differences say %.12g", l->name, j,
                   grad[j], d);
        }
    }
    eval_free(e);
}

static void same_roots(const Case *c, Graph *a, Graph *b, const Env *env, const char *pass)
{
    Eval *ea = eval_new(a, env), *eb = eval_new(b, env);
    for (int i = 0; i < a->roots; i++) {
        size_t n, m;
        Node *other = root_of(b, a->root[i].kind, a->root[i].name);
        const double *x = eval(ea, a->root[i].node, &n), *y = other ? eval(eb, other, &m) : NULL;
        double worst = 0, scale = 1;
        for (size_t j = 0; y && j < n; j++) {
            scale = fmax(scale, fabs(x[j]));
            worst = fabs(x[j] - y[j]) <= worst ? worst : fabs(x[j] - y[j]);
        }
        expect(y && n == m && worst <= 1e-11 * scale, c->title, "%s changes %s by %g", pass, a->root[i].name,
               worst);
    }
    eval_free(ea);
    eval_free(eb);
}

static Graph *derived(const Case *c, Graph *from)
{
    Graph *g = rewrite(from, NULL, NULL);
    Leaf **wrt = alloc(g->mem, (size_t)(c->m->leaves + 1) * sizeof *wrt);
    int n = 0;
    for (int i = 0; i < c->m->leaves; i++)
        if (!c->m->leaf[i]->classes && !c->m->leaf[i]->streamed)
            wrt[n++] = c->m->leaf[i];
    derive(g, root_of(g, R_LOSS, "loss"), wrt, n);
    check(g, "derive");
    return g;
}

/* what lies past a sequence's length has no gradient, and two more such steps change nothing at all */
static void padding(const Case *c, Graph *g, const Env *env, const Case *c2, Graph *g2, const Env *env2)
{
    Eval *e = eval_new(g, env), *e2 = eval_new(g2, env2);
    for (int i = 0; i < g->roots; i++) {
        const Root *r = &g->root[i];
        size_t n, m;
        const double *x = eval(e, r->node, &n), *y = eval(e2, root_of(g2, r->kind, r->name), &m);
        double worst = 0, leak = 0;
        for (size_t j = 0; j < n; j++)                  /* time-major: the first steps are the first numbers */
            worst = fabs(x[j] - y[j]) <= worst ? worst : fabs(x[j] - y[j]);
        for (size_t j = n; j < m; j++)
            leak = fabs(y[j]) <= leak ? leak : fabs(y[j]);
        const Axis *a = r->node->type.axis;
        size_t size = (size_t)shape_size(r->node->type.shape);
        for (int b = 0; a && a->ragged && !a->parent && r->node->type.batch && b < c->batch; b++)
            for (int t = env->length[axis_index(c->m, a)][b]; t < a->steps; t++)
                for (size_t j = 0; j < size; j++) {
                    double v = fabs(x[((size_t)t * (size_t)c->batch + (size_t)b) * size + j]);
                    leak = v <= leak ? leak : v;
                }
        expect(worst <= 1e-12, c2->title, "padding changes %s by %g", r->name, worst);
        expect(leak == 0, c2->title, "%s is %g in the padding", r->name, leak);
    }
    eval_free(e);
    eval_free(e2);
}

/* what the prologue computes becomes the value of the states of that name */
static void begin_states(const Case *c, const Graph *prologue, const Env *env, Env *now)
{
    Eval *e = eval_new((Graph *)prologue, env);
    for (int i = 0; i < prologue->roots; i++) {
        size_t n;
        const double *v = eval(e, prologue->root[i].node, &n);
        for (int j = 0; j < c->m->leaves && prologue->root[i].kind == R_FINAL; j++) {
            const Leaf *l = c->m->leaf[j];
            if (l->streamed && l->role == STATE && !strcmp(l->name, prologue->root[i].name))
                memcpy(now->leaf[j], v, n * sizeof *v);
        }
    }
    eval_free(e);
}

static const Axis *streamed_over(const Case *c)         /* the axis of the outputs */
{
    for (int i = 0; i < c->g->roots; i++)
        if (c->g->root[i].kind == R_OUTPUT && c->g->root[i].node->type.axis)
            return c->g->root[i].node->type.axis;
    return c->m->axes;
}

static void stepping(const Case *c, const Env *env)
{
    const char *why = NULL;
    Graph *s = opt_stream(opt_distribute(c->g), FOR_SAMPLE, &why);
    expect(s != NULL, c->title, "cannot step: %s", why ? why : "");
    if (!s)
        return;
    Graph *prologue = opt_stream(opt_distribute(c->g), FOR_BEGIN, &why);
    check(s, "stream");
    Arena *mem = arena_new();
    Env *now = random_env(mem, c->m, c->batch, c->seed);
    Eval *whole = eval_new(c->g, env), *start = eval_new(s, now);
    const Axis *axis = streamed_over(c);
    int steps = axis->steps, which = axis_index(c->m, axis);
    for (int i = 0; i < c->m->leaves; i++)
        if (!c->m->leaf[i]->streamed)
            memcpy(now->leaf[i], env->leaf[i], leaf_size(c->m->leaf[i], c->batch) * sizeof(double));
    for (int i = 0; i < c->m->leaves; i++) {
        Leaf *l = c->m->leaf[i];
        size_t n = leaf_size(l, c->batch), m = 0;
        if (!l->streamed || l->role != STATE)
            continue;
        memset(now->leaf[i], 0, n * sizeof(double));
        const double *v = l->start ? eval(start, l->start, &m) : NULL;
        for (int j = 0; !v && j < c->m->leaves; j++)    /* a given initial state has the name of its recurrence */
            if (!c->m->leaf[j]->streamed && strcmp(c->m->leaf[j]->name, l->name) == 0)
                memcpy(now->leaf[i], env->leaf[j], n * sizeof(double));
        for (size_t j = 0; v && j < n; j++)             /* a learned start is the same for every example */
            now->leaf[i][j] = v[j % m];
    }
    eval_free(start);
    if (prologue)
        check(prologue, "stream"), begin_states(c, prologue, env, now);
    for (int t = 0; t < steps; t++) {
        for (int i = 0; i < c->m->leaves; i++)
            for (int j = 0; j < c->m->leaves; j++) {
                Leaf *to = c->m->leaf[i], *from = c->m->leaf[j];
                size_t n = leaf_size(to, c->batch);
                if (to->streamed && to->role == INPUT && !from->streamed && strcmp(to->name, from->name) == 0)
                    memcpy(now->leaf[i], env->leaf[j] + (size_t)t * n, n * sizeof(double));
            }
        Eval *e = eval_new(s, now);
        for (int i = 0; i < s->roots; i++) {
            const Root *r = &s->root[i];
            size_t n;
            const double *v = eval(e, r->node, &n);
            if (r->kind != R_OUTPUT)
                continue;
            const double *w = eval(whole, root_of(c->g, R_OUTPUT, r->name), NULL) + (size_t)t * n;
            double worst = 0;
            for (size_t j = 0; j < n; j++) {
                const int *length = env->length[which];
                if (length && t >= length[j / (n / (size_t)c->batch)])
                    continue;                           /* a step that does not exist */
                worst = fabs(v[j] - w[j]) <= worst ? worst : fabs(v[j] - w[j]);
            }
            expect(worst <= 1e-12, c->title, "step %d: %s differs from the run by %g", t, r->name, worst);
        }
        for (int i = 0; i < s->roots; i++)
            if (s->root[i].kind == R_FINAL) {
                size_t n;
                const double *v = eval(e, s->root[i].node, &n);
                memcpy(now->leaf[s->root[i].leaf->index], v, n * sizeof(double));
            }
        eval_free(e);
    }
    eval_free(whole);
    arena_free(mem);
}

static Case built(const char *title, Build *build, uint64_t seed, int extra)
{
    Arena *mem = arena_new();
    Case c = {.title = title, .extra = extra, .batch = 3, .seed = seed};
    c.m = alloc(mem, sizeof *c.m);
    c.m->mem = mem;
    c.m->name = c.m->file = title;
    c.m->batch = c.batch;
    c.g = graph_new(c.m, mem);
    build(&c);
    check(c.g, "reading");
    return c;
}

void hold(const char *title, Build *build, uint64_t seed, bool steps)
{
    static const struct { const char *name; Graph *(*pass)(Graph *g); } pass[] = {
        {"dead", opt_dead}, {"masks", opt_masks}, {"pack", opt_pack}, {"lower", opt_lower}, {"split", opt_split},
        {"dead again", opt_dead},
    };
    Case c = built(title, build, seed, 0), more = built(title, build, seed, 2);
    Env *env = values(c.m->mem, &c), *env2 = values(more.m->mem, &more);
    Graph *plain = derived(&c, c.g), *apart = opt_distribute(c.g);
    check(apart, "distribute");
    same_roots(&c, c.g, apart, env, "distribute");
    against_differences(&c, plain, env);
    Graph *looked = opt_lookup(apart);
    check(looked, "lookup");
    same_roots(&c, apart, looked, env, "lookup");
    Graph *g = derived(&c, looked);
    same_roots(&c, plain, g, env, "deriving after distribute and lookup");
    for (size_t i = 0; i < sizeof pass / sizeof *pass; i++) {
        Graph *next = pass[i].pass(g);
        check(next, pass[i].name);
        same_roots(&c, g, next, env, pass[i].name);
        components(c.m->mem, next);
        g = next;
    }
    padding(&c, g, env, &more, derived(&more, more.g), env2);
    if (steps)
        stepping(&c, env);
    arena_free(c.m->mem);
    arena_free(more.m->mem);
}
