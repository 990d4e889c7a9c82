/* rt_probe.c -- the programs run once on values from a file, everything that they compute written to another: how
 * rnnc verify holds generated code to the oracle. Names as in golden files: param., input., target., length.,
 * state., random. in; output., loss, grad., grad_input., grad_state., final. out. What the programs' ports do not have is
 * not written.
 */
#include "rt.h"
#include "rt_math.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct { rt_role role; const char *prefix; int required; } inputs[] = {
    { RT_INPUT, "input.", 1 }, { RT_TARGET, "target.", 1 }, { RT_LENGTH, "length.", 1 }, { RT_STATE, "state.", 0 },
    { RT_RANDOM, "random.", 1 },
};
static const struct { rt_role role; const char *prefix; } results[] = {
    { RT_OUTPUT, "output." }, { RT_LOSS, "" }, { RT_GRAD_INPUT, "grad_input." }, { RT_GRAD_STATE, "grad_state." },
    { RT_FINAL, "final." },
};
enum { INPUTS = sizeof inputs / sizeof *inputs, RESULTS = sizeof results / sizeof *results, NAME = 200 };

static const rt_tensor *need(const rt_tensors *in, const char *path, const char *key, int rank, const long *shape,
                             rt_error *e)
{
    char want[120], found[120];
    const rt_tensor *x = rt_tensors_find(in, key);
    rt_shape_text(want, sizeof want, rank, shape);
    if (!x) {
        const char **names = calloc((size_t)in->tensors + 1, sizeof *names), *near = NULL;
        for (int i = 0; names && i < in->tensors; i++)
            names[i] = in->tensor[i].name;
        if (names)
            near = rt_nearest(key, names, in->tensors);
        rt_fail(e, "%s: no tensor %s of shape %s%s%s", path, key, want, near ? "; the nearest is " : "", near
                ? near : "");
        free(names);
        return NULL;
    }
    int same = x->rank == rank;
    for (int k = 0; same && k < rank; k++)
        same = x->shape[k] == shape[k];
    if (same)
        return x;
    rt_fail(e, "%s: tensor %s: expected shape %s, found %s", path, key, want,
            rt_shape_text(found, sizeof found, x->rank, x->shape));
    return NULL;
}

static int fill(const rt_instance *i, const rt_port *p, const rt_tensor *x, const char *path, int most, rt_error *e)
{
    int32_t *id = rt_port_data(i, p);
    real *v = rt_port_data(i, p);
    int whole = p->classes || p->role == RT_LENGTH;
    if (whole && !rt_dtype_whole(x->dtype))
        return rt_fail(e, "%s: tensor %s: expected integers (I32), found %s", path, x->name,
                       rt_dtype_name(x->dtype));
    if (!whole && rt_dtype_whole(x->dtype))
        return rt_fail(e, "%s: tensor %s: expected F32 or F64, found %s", path, x->name, rt_dtype_name(x->dtype));
    for (size_t k = 0; k < x->count; k++) {
        if (!whole) {
            v[k] = (real)rt_tensor_value(x, k);
            continue;
        }
        int64_t n = rt_tensor_whole(x, k), last = p->classes ? p->classes - 1 : most;
        if (n < (p->role == RT_TARGET ? -1 : 0) || n > last)     /* -1: this target is missing */
            return rt_fail(e, "%s: tensor %s: element %zu is %lld, expected 0 to %lld", path, x->name, k,
                           (long long)n,
                           (long long)last);
        id[k] = (int32_t)n;
    }
    return 0;
}

static int fill_all(const rt_instance *i, const rt_tensors *in, const char *path, rt_error *e)
{
    int most = 1;
    for (int k = 0; k < i->program->ports; k++)
        most = i->program->port[k].steps > most ? i->program->port[k].steps : most;
    for (int k = 0; k < i->program->ports; k++)
        for (int j = 0; j < INPUTS; j++) {
            const rt_port *p = &i->program->port[k];
            char key[NAME];
            long shape[RT_MAX_RANK + 2];
            if (p->role != inputs[j].role)
                continue;
            snprintf(key, sizeof key, "%s%s", inputs[j].prefix, p->name);
            if (!inputs[j].required && !rt_tensors_find(in, key)) {
                memset(rt_port_data(i, p), 0, rt_port_count(p) * sizeof(real));
                continue;
            }
            const rt_tensor *x = need(in, path, key, rt_port_shape(p, shape), shape, e);
            if (!x || fill(i, p, x, path, most, e))
                return -1;
        }
    return 0;
}

