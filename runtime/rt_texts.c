/* rt_texts.c -- texts that a trained decoder writes, one for each example of a file: what stands before the first step (an
 * encoder, a vector) is computed from the example, then each symbol is the next step's input. Takes weights and what their
 * metadata says of symbols; gives a line for each example and, with --score, how they compare with the file's own texts.
 */
#include "rt_examples.h"
#include "rt_generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    rt_instance begin, step;
    rt_carry carry;
    rt_tensors *from;
    rt_examples x;
    const rt_fed *said, *target;                             /* what a step reads, what it is to say */
    const rt_port *into, *output;
    const rt_vocabulary *vocabulary;
    real *param, *start, *p;
    uint64_t *weight;
    int32_t *ids;
    void *room;                                              /* of a beam */
    long exact, scored;
    double similarity;
} Writer;

static const rt_feed *feed_of(const rt_model *m, int stops)
{
    for (int i = 0; i < m->data.feeds; i++) {
        const rt_feed *f = &m->data.feed[i];
        if (f->as == RT_AS_SYMBOLS && (stops ? f->stop : f->start) && f->vocabulary >= 0)
            return f;
    }
    return NULL;
}

int rt_writes_texts(const rt_model *m)
{
    const rt_feed *said = feed_of(m, 0), *target = feed_of(m, 1);
    return m->data.kind == RT_DATA_EXAMPLES && m->step && said && target && said->vocabulary == target->vocabulary &&
           rt_find_port(m->step, RT_INPUT, said->port);
}

static int find_ports(Writer *w, const rt_model *m, rt_error *e)
{
    const rt_feed *said = feed_of(m, 0), *target = feed_of(m, 1);
    w->into = rt_find_port(m->step, RT_INPUT, said->port);
    w->said = rt_examples_fed(&w->x, said->port, 0), w->target = rt_examples_fed(&w->x, target->port, 1);
    w->vocabulary = &w->x.vocabulary[said->vocabulary];
    for (int i = 0; i < m->step->ports; i++) {
        const rt_port *q = &m->step->port[i];
        if (q->role == RT_INPUT && q != w->into)
            return rt_fail(e, "each step also needs '%s', which nothing gives while a text is written", q->name);
        if (q->role == RT_OUTPUT && rt_port_count(q) == (size_t)w->into->classes && (!w->output || !strcmp(q->name, target->port)))
            w->output = q;
    }
    if (!w->output || !w->said || !w->target)
        return rt_fail(e, "writing texts needs an output with a probability for each class of '%s'", said->port);
    return 0;
}

static int prepare(Writer *w, const rt_model *m, const rt_options *o, rt_error *e)
{
    char note[400] = "";
    if (!o->weights)
        return rt_fail(e, "which weights? --weights FILE");
    if (!(w->from = rt_tensors_open(o->weights, e->text, sizeof e->text)))
        return -1;
    if (!(w->param = rt_zeros(m->reals * sizeof(real))))
        return rt_fail(e, "out of memory");
    w->x.answers = 1;
    w->x.scored = o->score;
    if (rt_weights_load(m, w->from, o->weights, w->param, e) || rt_instance_new(&w->step, m->step, e) ||
        rt_carry_new(&w->carry, &w->step, e) || (m->begin && rt_instance_new(&w->begin, m->begin, e)) ||
        rt_examples_open(&w->x, m, NULL, o->predict, 1, w->from, note, sizeof note, e) || find_ports(w, m, e))
        return -1;
    if (*note && !o->quiet)
        fprintf(stderr, "%s: %s\n", m->name, note);
    const size_t classes = (size_t)w->into->classes, most = (size_t)w->target->port->steps, state = w->carry.count * sizeof(real);
    w->p = rt_zeros(classes * sizeof *w->p), w->weight = calloc(classes, sizeof *w->weight);
    w->ids = calloc(most + 1, sizeof *w->ids), w->start = rt_zeros(state);
    w->room = rt_zeros(rt_beam_bytes(state, o->beam > 0 ? (size_t)o->beam : 1, most));
    if (!w->p || !w->weight || !w->ids || !w->start || !w->room)
        return rt_fail(e, "out of memory");
    if (m->begin)
        rt_instance_prepare(&w->begin, w->param);
    rt_instance_prepare(&w->step, w->param);
    return 0;
}

