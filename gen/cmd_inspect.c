/* cmd_inspect.c -- what rnnc makes of a description, before any C is compiled: parameters, kernels with the reason of their
 * choice, arithmetic and memory, as a table or as JSON. Reads plans, writes to standard output.
 */
#include "files.h"
#include "lua_text.h"

#include <math.h>
#include <string.h>

typedef struct {
    const char *name;
    Plan *p;
} Program;

static double bytes_of(const Plan *p, long reals) { return (double)reals * (p->o->double_precision ? 8 : 4); }

static const char *where(Arena *mem, const Node *n)
{
    const char *slash = n->loc.file ? strrchr(n->loc.file, '/') : NULL;
    return n->loc.file ? format(mem, "%s%s:%d", n->adjoint ? "d of " : "", slash ? slash + 1 : n->loc.file, n->loc.line) : "";
}

typedef void Each(void *data, const Plan *p, const Kernel *k, const Loop *l);

static void each_kernel(const Plan *p, Each *f, void *data)
{
    for (int i = 0; i < p->prepares && !p->fixed_weights; i++)
        f(data, p, p->prepare[i], NULL);
    for (int i = 0; i < p->items; i++) {
        const Loop *l = p->item[i].loop;
        for (int j = 0; j < (l ? l->n : 1); j++)
            f(data, p, l ? l->kernel[j] : p->item[i].kernel, l);
    }
}

static const char *measured(const Plan *p, double us)
{
    return us > 0 ? isinf(us) ? ", missing" : format(p->mem, ", measured %.3g us", us) : "";
}

static void product_row(void *data, const Plan *p, const Kernel *k, const Loop *l)
{
    if (k->kind != K_PRODUCT)
        return;
    const Product *q = k->product;
    const char *times = l ? format(p->mem, " x%d", l->axis->steps) : "";
    int outer = 1;
    for (int i = 0; i < q->outers; i++)
        outer *= q->outer[i].extent;
    if (q->fold.extent)
        outer *= q->fold.extent;
    if (outer > 1)
        times = format(p->mem, "%s x%d", times, outer);
    const char *second = q->runner_up_cost >= 0 ? format(p->mem, "%s %.3g us", pick_name[q->runner_up], q->runner_up_cost) : "none";
    printf("    %-22s %5d x %5d x %5d%-8s %-12s %9.3g us%s   runner-up: %s%s\n", where(p->mem, q->n), q->m.extent, q->nn.extent,
           q->k.extent, times, pick_name[q->pick], q->cost, measured(p, q->measured), second, measured(p, q->runner_up_measured));
    (void)data;
}

static void count(void *data, const Plan *p, const Kernel *k, const Loop *l)
{
    int *n = data;
    (void)p, (void)l;
    n[k->kind]++;
}

/* lines of C that a program becomes; how its steps are written depends on their number and --unroll */
static long lines_of(const Program *program)
{
    Emit e = { .p = program->p, .prefix = program->name, .mem = program->p->mem };
    Text text = { 0 };
    long n = 0;
    emit_program(&e, &text);
    for (const char *s = text.s; s && (s = strchr(s, '\n')); s++)
        n++;
    text_free(&text);
    return n;
}

static void table(const Model *m, const Program *program, int n)
{
    printf("%s (%s): %zu parameters, batch %d\n", m->name, m->file, m->reals, m->batch);
    for (const Axis *a = m->axes; a; a = a->next)
        printf("  axis %s: %d steps%s\n", a->name, a->steps, a->ragged ? ", lengths at run time" : "");
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        static const char *const role[] = { "parameter", "input", "target", "state", "random" };
        if (l->role == PARAM)
            printf("  %-9s %-24s %-12s %zu\n", role[l->role], l->name, type_text(m->mem, l->type), l->size);
        else if (l->classes)
            printf("  %-9s %-24s %d classes, %s\n", role[l->role], l->name, l->classes, type_text(m->mem, l->type));
        else
            printf("  %-9s %-24s %s\n", role[l->role], l->name, type_text(m->mem, l->type));
    }
    for (int i = 0; i < n; i++) {
        const Plan *p = program[i].p;
        int kinds[4] = { 0 };
        each_kernel(p, count, kinds);
        printf("%s: %d kernels over rows, %d products, %d scatters, %d loops; %.4g MFLOP in products\n", program[i].name, kinds[K_ROWS],
               kinds[K_PRODUCT], kinds[K_SCATTER], p->nloops, flops_of(p) / 1e6);
        printf("    workspace %.0f bytes, of which %.0f could not be less; %ld lines of C%s\n", bytes_of(p, p->work), bytes_of(p, p->least),
               lines_of(&program[i]), p->nloops == 0 ? "" : p->o->loop || p->like ? ", time as a loop"
               : format(m->mem, ", time as straight-line calls (a loop beyond %d steps)", STRAIGHT_STEPS));
        each_kernel(p, product_row, NULL);
    }
}

static void product_json(void *data, const Plan *p, const Kernel *k, const Loop *l)
{
    Text *t = data;
    if (k->kind != K_PRODUCT)
        return;
    const Product *q = k->product;
    put(t, "%s{\"from\": ", t->n && t->s[t->n - 1] == '}' ? ", " : "");
    quote_c(t, where(p->mem, q->n));
    put(t, ", \"m\": %d, \"n\": %d, \"k\": %d, \"times\": %d, \"kernel\": \"%s\", \"us\": %.6g", q->m.extent, q->nn.extent, q->k.extent,
        l ? l->axis->steps : 1, pick_name[q->pick], q->cost);
    if (q->runner_up_cost >= 0)
        put(t, ", \"runner_up\": \"%s\", \"runner_up_us\": %.6g", pick_name[q->runner_up], q->runner_up_cost);
    if (q->measured > 0)
        put(t, ", \"measured_us\": %.6g", q->measured);
    if (q->runner_up_measured > 0 && !isinf(q->runner_up_measured))
        put(t, ", \"runner_up_measured_us\": %.6g", q->runner_up_measured);
    put(t, "}");
}

