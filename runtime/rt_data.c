/* rt_data.c -- which rows make up which batch. Takes rows of symbols or numbers, the sizes of the programs that are
 * fed and the shares; gives the first row of each example and fills the ports. In lanes (text, and whatever carries
 * its state): a part is cut into as many pieces as the batch has examples, and windows of each follow each other.
 * Otherwise every window is an example of its own, in an order drawn anew for each pass. All is a function of seed,
 * pass and window.
 */
#include "rt_examples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int need_port(const rt_model *m, const rt_program *p, rt_role role, const char *name, const char *which,
                     rt_error *e)
{
    if (name && rt_find_port(p, role, name))
        return 0;
    return rt_fail(e, "%s: the data section's %s is %s, which program %s does not have", m->source, which,
                   name ? name : "missing",
                   p->name);
}

/* every input must have a source; lengths are whole, states begin at zero */
static int check_ports(const rt_model *m, const rt_program *p, rt_error *e)
{
    const rt_data_spec *s = &m->data;
    if (need_port(m, p, RT_INPUT, s->into, "into", e) || need_port(m, p, RT_TARGET, s->target, "target", e))
        return -1;
    for (int i = 0; i < p->ports; i++) {
        const rt_port *q = &p->port[i];
        if ((q->role == RT_INPUT && strcmp(q->name, s->into)) ||
            (q->role == RT_TARGET && strcmp(q->name, s->target)))
            return rt_fail(e, "%s: %s %s has no data: the data section feeds %s and %s only", m->source,
                           q->role == RT_INPUT ? "input" : "target", q->name, s->into, s->target);
    }
    const rt_port *into = rt_find_port(p, RT_INPUT, s->into), *target = rt_find_port(p, RT_TARGET, s->target);
    if (target->steps && target->steps != into->steps)
        return rt_fail(e, "%s: input %s has %d steps, target %s %d: a window needs as many of both", m->source,
                       into->name,
                       into->steps, target->name, target->steps);
    if (s->kind != RT_DATA_CSV && (into->classes < 1 || target->classes != into->classes))
        return rt_fail(e, "%s: text feeds class ids: %s has %d classes, %s %d", m->source, into->name,
                       into->classes, target->name,
                       target->classes);
    return 0;
}

static int divide(rt_data *d, int which, const rt_program *p, rt_error *e)
{
    rt_part *q = &d->part[which];
    const rt_port *into = rt_find_port(p, RT_INPUT, d->spec->into);
    const char *part = which == RT_TRAIN ? "training" : "validation", *unit = d->is_text ? "symbols" : "rows";
    q->steps = into->steps ? into->steps : 1;
    q->batch = p->batch > 0 ? p->batch : 1;
    const char *advice = which == RT_TRAIN ? "a smaller batch (rnnc's --batch N) or more data would do"
        : d->apart ? "more of it or a smaller batch (rnnc's --batch N) would do"
                   : "a larger --valid, none (--valid 0) or a smaller batch (rnnc's --batch N) would do";
    const char *path = which == RT_VALID && d->apart ? d->apart : d->path;
    size_t steps = (size_t)q->steps, batch = (size_t)q->batch, past = (size_t)(d->horizon + d->ahead - 1), reach = steps + past;
    if (d->in_lanes) {
        q->first = which == RT_TRAIN ? 0 : d->train;
        q->rows = which == RT_TRAIN ? d->train : d->rows - d->train;
        q->lane = q->rows > past ? (q->rows - past) / batch : 0;
        q->windows = (long)(q->lane / steps);
        if (!q->windows)
            return rt_fail(e,
                           "%s: the %s part has %zu %s; %zu example%s of %zu steps side by side need at least %zu: %s",
                               path, part,
                           q->rows, unit, batch, batch == 1 ? "" : "s", steps, batch * steps + (size_t)d->horizon, advice);
        return 0;
    }
    size_t last = which == RT_TRAIN ? d->train : d->rows;    /* one past the last row that a target may be */
    size_t least = which == RT_TRAIN ? 0 : d->apart ? d->train + reach - 1 : d->train;     /* and the first that the last target may be */
    q->first = least + 1 > reach ? least + 1 - reach : 0;
    q->examples = last >= reach && last - reach + 1 > q->first ? (long)(last - reach + 1 - q->first) : 0;
    q->rows = which == RT_TRAIN ? d->train : d->rows - d->train;
    q->windows = which == RT_TRAIN ? q->examples / q->batch : (q->examples + q->batch - 1) / q->batch;
    if (!q->windows)
        return rt_fail(e, "%s: the %s part has %zu rows, %ld window%s of %zu steps; a batch needs %zu: %s", path,
                       part, q->rows,
                       q->examples, q->examples == 1 ? "" : "s", steps, batch, advice);
    return 0;
}

