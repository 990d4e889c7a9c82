/* rt_examples.c -- the examples of a data section as the numbers of each port, and a batch of them in the places of a
 * program. Takes files by way of rt_examples_read.c and rt_examples_npy.c; knows of no training.
 */
#include "rt_examples.h"

#include <stdlib.h>
#include <string.h>

int rt_fed_room(rt_fed *f, size_t steps, rt_error *e)
{
    if (f->n + steps <= f->room)
        return 0;
    size_t room = (f->n + steps) * 2 + 64;
    void *grown = f->port->classes ? realloc(f->id, room * sizeof *f->id)
                                   : realloc(f->x, room * (size_t)f->features * sizeof *f->x);
    if (!grown)
        return rt_fail(e, "out of memory");
    if (f->port->classes)
        f->id = grown;
    else
        f->x = grown;
    f->room = room;
    return 0;
}

int rt_fed_end(rt_fed *f, size_t example, rt_error *e)
{
    if ((example & (example + 1)) == 0 || !f->at) {          /* room for twice as many */
        size_t *grown = realloc(f->at, (2 * example + 3) * sizeof *grown);
        if (!grown)
            return rt_fail(e, "out of memory");
        f->at = grown;
        f->at[0] = 0;
    }
    f->at[example + 1] = f->n;
    return 0;
}

static const rt_port *port_of(const rt_model *m, const char *name, rt_role role)
{
    const rt_port *p = rt_find_port(m->loss, role, name);
    return p ? p : rt_find_port(m->gradient, role, name);
}

static int make(rt_examples *x, rt_error *e)
{
    const rt_model *m = x->model;
    x->fed = calloc((size_t)x->spec->feeds + 1, sizeof *x->fed);
    x->vocabulary = calloc((size_t)x->spec->vocabularies + 1, sizeof *x->vocabulary);
    if (!x->fed || !x->vocabulary)
        return rt_fail(e, "out of memory");
    x->ragged = 1;
    for (int i = 0; i < x->spec->vocabularies; i++)
        if (rt_vocabulary_new(&x->vocabulary[i], &x->spec->vocabulary[i], e))
            return -1;
    for (int i = 0; i < x->spec->feeds; i++) {
        rt_fed *f = &x->fed[i];
        f->spec = &x->spec->feed[i];
        f->port = port_of(m, f->spec->port, RT_INPUT);
        f->target = !f->port;
        f->port = f->port ? f->port : port_of(m, f->spec->port, RT_TARGET);
        if (!f->port)
            return rt_fail(e, "%s: the data section fills %s, which the network does not have", m->source, f->spec->port);
        f->features = 1;
        for (int k = 0; k < f->port->rank; k++)
            f->features *= (int)f->port->shape[k];
        f->ragged = f->port->axis && (rt_find_port(m->loss, RT_LENGTH, f->port->axis) ||
                                      rt_find_port(m->gradient, RT_LENGTH, f->port->axis));
        x->ragged = x->ragged && (!f->target || f->ragged);
        if (f->spec->vocabulary >= 0 && f->spec->as == RT_AS_SYMBOLS)
            x->vocabulary[f->spec->vocabulary].unit = f->spec->unit;
        else if (f->spec->vocabulary >= 0)
            x->vocabulary[f->spec->vocabulary].unit = f->spec->as == RT_AS_SLOT ? RT_CHAR : RT_CELL;
    }
    return 0;
}

static void remark(const rt_examples *x, const char *path, char *note, size_t room)
{
    size_t used = strlen(note);
    if (x->cut || x->skipped)
        snprintf(note + used, room - used, "%s%s: %zu of %zu examples are longer than their axis and are %s", used ? "; " : "", path,
                 x->cut ? x->cut : x->skipped, x->n + x->skipped, x->cut ? "cut" : "left out");
}

static int read_tables(rt_examples *x, const char *const *path, double valid, const rt_tensors *known, char *note,
                       size_t room, rt_error *e)
{
    rt_table table[2] = { { .path = NULL }, { .path = NULL } };
    int n = 0, bad = 0;
    for (; n < 2 && path[n] && !bad; n++)
        bad = rt_table_read(&table[n], path[n], path[n] == x->model->source ? x->spec->text : NULL, x->spec, e);
    bad = bad || rt_examples_read(x, table, n, valid, known, note, room, e);
    rt_table_free(&table[0]), rt_table_free(&table[1]);
    return bad;
}

