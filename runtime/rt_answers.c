/* rt_answers.c -- answers of a trained network for examples: a line for each, with a field for each target (tabs between
 * them): a name, or numbers with commas; for a sequence as many as it has steps, with spaces. Takes weights, what their
 * metadata says of class ids, and a file in which the targets may be missing.
 */
#include "rt_examples.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    rt_instance run;
    rt_carry carry;
    rt_tensors *from;
    rt_examples x;
    real *param;
    size_t *start;
} Answers;

static int prepare(Answers *a, const rt_model *m, const rt_options *o, rt_error *e)
{
    char note[400] = "";
    if (!o->weights)
        return rt_fail(e, "which weights? --weights FILE");
    if (!(a->from = rt_tensors_open(o->weights, e->text, sizeof e->text)))
        return -1;
    a->param = rt_zeros(m->reals * sizeof(real));
    a->start = calloc((size_t)(m->loss->batch > 0 ? m->loss->batch : 1), sizeof *a->start);
    if (!a->param || !a->start)
        return rt_fail(e, "out of memory");
    a->x.answers = 1;
    if (rt_weights_load(m, a->from, o->weights, a->param, e) || rt_instance_new(&a->run, m->loss, e) ||
        rt_carry_new(&a->carry, &a->run, e) ||
        rt_examples_open(&a->x, m, NULL, o->predict, 1, a->from, note, sizeof note, e))
        return -1;
    if (*note && !o->quiet)
        fprintf(stderr, "%s: %s\n", m->name, note);
    rt_instance_prepare(&a->run, a->param);
    return 0;
}

static void put_step(const rt_fed *f, const rt_vocabulary *v, const real *y, size_t n)
{
    size_t best = 0;
    for (size_t k = 0; k < n && !f->port->classes; k++)
        printf(k ? ",%.9g" : "%.9g", (double)y[k]);
    for (size_t k = 1; k < n && f->port->classes; k++)
        best = y[k] > y[best] ? k : best;
    if (!f->port->classes)
        return;
    const rt_entry *w = v ? rt_vocabulary_word(v, (int)best) : NULL;
    if (w)
        fwrite(w->s, 1, w->n, stdout);
    else
        printf("%zu", best);
}

/* how many steps the answer of an example has: those of what is fed on its axis */
static size_t steps_of(const rt_examples *x, const rt_fed *f, size_t example)
{
    for (int i = 0; i < x->spec->feeds; i++) {
        const rt_fed *g = &x->fed[i];
        if (f->port->axis && g->present && g->port->axis && !strcmp(g->port->axis, f->port->axis))
            return g->at[example + 1] - g->at[example];
    }
    return (size_t)(f->port->steps ? f->port->steps : 1);
}

static int answer(Answers *a, const rt_model *m, rt_error *e)
{
    const size_t batch = m->loss->batch > 0 ? (size_t)m->loss->batch : 1;
    int fields = 0;
    for (size_t first = 0; first < a->x.n; first += batch) {
        for (size_t b = 0; b < batch; b++)
            a->start[b] = first + b < a->x.n ? first + b : SIZE_MAX;
        rt_examples_fill(&a->x, &a->run, a->start);
        rt_carry_put(&a->carry);
        rt_instance_run(&a->run, a->param, NULL);
        for (size_t b = 0; b < batch && first + b < a->x.n; b++) {
            fields = 0;
            for (int i = 0; i < a->x.spec->feeds; i++) {
                const rt_fed *f = &a->x.fed[i];
                const rt_port *target = f->target ? rt_find_port(m->loss, RT_TARGET, f->spec->port) : NULL;
                const size_t n = f->port->classes ? (size_t)f->port->classes : (size_t)f->features;
                const rt_port *y = target ? rt_output_like(m->loss, target, f->port->classes ? n : 1) : NULL;
                const size_t lanes = y && y->batch ? (size_t)y->batch : 1;
                if (!y)
                    continue;
                if (fields++)
                    putchar('\t');
                for (size_t t = 0, steps = steps_of(&a->x, f, first + b); t < steps; t++) {
                    if (t)
                        putchar(' ');
                    put_step(f, f->spec->vocabulary < 0 ? NULL : &a->x.vocabulary[f->spec->vocabulary],
                             (const real *)rt_port_data(&a->run, y) + (t * lanes + b) * n, n);
                }
            }
            putchar('\n');
        }
        if (!fields)
            return rt_fail(e, "%s: no output is as large as a target (for class ids: a number for each class), so there is no answer",
                           m->source);
    }
    return 0;
}

int rt_answers(const rt_model *m, const rt_options *o, rt_error *e)
{
    Answers a = { .param = NULL };
    int code = prepare(&a, m, o, e) || answer(&a, m, e) ? -1 : 0;
    rt_tensors_close(a.from);
    if (a.x.spec)
        rt_examples_free(&a.x);
    free(a.run.work), free(a.carry.value), free(a.param), free(a.start);
    return code;
}
