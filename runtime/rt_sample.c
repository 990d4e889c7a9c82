/* rt_sample.c -- text drawn from a trained network, symbol by symbol, by its step program. Takes weights and the
 * vocabulary that travels with them; gives text on stdout. The network's output may be probabilities or their
 * logarithms, shifted.
 */
#include "rt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    rt_instance step;
    rt_carry state;
    rt_data data;                                            /* its vocabulary only */
    const rt_port *into, *output;
    real *param;
    double *p;
    rt_tensors *from;
} Sampler;

static int prepare(Sampler *s, const rt_model *m, const rt_options *o, rt_error *e)
{
    char *folder = rt_out_folder(m, o), *path = NULL;
    path = o->weights ? strdup(o->weights) : folder ? rt_in_folder(folder, "best.safetensors") : NULL;
    free(folder);
    if (!path)
        return rt_fail(e, "out of memory");
    s->from = rt_tensors_open(path, e->text, sizeof e->text);
    s->param = rt_zeros(m->reals * sizeof(real));
    int bad = !s->from ? -1 : !s->param ? rt_fail(e, "out of memory")
        : rt_weights_load(m, s->from, path, s->param, e);
    if (!bad && rt_data_vocabulary(&s->data, m, s->from, e))
        bad = -1;
    if (!bad && !s->data.codes)
        bad = rt_fail(e, "%s: its metadata has no vocabulary: which class is which character?", path);
    free(path);
    if (bad || rt_instance_new(&s->step, m->step, e) || rt_carry_new(&s->state, &s->step, e) ||
        rt_carry_begin(&s->state, m->begin, s->param, e))
        return -1;
    s->into = rt_find_port(m->step, RT_INPUT, m->data.into);
    s->output = rt_find_port(m->step, RT_OUTPUT, m->data.target);
    for (int i = 0; i < m->step->ports; i++)
        if (m->step->port[i].role == RT_OUTPUT && !s->output && s->into &&
            rt_port_count(&m->step->port[i]) == (size_t)s->into->classes)
            s->output = &m->step->port[i];
    if (!s->into || s->into->classes < 1 || !s->output || rt_port_count(s->output) != (size_t)s->into->classes)
        return rt_fail(e, "sampling needs an output with a probability for each class of input %s",
                       m->data.into ? m->data.into : "(none)");
    s->p = malloc((size_t)s->into->classes * sizeof *s->p);
    rt_instance_prepare(&s->step, s->param);
    return s->p ? 0 : rt_fail(e, "out of memory");
}

static void feed(Sampler *s, int id)
{
    rt_carry_put(&s->state);
    *(int32_t *)rt_port_data(&s->step, s->into) = id;
    rt_instance_run(&s->step, s->param, NULL);
    rt_carry_take(&s->state);
}

/* p <- probabilities to the power 1/temperature, not normalised; their sum */
static double sharpen(Sampler *s, double temperature)
{
    const real *y = rt_port_data(&s->step, s->output);
    double sum = 0, most = -INFINITY, total = 0;
    int probabilities = 1, n = s->into->classes;
    for (int i = 0; i < n; i++) {
        probabilities = probabilities && y[i] >= 0;
        sum += (double)y[i];
    }
    probabilities = probabilities && fabs(sum - 1) < 1e-3;
    for (int i = 0; i < n; i++) {
        s->p[i] = probabilities ? log((double)y[i]) : (double)y[i];
        most = s->p[i] > most ? s->p[i] : most;
    }
    for (int i = 0; i < n; i++) {
        s->p[i] = temperature > 0 ? exp((s->p[i] - most) / temperature) : s->p[i] == most;
        if (i == s->data.unknown || i >= s->data.codes)
            s->p[i] = 0;                                     /* nothing to print for these */
        total += s->p[i];
    }
    return total;
}

/* only the k likeliest stay; what of p is left in all */
static double only(Sampler *s, long k, double total)
{
    const int n = s->into->classes;
    for (int i = 0; i < n && k && k < n; i++) {
        long better = 0;
        for (int j = 0; j < n; j++)
            better += fabs(s->p[j]) > fabs(s->p[i]) || (j < i && fabs(s->p[j]) == fabs(s->p[i]));
        if (better >= k && s->p[i] > 0)
            total -= s->p[i], s->p[i] = -s->p[i];           /* still compared with */
    }
    return total;
}

static int draw(Sampler *s, rt_random *r, double temperature, long top_k, rt_error *e)
{
    double total = only(s, top_k, sharpen(s, temperature)), x = rt_random_uniform(r) * total;
    int last = -1;
    if (!(total > 0) || !isfinite(total))
        return rt_fail(e, "the network's output is not finite");
    for (int i = 0; i < s->into->classes; i++)
        if (s->p[i] > 0) {
            last = i;
            if ((x -= s->p[i]) < 0)
                break;
        }
    return last;
}

static int begin(Sampler *s, const rt_model *m, const rt_options *o, rt_error *e)
{
    const unsigned char *text = (const unsigned char *)(o->prime ? o->prime : "");
    size_t n = strlen((const char *)text);
    if (!n) {                                                /* the start of a line, or the first class */
        int id = rt_text_class(&s->data, '\n');
        feed(s, id < 0 || id == s->data.unknown ? 0 : id);
        return 0;
    }
    for (size_t i = 0; i < n;) {
        int32_t c = text[i];
        int k = m->data.chars ? rt_text_decode(text + i, n - i, &c) : 1;
        int id = k ? rt_text_class(&s->data, c) : -1;
        if (!k)
            return rt_fail(e, "--prime: byte %zu is not UTF-8", i);
        if (id < 0)
            return rt_fail(e, "--prime: U+%04X is not in the vocabulary of the weights", (unsigned)c);
        feed(s, id);
        i += (size_t)k;
    }
    fputs(o->prime, stdout);
    return 0;
}

static int sample(Sampler *s, const rt_model *m, const rt_options *o, rt_error *e)
{
    rt_random r = rt_random_new(o->seed, UINT64_C(0x200000000));
    if (prepare(s, m, o, e) || begin(s, m, o, e))
        return -1;
    for (long i = 0; i < o->sample; i++) {
        int id = draw(s, &r, o->temperature >= 0 ? o->temperature : 1, o->top_k, e);
        if (id < 0)
            return -1;
        rt_text_put(&s->data, id, stdout);
        feed(s, id);
    }
    fputc('\n', stdout);
    return 0;
}

int rt_sample(const rt_model *m, const rt_options *o, rt_error *e)
{
    if (m->given)
        return rt_fail(e, "a sample begins with nothing, and %s needs '%s' before its first step: its predictor (rnnc "
                       "predictor) is given it", m->source, m->given);
    if (!m->step)
        return rt_fail(e, "the network cannot be run step by step, so it cannot be sampled (it looks ahead, or has "
                       "several axes)");
    if (m->data.kind != RT_DATA_TEXT && m->data.kind != RT_DATA_INLINE)
        return rt_fail(e, "%s describes no text to sample", m->source);
    Sampler s = { .data = { .unknown = -1 } };
    int code = sample(&s, m, o, e);
    rt_data_close(&s.data);
    rt_tensors_close(s.from);
    free(s.step.work), free(s.state.value), free(s.param), free(s.p);
    return code;
}