/* What an earlier batch left in the workspace must not matter, nor what a file holds past the lengths: a run with both
 * comes first, as if every example were complete. */
static int run_used(const rt_instance *i, const real *param, real *grad, const rt_tensors *in, const char *path, rt_error *e)
{
    const rt_program *p = i->program;
    int ragged = 0;
    if (fill_all(i, in, path, e))
        return -1;
    rt_instance_prepare(i, param);
    for (int k = 0; k < p->ports; k++)
        for (int j = 0; j < p->ports; j++) {
            int32_t *length = rt_port_data(i, &p->port[k]);
            const char *axis = p->port[j].axis;
            if (p->port[k].role != RT_LENGTH || !axis || strcmp(axis, p->port[k].name))
                continue;
            ragged = 1;
            for (int b = 0; b < p->port[k].batch; b++)
                length[b] = p->port[j].steps;
        }
    if (ragged) {
        rt_instance_run(i, param, grad);
        if (fill_all(i, in, path, e))
            return -1;
        rt_instance_cut(i);
    }
    rt_instance_run(i, param, grad);
    return 0;
}

/* Every name of the input file must mean something here; results of a golden file are left to whoever compares. */
static int known(const rt_model *m, const rt_tensors *in, const char *path, rt_error *e)
{
    for (int i = 0; i < in->tensors; i++) {
        const char *name = in->tensor[i].name;
        int good = !strcmp(name, "loss") || !strncmp(name, "grad.", 5);
        for (int k = 0; k < RESULTS; k++)
            good = good || (*results[k].prefix && !strncmp(name, results[k].prefix, strlen(results[k].prefix)));
        for (int k = 0; k < m->params; k++)
            good = good || (!strncmp(name, "param.", 6) && !strcmp(name + 6, m->param[k].name));
        for (int k = 0; k < INPUTS; k++)
            good = good || (!strncmp(name, inputs[k].prefix, strlen(inputs[k].prefix)) &&
                            (rt_find_port(m->gradient, inputs[k].role, name + strlen(inputs[k].prefix)) ||
                             rt_find_port(m->loss, inputs[k].role, name + strlen(inputs[k].prefix))));
        if (!good)
            return rt_fail(e, "%s: tensor %s is nothing that %s has", path, name, m->source);
    }
    return 0;
}

typedef struct {
    rt_instance gradient, loss;
    rt_tensors *in;
    real *param, *grad;
    rt_tensor *out;
    char (*name)[NAME];
    int n;
} Probe;

static void add(Probe *p, const char *prefix, const char *name, int rank, const long *shape, const void *data)
{
    rt_tensor *x = &p->out[p->n];
    snprintf(p->name[p->n], NAME, "%s%s", prefix, name);
    const rt_dtype dtype = sizeof(real) == 8 ? RT_F64 : RT_F32;
    *x = (rt_tensor){ .name = p->name[p->n], .dtype = dtype, .rank = rank, .data = data };
    for (int k = 0; k < rank; k++)
        x->shape[k] = shape[k];
    p->n++;
}

static int has(const Probe *p, const char *prefix, const char *name)
{
    char key[NAME];
    snprintf(key, sizeof key, "%s%s", prefix, name);
    for (int i = 0; i < p->n; i++)
        if (!strcmp(p->name[i], key))
            return 1;
    return 0;
}

static void collect(Probe *p, const rt_instance *i)
{
    for (int k = 0; k < i->program->ports; k++)
        for (int j = 0; j < RESULTS; j++) {
            const rt_port *q = &i->program->port[k];
            long shape[RT_MAX_RANK + 2];
            const char *name = q->role == RT_LOSS ? "loss" : q->name;
            if (q->role == results[j].role && !has(p, results[j].prefix, name))
                add(p, results[j].prefix, name, rt_port_shape(q, shape), shape, rt_port_data(i, q));
        }
}