int rt_examples_open(rt_examples *x, const rt_model *m, const char *train_path, const char *valid_path, double valid,
                     const rt_tensors *known, char *note, size_t room, rt_error *e)
{
    const char *path[3] = { train_path ? train_path : valid_path, train_path ? valid_path : NULL, NULL };
    x->model = m;
    x->spec = &m->data;
    if (make(x, e))
        return -1;
    if (m->data.table == RT_ARRAYS) {
        for (int i = 0; path[i]; i++) {
            if (rt_examples_npy(x, path[i], e))
                return -1;
            x->train = i == 0 ? x->n : x->train;
        }
        if (!path[1])
            x->train = (size_t)((1 - valid) * (double)x->n + 1e-6);
    } else if (read_tables(x, path, train_path ? valid : 1, known, note, room, e))
        return -1;
    remark(x, path[0], note, room);
    return 0;
}

void rt_examples_free(rt_examples *x)
{
    for (int i = 0; x->fed && i < x->spec->feeds; i++)
        free(x->fed[i].at), free(x->fed[i].id), free(x->fed[i].x);
    for (int i = 0; x->vocabulary && i < x->spec->vocabularies; i++)
        rt_vocabulary_free(&x->vocabulary[i]);
    free(x->fed), free(x->vocabulary);
}

const rt_fed *rt_examples_fed(const rt_examples *x, const char *port, int target)
{
    for (int i = 0; i < x->spec->feeds; i++)
        if (x->fed[i].target == target && !strcmp(x->fed[i].spec->port, port))
            return &x->fed[i];
    return NULL;
}

/* one example's steps; past its length inputs and targets are 0 */
static void put(const rt_fed *f, const rt_port *p, void *to, size_t b, size_t example)
{
    const size_t batch = (size_t)(p->batch ? p->batch : 1), steps = (size_t)(p->steps ? p->steps : 1), n = (size_t)f->features;
    const int none = example == SIZE_MAX || !f->present;
    const size_t from = none ? 0 : f->at[example], have = none ? 0 : f->at[example + 1] - from;
    for (size_t t = 0; t < steps; t++)
        if (p->classes) {
            int32_t id = t < have ? f->id[from + t] : none && f->target ? RT_NO_TARGET : 0;
            ((int32_t *)to)[t * batch + b] = id < 0 ? RT_NO_TARGET : id;
        } else if (t < have)
            memcpy((real *)to + (t * batch + b) * n, f->x + (from + t) * n, n * sizeof(real));
        else
            memset((real *)to + (t * batch + b) * n, 0, n * sizeof(real));
}

/* the steps of an example on an axis: those of what is fed there, else all */
static int32_t length_of(const rt_examples *x, const rt_program *p, const char *axis, size_t example)
{
    for (int i = 0; i < x->spec->feeds; i++) {
        const rt_fed *f = &x->fed[i];
        if (f->present && f->port->axis && !strcmp(f->port->axis, axis))
            return example == SIZE_MAX ? 0 : (int32_t)(f->at[example + 1] - f->at[example]);
    }
    for (int i = 0; i < p->ports; i++)
        if (p->port[i].axis && !strcmp(p->port[i].axis, axis))
            return p->port[i].steps;
    return 0;
}

void rt_examples_fill(const rt_examples *x, const rt_instance *i, const size_t *start)
{
    const rt_program *p = i->program;
    for (int k = 0; k < p->ports; k++) {
        const rt_port *q = &p->port[k];
        void *to = rt_port_data(i, q);
        const size_t batch = (size_t)(q->batch ? q->batch : 1);
        if (q->role == RT_LENGTH)
            for (size_t b = 0; b < batch; b++)
                ((int32_t *)to)[b] = length_of(x, p, q->name, start[b]);
        const rt_fed *f = q->role == RT_INPUT ? rt_examples_fed(x, q->name, 0) : q->role == RT_TARGET ? rt_examples_fed(x, q->name, 1) : NULL;
        for (size_t b = 0; f && b < batch; b++)
            put(f, q, to, b, start[b]);
    }
}
