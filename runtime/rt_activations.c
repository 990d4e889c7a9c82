/* rt_activations.c -- what each hidden unit does: the network reads a text (or the rows of a CSV file) step by step, and a
 * CSV file gets a row for every step, with a column for each unit of each state. Takes weights and what travels with
 * them; trains nothing.
 */
#include "rt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    rt_instance step;
    rt_carry state;
    rt_data data;
    const rt_port *into;
    real *param;
    rt_tensors *from;
} Reader;

static int prepare(Reader *r, const rt_model *m, const rt_options *o, rt_error *e)
{
    if (m->given)
        return rt_fail(e, "nothing begins a text here, and %s needs '%s' before its first step", m->source, m->given);
    if (!m->step)
        return rt_fail(e, "the network cannot be run step by step, so there is no value of a unit before the end (it "
                       "looks ahead, or has several axes)");
    if (m->data.kind == RT_DATA_NONE)
        return rt_fail(e, "%s has no data section: nothing says what --data should fill", m->source);
    if (!o->data && m->data.kind != RT_DATA_INLINE)
        return rt_fail(e, "which data? --data FILE (%s)", m->data.kind == RT_DATA_CSV ? "CSV" : "text");
    char *folder = rt_out_folder(m, o), *path = NULL;
    path = o->weights ? strdup(o->weights) : folder ? rt_in_folder(folder, "best.safetensors") : NULL;
    free(folder);
    r->param = rt_zeros(m->reals * sizeof(real));
    r->from = path ? rt_tensors_open(path, e->text, sizeof e->text) : NULL;
    int bad = !path || !r->param ? rt_fail(e, "out of memory") : !r->from ? -1
        : rt_weights_load(m, r->from, path, r->param, e);
    free(path);
    if (bad)
        return -1;
    r->data = (rt_data){ .spec = &m->data, .path = o->data ? o->data : m->source, .unknown = -1, .order_pass = -1 };
    r->data.is_text = m->data.kind != RT_DATA_CSV;
    r->data.horizon = r->data.is_text ? 1 : m->data.horizon;
    if (r->data.is_text ? rt_text_read(&r->data, m, NULL, r->from, e) : rt_csv_read(&r->data, m, NULL, 0, r->from, e))
        return -1;
    r->into = rt_find_port(m->step, RT_INPUT, m->data.into);
    if (!r->into)
        return rt_fail(e, "a step of %s does not read '%s'", m->source, m->data.into);
    if (rt_instance_new(&r->step, m->step, e) || rt_carry_new(&r->state, &r->step, e) ||
        rt_carry_begin(&r->state, m->begin, r->param, e))
        return -1;
    rt_instance_prepare(&r->step, r->param);
    return 0;
}

static void feed(Reader *r, size_t row)
{
    rt_carry_put(&r->state);
    void *data = rt_port_data(&r->step, r->into);
    const size_t columns = (size_t)r->data.xs;
    if (r->data.is_text)
        *(int32_t *)data = r->data.symbol[row];
    else if (r->into->classes)
        *(int32_t *)data = (int32_t)r->data.x[row * columns];
    else
        memcpy(data, r->data.x + row * columns, columns * sizeof(real));
    rt_instance_run(&r->step, r->param, NULL);
    rt_carry_take(&r->state);
}

static void symbol(const Reader *r, size_t row, FILE *to)    /* between quotes; a quote is doubled */
{
    const int id = r->data.symbol[row];
    const int32_t code = id < r->data.codes ? r->data.code[id] : -1;
    fputc('"', to);
    if (code == '"')
        fputc('"', to);
    rt_text_put(&r->data, id, to);
    fputc('"', to);
}

static int write(Reader *r, const rt_model *m, const char *path, rt_error *e)
{
    const rt_program *p = m->step;
    FILE *to = fopen(path, "w");
    if (!to)
        return rt_fail(e, "%s: %s", path, strerror(errno));
    fputs(r->data.is_text ? "position,symbol" : "position", to);
    for (int i = 0; i < p->ports; i++)
        for (size_t k = 0; p->port[i].role == RT_FINAL && k < rt_port_count(&p->port[i]); k++)
            fprintf(to, ",%s.%zu", p->port[i].name, k + 1);
    fputc('\n', to);
    for (size_t row = 0; row < r->data.rows; row++) {
        feed(r, row);
        fprintf(to, "%zu", row + 1);
        if (r->data.is_text)
            fputc(',', to), symbol(r, row, to);
        for (int i = 0; i < p->ports; i++) {
            const real *x = rt_port_data(&r->step, &p->port[i]);
            for (size_t k = 0; p->port[i].role == RT_FINAL && k < rt_port_count(&p->port[i]); k++)
                fprintf(to, ",%.6g", (double)x[k]);
        }
        fputc('\n', to);
    }
    const int bad = ferror(to);
    return fclose(to) || bad ? rt_fail(e, "%s: %s", path, strerror(errno)) : 0;
}

int rt_activations(const rt_model *m, const rt_options *o, rt_error *e)
{
    Reader r = { .data = { .unknown = -1 } };
    int bad = prepare(&r, m, o, e);
    if (!bad && !r.state.count)
        bad = rt_fail(e, "%s has no recurrent state", m->source);
    if (!bad)
        bad = write(&r, m, o->activations, e);
    rt_data_close(&r.data);
    rt_tensors_close(r.from);
    free(r.step.work), free(r.state.value), free(r.param);
    return bad ? -1 : 0;
}