static void json(const Model *m, const Program *program, int n)
{
    Text t = { 0 };
    put(&t, "{\"name\": "), quote_c(&t, m->name);
    put(&t, ", \"parameters\": %zu, \"batch\": %d, \"leaves\": [", m->reals, m->batch);
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        static const char *const role[] = { "parameter", "input", "target", "state", "random" };
        put(&t, "%s{\"name\": ", i ? ", " : ""), quote_c(&t, l->name);
        put(&t, ", \"role\": \"%s\", \"classes\": %d, \"steps\": %d, \"shape\": [", role[l->role], l->classes, l->type.axis ? l->type.axis->steps : 0);
        for (int j = 0; j < l->type.shape.rank; j++)
            put(&t, "%s%d", j ? ", " : "", l->type.shape.dim[j]);
        put(&t, "]}");
    }
    put(&t, "], \"programs\": [");
    for (int i = 0; i < n; i++) {
        const Plan *p = program[i].p;
        put(&t, "%s{\"name\": \"%s\", \"flops\": %.0f, \"workspace_bytes\": %.0f, \"least_bytes\": %.0f, \"lines\": %ld, \"products\": [",
            i ? ", " : "", program[i].name, flops_of(p), bytes_of(p, p->work), bytes_of(p, p->least), lines_of(&program[i]));
        each_kernel(p, product_json, &t);
        put(&t, "]}");
    }
    put(&t, "]");
    fputs(t.s, stdout);
    text_free(&t);
}

/* ---- the predictor ---- */

typedef struct { const char *key, *label; long value; } Cost;

enum { COSTS = 14 };

static void list_costs(const Costs *c, bool steps, Cost out[COSTS])
{
    const Cost all[COSTS] = {
        { "weight_bytes", "bytes of weights, packed", c->weights }, { "state_bytes", "bytes of state", c->state },
        { "work_bytes", steps ? "bytes of work, on the stack" : "bytes of workspace", c->work },
        { "begin_bytes", "bytes of workspace before the first step", c->begin },
        { "stack_bytes", "bytes of stack, at most", c->stack }, { "code_bytes", "bytes of code on a Cortex-M, about", c->code },
        { "flash_bytes", "bytes of flash, about", c->weights + c->code },
        { "ram_bytes", "bytes of memory in all", c->state + c->stack + c->begin + (steps ? 0 : c->work) },
        { "multiply_adds", steps ? "multiply-adds a step" : "multiply-adds a sequence", c->multiply_adds },
        { "receptive_field", "steps on which an output depends (0: all before)", c->reach.past < 0 ? 0 : c->reach.past },
        { "look_ahead", "steps of look-ahead", c->reach.future < 0 ? c->axis_steps - 1 : c->reach.future },
        { "block_steps", "steps that NAME_run takes at once", c->block },
        { "parameters", "trained numbers", c->parameters }, { "steps", steps ? "it steps" : "it takes the whole sequence", steps },
    };
    memcpy(out, all, sizeof all);
}

static void print_costs(const Model *m, const Costs *c, bool steps, bool as_json)
{
    Cost cost[COSTS];
    list_costs(c, steps, cost);
    if (!as_json)
        printf("predictor of %s: %s\n", m->name, cost[COSTS - 1].label);
    for (int i = 0; i < COSTS - (as_json ? 0 : 2); i++)
        if (as_json)
            printf("%s\"%s\": %ld", i ? ", " : ", \"predictor\": {", cost[i].key, cost[i].value);
        else if (cost[i].value || strcmp(cost[i].key, "begin_bytes"))
            printf("    %10ld %s\n", cost[i].value, cost[i].label);
    if (as_json)
        printf("}}\n");
}

int cmd_inspect(Model *m, Graph *g, const Options *o)
{
    static const struct { Purpose purpose; const char *name; bool fixed; } all[] = {
        { FOR_GRADIENT, "gradient", false }, { FOR_LOSS, "loss", false }, { FOR_STEP, "step", true },
    };
    Program program[4];
    int n = 0, leaves = m->leaves;
    for (int i = 0; i < 3; i++) {
        const char *why = NULL;
        Graph *ready = run_passes(g, all[i].purpose, o, &why);
        if (ready)
            program[n++] = (Program){ all[i].name, plan_program(ready, all[i].purpose, all[i].fixed, o) };
        else if (!o->json && !o->quiet)
            printf("%s cannot step: %s\n", m->name, why);
    }
    Plan *block = n && program[n - 1].p->purpose == FOR_STEP ? plan_block(program[n - 1].p) : NULL;
    if (block)
        program[n++] = (Program){ "block", block };
    int now = m->leaves;
    m->leaves = leaves;                                 /* without those that streaming added */
    if (o->json)
        json(m, program, n);
    else
        table(m, program, n);
    m->leaves = now;
    Costs costs;
    bool can_step = predictor_costs(m, g, o, &costs);
    print_costs(m, &costs, can_step, o->json);
    return 0;
}