/* each example once a pass; windows are batches of them */
static int open_examples(rt_data *d, const rt_model *m, const rt_options *o, double valid, const rt_tensors *known, rt_error *e)
{
    if (!d->path && !o->valid_data && !m->data.text)
        return rt_fail(e, "which data? --data %s", m->data.table == RT_ARRAYS ? "FOLDER (of .npy files)" : m->data.table == RT_CSV
                       ? "FILE (CSV, with a header)" : m->data.table == RT_GROUPS ? "FILE (word, tab, tag; an empty line between "
                       "sentences)" : "FILE (text between tabs)");
    if (!(d->examples = calloc(1, sizeof *d->examples)))
        return rt_fail(e, "out of memory");
    rt_examples *x = d->examples;
    const char *own = m->data.text && !(o->evaluate && o->valid_data) ? m->source : NULL;
    if (rt_examples_open(x, m, o->data ? o->data : own, o->valid_data, valid, known, d->note, sizeof d->note, e))
        return -1;
    d->path = d->path ? d->path : own ? own : o->valid_data;
    d->counted = "examples";
    d->rows = x->n, d->train = x->train, d->digest = x->digest;
    const int batch[2] = { m->gradient->batch > 0 ? m->gradient->batch : 1, m->loss->batch > 0 ? m->loss->batch : 1 };
    const size_t n[2] = { x->train, x->n - x->train };
    for (int i = 0; i < 2; i++)
        d->part[i] = (rt_part){ .steps = 1, .batch = batch[i], .first = i ? x->train : 0, .rows = n[i], .examples = (long)n[i],
                                .windows = i == RT_TRAIN ? (long)n[i] / batch[i] : ((long)n[i] + batch[i] - 1) / batch[i] };
    if (!d->part[RT_TRAIN].windows && !o->evaluate)
        return rt_fail(e, "%s: the training part has %zu example%s; a batch needs %d%s", d->path, n[0], n[0] == 1 ? "" : "s",
                       batch[0], own && !o->data ? "; these are the description's own, --data FILE gives others" : "");
    if (!n[1] && (valid > 0 || o->valid_data))
        return rt_fail(e, "%s: the validation part is empty", o->valid_data ? o->valid_data : d->path);
    return 0;
}

static int open_rows(rt_data *d, const rt_model *m, const rt_options *o, double valid, const rt_tensors *known, rt_error *e);

int rt_data_open(rt_data *d, const rt_model *m, const rt_options *o, double valid, const rt_tensors *known,
                 rt_error *e)
{
    *d = (rt_data){ .spec = &m->data, .path = o->data, .unknown = -1, .order_pass = -1, .ahead = 1 };
    if (m->data.kind == RT_DATA_NONE)
        return rt_fail(e,
                       "%s has no data section: nothing says what --data should fill (add data = nn.text { ... } "
                       "or nn.csv { ... } to nn.model)", m->source);
    if (m->data.kind == RT_DATA_EXAMPLES) {
        if (open_examples(d, m, o, valid, known, e))
            return -1;
    } else if (open_rows(d, m, o, valid, known, e))
        return -1;
    if (!d->in_lanes && !(d->order = malloc(((size_t)d->part[RT_TRAIN].examples + 1) * sizeof *d->order)))
        return rt_fail(e, "out of memory");
    return 0;
}

static int open_rows(rt_data *d, const rt_model *m, const rt_options *o, double valid, const rt_tensors *known, rt_error *e)
{
    const int alone = o->evaluate && o->valid_data && !o->data;    /* nothing teaches */
    if (alone)
        d->path = o->valid_data;
    else if (m->data.kind == RT_DATA_INLINE && !d->path)
        d->path = m->source;
    const char *valid_path = alone ? NULL : o->valid_data;
    valid = alone ? 1 : valid;
    if (!d->path)
        return rt_fail(e, "which data? --data FILE (%s)", m->data.kind == RT_DATA_CSV ? "CSV" : "text");
    if (check_ports(m, m->gradient, e) || check_ports(m, m->loss, e))
        return -1;
    d->is_text = m->data.kind != RT_DATA_CSV;
    d->counted = !d->is_text ? "rows" : m->data.chars ? "chars" : "bytes";
    d->in_lanes = d->is_text || m->train.carry_state;
    d->horizon = d->is_text ? 1 : m->data.horizon;
    d->apart = o->valid_data;
    if (d->is_text ? rt_text_read(d, m, valid_path, known, e) : rt_csv_read(d, m, valid_path, valid, known, e))
        return -1;
    if (!valid_path)
        d->train = (size_t)floor((1 - valid) * (double)d->rows + 1e-6);
    if ((!alone && divide(d, RT_TRAIN, m->gradient, e)) || ((valid > 0 || valid_path) && divide(d, RT_VALID, m->loss, e)))
        return -1;
    return 0;
}

