/* cmd_verify.c -- is what rnnc writes right? The generated code, compiled and run, against the oracle in double precision;
 * the derived gradients against central differences; both against a golden file where one is named. One line a tensor.
 */
#include "eval.h"
#include "files.h"
#include "golden.h"
#include "passes.h"
#include "verify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    const Options *o;
    int held, bad, loose;           /* loose: off by more than --rtol, but by no more than rounding explains */
    double worst;
} Tally;

static double error_of(const double *got, const double *want, size_t n, double least)
{
    double off = 0, size = 0;
    for (size_t i = 0; i < n; i++)
        off += (got[i] - want[i]) * (got[i] - want[i]), size += want[i] * want[i];
    size = sqrt(size), least *= sqrt((double)n);
    if (size >= least)                                  /* also where both are NaN: relative_error says so */
        return relative_error(got, want, n);
    off = sqrt(off) / least;
    return off == off ? off : INFINITY;
}

enum { ROUNDED = 3, ROUNDINGS = 16 };

/* How far rounding alone may move each root: the oracle again, with every result off by the generated code's precision at
 * random. Asked for only where something disagrees: a sum whose terms cancel is no defect. */
static double *rounding_errors(Arena *mem, Graph *g, const Env *env, bool twice, double least)
{
    double *most = alloc(mem, (size_t)(g->roots + 1) * sizeof *most);
    Eval *exact = eval_new(g, env);
    for (uint64_t k = 1; k <= ROUNDED; k++) {
        Eval *e = eval_new(g, env);
        eval_round(e, twice ? 0x1p-53 : 0x1p-24, k);
        for (int i = 0; i < g->roots; i++) {
            const Root *r = &g->root[i];
            size_t n;
            const double *want = eval(exact, r->node, &n), *x = eval(e, r->node, &n);
            double error = error_of(x, want, n, r->kind == R_GRAD ? least : 0);
            most[i] = error <= most[i] ? most[i] : error;
        }
        eval_free(e);
    }
    eval_free(exact);
    return most;
}

static void say(Tally *t, const char *key, const char *against, double error, double tolerance)
{
    bool ok = error <= tolerance;                       /* false for NaN */
    t->held++;
    t->bad += !ok;
    t->loose += ok && !(error <= t->o->rtol);
    t->worst = error <= t->worst ? t->worst : error;
    if (t->o->verbose || !ok)
        printf("%-4s  %-36s %-20s %.1e (allowed %.0e)\n", ok ? "ok" : "BAD", key, against, error, tolerance);
}

/* zeros past an example's length, where what a node holds does not matter */
static void clear_padding(const Env *env, const Node *n, double *x)
{
    const Axis *a = n->type.axis;
    if (!a || !a->ragged || !n->type.batch)
        return;
    size_t size = (size_t)shape_size(n->type.shape);
    for (int b = 0; b < env->batch; b++)
        for (int t = length_of(env, a, b); t < a->steps; t++)
            memset(x + ((size_t)t * (size_t)env->batch + (size_t)b) * size, 0, size * sizeof *x);
}

static double *values(Arena *mem, Eval *e, const Env *env, const Root *r, size_t *n)
{
    const double *x = eval(e, r->node, n);
    double *copy = alloc(mem, (*n + 1) * sizeof *copy);
    memcpy(copy, x, *n * sizeof *copy);
    if (r->kind == R_OUTPUT || r->kind == R_GRAD)
        clear_padding(env, r->node, copy);
    return copy;
}

static double *from_file(Arena *mem, const rt_tensors *t, const char *key, size_t n)
{
    const rt_tensor *x = rt_tensors_find(t, key);
    if (!x || x->count != n)
        return NULL;
    double *v = alloc(mem, (n + 1) * sizeof *v);
    rt_tensor_doubles(x, v);
    return v;
}

static rt_tensors *open_file(const char *path)
{
    char error[512];
    rt_tensors *t = rt_tensors_open(path, error, sizeof error);
    if (!t)
        err((Loc){ 0 }, "%s", error);
    return t;
}

/* runs the generated code on the env; the results are in the file that is returned */
static rt_tensors *run_generated(Model *m, const char *program, const Options *o, Env *env, double padding)
{
    char folder[] = "/tmp/rnnc-verify-XXXXXX";
    if (!mkdtemp(folder))
        err((Loc){ 0 }, "%s: cannot make a folder", folder);
    const char *in = format(m->mem, "%s/in.safetensors", folder), *out = format(m->mem, "%s/out.safetensors", folder);
    save_env(env, in, o->double_precision, NULL, padding);
    char *const argv[] = { copy_text(m->mem, program), "--probe", copy_text(m->mem, in), copy_text(m->mem, out), NULL };
    int code = run_program(argv);
    rt_tensors *t = code ? NULL : open_file(out);
    unlink(in), unlink(out), rmdir(folder);
    if (code)
        err((Loc){ m->file, 0 }, "the generated program failed (exit %d)", code);
    return t;
}

double largest_gradient(Eval *e, const Graph *g)
{
    double most = 0;
    for (int i = 0; i < g->roots; i++) {
        size_t n;
        double sum = 0;
        if (g->root[i].kind != R_GRAD)
            continue;
        const double *x = eval(e, g->root[i].node, &n);
        for (size_t j = 0; j < n; j++)
            sum += x[j] * x[j];
        most = fmax(most, sqrt(sum / (double)n));
    }
    return most;
}