/* One step: the state, a symbol -> the state after it, how probable each next symbol is. Some outputs are logarithms. */
static void after(void *context, void *state, int32_t id, real *p)
{
    Writer *w = context;
    const size_t bytes = w->carry.count * sizeof(real), n = (size_t)w->into->classes;
    const real *y = rt_port_data(&w->step, w->output);
    memcpy(w->carry.value, state, bytes);
    rt_carry_put(&w->carry);
    *(int32_t *)rt_port_data(&w->step, w->into) = id;
    rt_instance_run(&w->step, w->param, NULL);
    rt_carry_take(&w->carry);
    memcpy(state, w->carry.value, bytes);
    double sum = 0, most = -INFINITY, total = 0;
    int probable = 1;
    for (size_t i = 0; i < n; i++) {
        probable = probable && y[i] >= 0;
        sum += (double)y[i];
        most = (double)y[i] > most ? (double)y[i] : most;
    }
    probable = probable && fabs(sum - 1) < 1e-3;
    for (size_t i = 0; i < n; i++)
        total += probable ? 0 : exp((double)y[i] - most);
    for (size_t i = 0; i < n; i++) {
        const int sayable = i == 0 || rt_vocabulary_word(w->vocabulary, (int)i) != NULL;     /* 0 ends the text */
        p[i] = !sayable ? (real)0 : probable ? y[i] : (real)(exp((double)y[i] - most) / total);
    }
}

static void put_text(const Writer *w, const int32_t *id, int n)
{
    for (int i = 0; i < n; i++) {
        const rt_entry *word = rt_vocabulary_word(w->vocabulary, id[i]);
        if (i && w->said->spec->unit == RT_WORD)
            putchar(' ');
        if (word)
            fwrite(word->s, 1, word->n, stdout);
        else
            fputs("\xef\xbf\xbd", stdout);
    }
    putchar('\n');
}

/* the least number of symbols to change, add or leave out; -1: out of memory */
static int distance(const int32_t *a, int n, const int32_t *b, int m)
{
    int *row = malloc(((size_t)m + 1) * sizeof *row);
    if (!row)
        return -1;
    for (int j = 0; j <= m; j++)
        row[j] = j;
    for (int i = 1; i <= n; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int best = corner + (a[i - 1] != b[j - 1]);
            best = row[j] + 1 < best ? row[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            corner = row[j];
            row[j] = best;
        }
    }
    const int d = row[m];
    free(row);
    return d;
}

static int score(Writer *w, size_t example, int n, rt_error *e)
{
    const rt_fed *f = w->target;
    const int32_t *right = f->id + f->at[example];
    int m = (int)(f->at[example + 1] - f->at[example]);
    while (m > 0 && right[m - 1] == 0)                       /* the stop */
        m--;
    const int d = distance(w->ids, n, right, m), longer = n > m ? n : m;
    if (d < 0)
        return rt_fail(e, "out of memory");
    w->scored++;
    w->exact += d == 0;
    w->similarity += longer ? 1 - (double)d / longer : 1;
    return 0;
}

static int write_all(Writer *w, const rt_model *m, const rt_options *o, rt_error *e)
{
    const int classes = w->into->classes, most = w->target->port->steps;
    const size_t bytes = w->carry.count * sizeof(real);
    if (o->score && !w->target->present)
        return rt_fail(e, "%s: --score compares with '%s', which the file does not have", o->predict, w->target->spec->port);
    for (size_t i = 0; i < w->x.n; i++) {
        rt_carry_zero(&w->carry);
        if (m->begin) {
            rt_examples_fill(&w->x, &w->begin, &i);
            rt_instance_run(&w->begin, w->param, NULL);
            rt_carry_from(&w->carry, &w->begin);
        }
        memcpy(w->start, w->carry.value, bytes);
        const int n = o->beam > 0 ? rt_beam(after, w, w->start, bytes, classes, (int32_t)o->beam, most, 0, 0, 0, w->ids, w->p, w->room)
            : rt_generate(after, w, w->start, classes, most, 0, o->temperature >= 0 ? o->temperature : 0, (int32_t)o->top_k,
                          o->seed + i, 0, w->ids, w->p, w->weight);
        if (n < 0)
            return rt_fail(e, "example %zu: the network's output is not finite", i + 1);
        put_text(w, w->ids, n);
        if (o->score && score(w, i, n, e))
            return -1;
    }
    if (o->score && w->scored)
        fflush(stdout), fprintf(stderr, "%s: %ld texts, exact %.4f (%ld), similarity %.4f\n", m->name, w->scored, (double)w->exact / (double)w->scored,
                w->exact, w->similarity / (double)w->scored);
    return 0;
}

int rt_texts(const rt_model *m, const rt_options *o, rt_error *e)
{
    Writer w = { .param = NULL };
    const int code = prepare(&w, m, o, e) || write_all(&w, m, o, e) ? -1 : 0;
    rt_tensors_close(w.from);
    if (w.x.spec)
        rt_examples_free(&w.x);
    free(w.begin.work), free(w.step.work), free(w.carry.value), free(w.param), free(w.start), free(w.p);
    free(w.weight), free(w.ids), free(w.room);
    return code;
}