void rt_data_close(rt_data *d)
{
    free(d->code), free(d->symbol), free(d->x), free(d->y), free(d->order);
    if (d->examples)
        rt_examples_free(d->examples);
    free(d->examples);
    free(d->into.mean), free(d->into.std), free(d->target.mean), free(d->target.std);
    *d = (rt_data){ 0 };
}

void rt_data_starts(rt_data *d, int part, long pass, long window, uint64_t seed, size_t *start)
{
    const rt_part *q = &d->part[part];
    if (!d->in_lanes && part == RT_TRAIN && d->order_pass != pass) {
        rt_random r = rt_random_new(seed, UINT64_C(0x100000000) + (uint64_t)pass);
        rt_random_order(&r, d->order, q->examples);
        d->order_pass = pass;
    }
    for (int b = 0; b < q->batch; b++) {
        /* past the end of the validation part: the first of the batch; ragged examples: nothing */
        long k = window * q->batch + b;
        if (d->in_lanes)
            start[b] = q->first + (size_t)b * q->lane + (size_t)window * (size_t)q->steps;
        else if (k >= q->examples && (d->examples || part != RT_TRAIN))
            start[b] = d->examples && d->examples->ragged ? SIZE_MAX : start[0];
        else
            start[b] = q->first + (size_t)(part == RT_TRAIN ? d->order[k] : k);
    }
}

static void fill(const rt_data *d, const rt_instance *i, const rt_port *p, const size_t *start, int target,
                 int steps)
{
    void *data = rt_port_data(i, p);
    int32_t *id = data;
    real *x = data;
    const real *from = target ? d->y : d->x;
    size_t columns = (size_t)(target ? d->ys : d->xs), batch = (size_t)(p->batch ? p->batch : 1);
    int rows = p->steps ? p->steps : 1;
    size_t shift = target ? (size_t)d->horizon + (p->steps ? 0 : (size_t)(steps - 1)) : 0;
    for (int t = 0; t < rows; t++)
        for (size_t b = 0; b < batch; b++) {
            size_t row = start[b] + (size_t)t + shift;
            if (d->is_text)
                *id++ = d->symbol[row];
            else if (p->classes)
                for (size_t k = 0; k < columns; k++)
                    *id++ = (int32_t)from[row * columns + k];
            else {
                const size_t n = columns * (size_t)(target ? d->ahead : 1);
                memcpy(x, from + row * columns, n * sizeof *x);
                x += n;
            }
        }
}

void rt_data_fill(const rt_data *d, const rt_instance *i, const size_t *start)
{
    if (d->examples) {
        rt_examples_fill(d->examples, i, start);
        return;
    }
    const rt_port *into = rt_find_port(i->program, RT_INPUT, d->spec->into);
    int steps = into->steps ? into->steps : 1;
    fill(d, i, into, start, 0, steps);
    fill(d, i, rt_find_port(i->program, RT_TARGET, d->spec->target), start, 1, steps);
    rt_instance_lengths(i, steps);
}

static char *row_of(const double *v, const int32_t *id, int n)
{
    char *s = malloc((size_t)n * 26 + 1), *at = s;
    for (int i = 0; s && i < n; i++)
        at += v ? sprintf(at, "%s%.17g", i ? " " : "", v[i]) : sprintf(at, "%s%d", i ? " " : "", (int)id[i]);
    if (s)
        *at = 0;
    return s;
}

int rt_data_metas(const rt_data *d, rt_meta *meta)
{
    int n = 0;
    for (; d->examples && n < d->spec->vocabularies; n++)
        meta[n] = (rt_meta){ d->examples->vocabulary[n].key, rt_vocabulary_text(&d->examples->vocabulary[n]) };
    if (d->is_text && d->spec->chars) {
        char *classes = malloc(16);
        if (classes)
            snprintf(classes, 16, "%d", d->classes);
        meta[n++] = (rt_meta){ "vocabulary", row_of(NULL, d->code, d->codes) };
        meta[n++] = (rt_meta){ "classes", classes };
    }
    const rt_scale *s[2] = { &d->into, &d->target };
    static const char *const key[2][2] = { { "mean.into", "std.into" }, { "mean.target", "std.target" } };
    for (int i = 0; i < 2; i++)
        if (s[i]->n) {
            meta[n++] = (rt_meta){ key[i][0], row_of(s[i]->mean, NULL, s[i]->n) };
            meta[n++] = (rt_meta){ key[i][1], row_of(s[i]->std, NULL, s[i]->n) };
        }
    return n;
}