static int compute(Probe *p, const rt_model *m, const char *path, rt_error *e)
{
    char key[NAME];
    if (!(p->in = rt_tensors_open(path, e->text, sizeof e->text)) || known(m, p->in, path, e) ||
        rt_instance_new(&p->gradient, m->gradient, e) || rt_instance_new(&p->loss, m->loss, e))
        return -1;
    size_t most = (size_t)(m->params + m->gradient->ports + m->loss->ports + 1);
    p->param = rt_zeros(m->reals * sizeof(real)), p->grad = rt_zeros(m->reals * sizeof(real));
    p->out = calloc(most, sizeof *p->out), p->name = calloc(most, sizeof *p->name);
    if (!p->param || !p->grad || !p->out || !p->name)
        return rt_fail(e, "out of memory");
    for (int i = 0; i < m->params; i++) {
        const rt_param *q = &m->param[i];
        snprintf(key, sizeof key, "param.%s", q->name);
        const rt_tensor *x = need(p->in, path, key, q->rank, q->shape, e);
        if (!x)
            return -1;
        for (size_t k = 0; k < x->count; k++)
            p->param[q->offset + k] = (real)rt_tensor_value(x, k);
    }
    if (run_used(&p->gradient, p->param, p->grad, p->in, path, e) || run_used(&p->loss, p->param, NULL, p->in, path, e))
        return -1;
    collect(p, &p->gradient);
    collect(p, &p->loss);                                    /* what the program with gradients leaves out */
    for (int i = 0; i < m->params; i++)
        add(p, "grad.", m->param[i].name, m->param[i].rank, m->param[i].shape, p->grad + m->param[i].offset);
    return 0;
}

static void close_probe(Probe *p)
{
    rt_tensors_close(p->in);
    free(p->gradient.work), free(p->loss.work), free(p->param), free(p->grad), free(p->out), free(p->name);
}

int rt_probe(const rt_model *m, const rt_options *o, rt_error *e)
{
    Probe p = { .n = 0 };
    int code = compute(&p, m, o->probe[0], e);
    if (!code)
        code = rt_tensors_save(o->probe[1], p.out, p.n, NULL, 0, e->text, sizeof e->text);
    close_probe(&p);
    return code;
}

/* ---- golden tests ---- */

/* |got - want| / |want|, over the whole tensor; NaN in either makes it NaN */
static double relative(const rt_tensor *got, const rt_tensor *want)
{
    double off = 0, size = 0;
    for (size_t k = 0; k < want->count; k++) {
        double w = rt_tensor_value(want, k), d = (double)((const real *)got->data)[k] - w;
        off += d * d, size += w * w;
    }
    return size > 0 ? sqrt(off / size) : sqrt(off);
}

int rt_golden(const char *path, const rt_model *m, double rtol)
{
    Probe p = { .n = 0 };
    rt_error e = { .code = 0 };
    int held = 0, bad = 0;
    rt_flush_denormals();
    if (compute(&p, m, path, &e)) {
        fprintf(stderr, "%s: %s\n", m->name, e.text);
        close_probe(&p);
        return 1;
    }
    for (int i = 0; i < p.n; i++) {
        const rt_tensor *want = rt_tensors_find(p.in, p.out[i].name);
        if (!want)
            continue;
        size_t count = 1;
        for (int k = 0; k < p.out[i].rank; k++)
            count *= (size_t)p.out[i].shape[k];
        double error = count == want->count ? relative(&p.out[i], want) : HUGE_VAL;
        int ok = error <= rtol;                              /* false for NaN */
        held++, bad += !ok;
        if (count != want->count)
            printf("BAD  %-40s %zu numbers are recorded, %zu computed\n", p.out[i].name, want->count, count);
        else if (!ok)
            printf("BAD  %-40s relative error %.2e, allowed %.0e\n", p.out[i].name, error, rtol);
    }
    if (held == 0)
        fprintf(stderr, "%s: %s records nothing that the network computes\n", m->name, path);
    printf("%s: %d passed, %d failed\n", m->name, held - bad, bad);
    close_probe(&p);
    return bad || !held;
}