static void hold(Tally *tally, Arena *mem, Graph *reference, Env *env, const rt_tensors *got, const rt_tensors *golden)
{
    double tolerance = tally->o->rtol;
    Eval *e = eval_new(reference, env);
    double scale = VERIFY_SHARE * largest_gradient(e, reference), *rounded = NULL;
    for (int i = 0; i < reference->roots; i++) {
        const Root *r = &reference->root[i];
        const char *key = root_key(mem, r);
        size_t n;
        double *want = values(mem, e, env, r, &n), *x = from_file(mem, got, key, n);
        if (!x)
            DIE("the generated program says nothing of %s", key);
        if (r->kind == R_OUTPUT || r->kind == R_GRAD)
            clear_padding(env, r->node, x);
        double least = r->kind == R_GRAD ? scale : 0, error = error_of(x, want, n, least), most = tolerance;
        if (!(error <= tolerance)) {
            rounded = rounded ? rounded : rounding_errors(mem, reference, env, tally->o->double_precision, scale);
            most = fmax(most, ROUNDINGS * rounded[i]);
        }
        say(tally, key, "oracle", error, most);
        const rt_tensor *recorded = golden ? rt_tensors_find(golden, key) : NULL;
        if (recorded && recorded->count != n)
            err((Loc){ tally->o->golden, 0 }, "tensor '%s': expected %zu number%s, found %zu", key, n, n == 1 ? "" : "s", recorded->count);
        double *g = recorded ? from_file(mem, golden, key, n) : NULL;
        if (g) {
            if (r->kind == R_OUTPUT || r->kind == R_GRAD)
                clear_padding(env, r->node, g);
            say(tally, key, "golden file", error_of(x, g, n, least), most);   /* the oracle is held to the file itself */
            say(tally, key, "oracle - golden file", error_of(want, g, n, least), tolerance);
        }
    }
    eval_free(e);
}

static bool has_lengths(const Model *m)
{
    bool any = false;
    for (const Axis *a = m->axes; a; a = a->next)
        any = any || a->ragged;
    return any;
}

/* What lies past the lengths, here and there something else, changes no bit of what exists. */
static void hold_padding(Tally *tally, Arena *mem, const Graph *reference, const Env *env, const rt_tensors *here, const rt_tensors *there)
{
    for (int i = 0; i < reference->roots; i++) {
        const Root *r = &reference->root[i];
        const char *key = root_key(mem, r);
        const size_t n = rt_tensors_find(here, key)->count;
        double *x = from_file(mem, here, key, n), *y = from_file(mem, there, key, n);
        if (!x || !y)
            DIE("the generated program says nothing of %s", key);
        if (r->kind == R_OUTPUT || r->kind == R_GRAD)
            clear_padding(env, r->node, x), clear_padding(env, r->node, y);
        if (memcmp(x, y, n * sizeof *x)) {
            printf("BAD   %-36s depends on what lies past the lengths\n", key);
            tally->bad++;
        }
    }
}

int cmd_verify(Model *m, Graph *read, const Options *given)
{
    Options o = *given;
    Arena *mem = arena_new();
    if (o.golden && o.batch)
        usage_err("--batch has no effect with --golden, which brings its own");
    rt_tensors *golden = o.golden ? open_file(o.golden) : NULL;
    if (golden && o.weights && golden_parameters(golden))
        usage_err("--weights has no effect with --golden, which brings its own");
    if (golden)
        o.batch = golden_batch(golden, m, o.golden);
    int batch = o.batch ? o.batch : m->batch;
    Graph *reference = reference_graph(read);
    Env *given_weights = !golden || o.weights ? random_env(mem, m, batch, (uint64_t)o.seed) : NULL;
    if (o.weights)
        use_weights(m, &o, given_weights);
    Env *env = golden ? golden_env(mem, golden, m, batch, o.golden, given_weights) : given_weights;
    Tally tally = { .o = given };
    if (golden)
        golden_results(golden, reference, o.golden, mem);
    const char *program = compile_trainer(m, read, &o, FOR_SENSITIVITY);
    rt_tensors *got = run_generated(m, program, &o, env, NAN);
    hold(&tally, mem, reference, env, got, golden);
    if (has_lengths(m)) {
        rt_tensors *other = run_generated(m, program, &o, env, 0);
        hold_padding(&tally, mem, reference, env, got, other);
        rt_tensors_close(other);
    }
    int derivatives = verify_derivatives(reference, batch < 3 ? batch : 3, (uint64_t)o.seed, 1e-7, o.verbose);
    if (!o.quiet)
        printf("%s: %d tensors of generated code, worst %.1e (allowed %.0e%s); gradients against central differences: %s\n",
               m->name, tally.held, tally.worst, o.rtol,
               tally.loose ? format(m->mem, "; %d ill-conditioned: what rounding makes", tally.loose) : "", derivatives ? "BAD" : "agree to 1e-7");
    rt_tensors_close(got);
    if (golden)
        rt_tensors_close(golden);
    arena_free(mem);
    return tally.bad || derivatives ? 1 : 0;
}
