/* rt_predict.c -- answers of a trained network for rows of numbers: for each window of a CSV file, the row that it
 * ends at and what the network says, in the target's own units. Takes weights and the normalisation that travels
 * with them; the answers go to standard output as CSV.
 */
#include "rt.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    rt_instance run;
    rt_data data;
    rt_tensors *from;
    real *param;
    const rt_port *into, *output;
} Predictor;

static int prepare(Predictor *p, const rt_model *m, const rt_options *o, rt_error *e)
{
    if (m->data.kind != RT_DATA_CSV)
        return rt_fail(e, "--predict answers rows of numbers, and %s reads text: --sample N --prime TEXT continues "
                       "one", m->source);
    if (!o->weights)
        return rt_fail(e, "which weights? --weights FILE");
    if (!(p->from = rt_tensors_open(o->weights, e->text, sizeof e->text)))
        return -1;
    p->param = rt_zeros(m->reals * sizeof(real));
    if (!p->param)
        return rt_fail(e, "out of memory");
    if (rt_weights_load(m, p->from, o->weights, p->param, e) || rt_instance_new(&p->run, m->loss, e))
        return -1;
    p->data = (rt_data){ .spec = &m->data, .path = o->predict, .unknown = -1, .order_pass = -1,
                         .horizon = m->data.horizon, .ahead = 1 };
    if (rt_csv_read(&p->data, m, NULL, 0, p->from, e))
        return -1;
    p->into = rt_find_port(m->loss, RT_INPUT, m->data.into);
    p->output = rt_find_port(m->loss, RT_OUTPUT, NULL);
    if (!p->into || !p->output)
        return rt_fail(e, "%s has no %s that --predict could use", m->source, p->into ? "output" : "input");
    rt_instance_prepare(&p->run, p->param);
    return 0;
}

/* the windows that begin at rows first, first + 1, ..; those past the last are filled with the last */
static void fill(Predictor *p, size_t first, size_t last)
{
    real *x = rt_port_data(&p->run, p->into);
    int32_t *id = rt_port_data(&p->run, p->into);
    size_t columns = (size_t)p->data.xs, batch = p->into->batch ? (size_t)p->into->batch : 1;
    int steps = p->into->steps ? p->into->steps : 1;
    for (int t = 0; t < steps; t++)
        for (size_t b = 0; b < batch; b++) {
            size_t row = (first + b > last ? last : first + b) + (size_t)t;
            for (size_t k = 0; k < columns; k++)
                if (p->into->classes)
                    *id++ = (int32_t)p->data.x[row * columns + k];
                else
                    *x++ = p->data.x[row * columns + k];
        }
    rt_instance_lengths(&p->run, steps);
}

static void print(const Predictor *p, size_t first, size_t last)
{
    const real *y = rt_port_data(&p->run, p->output);
    size_t batch = p->output->batch ? (size_t)p->output->batch : 1, n = rt_port_count(p->output) / batch;
    int steps = p->into->steps ? p->into->steps : 1;
    const rt_scale *s = &p->data.target;
    if (p->output->steps) {                                  /* the answer after the last step */
        n /= (size_t)p->output->steps;
        y += (size_t)(p->output->steps - 1) * batch * n;
    }
    for (size_t b = 0; b < batch && first + b <= last; b++) {
        printf("%zu", first + b + (size_t)steps);
        for (size_t k = 0; k < n; k++) {
            double v = (double)y[b * n + k];
            if (s->n && n % (size_t)s->n == 0)
                v = v * s->std[k % (size_t)s->n] + s->mean[k % (size_t)s->n];
            printf(",%.9g", v);
        }
        putchar('\n');
    }
}

static int predict(Predictor *p, const rt_model *m, const rt_options *o, rt_error *e)
{
    if (prepare(p, m, o, e))
        return -1;
    size_t steps = p->into->steps ? (size_t)p->into->steps : 1, batch = p->into->batch ? (size_t)p->into->batch : 1;
    if (p->data.rows < steps)
        return rt_fail(e, "%s: %zu rows; a window needs %zu", o->predict, p->data.rows, steps);
    printf("row");
    size_t outputs = p->output->steps ? (size_t)p->output->steps : 1;
    size_t n = rt_port_count(p->output) / (p->output->batch ? (size_t)p->output->batch : 1) / outputs;
    for (size_t k = 0; k < n; k++)
        printf(n == 1 ? ",%s" : ",%s%zu", p->output->name, k + 1);
    putchar('\n');
    size_t last = p->data.rows - steps;
    for (size_t first = 0; first <= last; first += batch) {
        fill(p, first, last);
        rt_instance_run(&p->run, p->param, NULL);
        print(p, first, last);
    }
    return 0;
}

int rt_predict(const rt_model *m, const rt_options *o, rt_error *e)
{
    Predictor p = { .data = { 0 } };
    int code = predict(&p, m, o, e);
    rt_tensors_close(p.from);
    rt_data_close(&p.data);
    free(p.run.work), free(p.param);
    return code;
}
