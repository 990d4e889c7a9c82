/* rt_data_csv.c -- columns of a CSV file as rows of reals. Takes the file and the names of columns; gives inputs
 * and targets by row, brought to mean 0 and standard deviation 1 over the training part; mean and deviation travel
 * with the weights as metadata ("mean.into", "std.into", "mean.target", "std.target"). Separator: comma, else
 * semicolon, else tab.
 */
#include "rt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const char *path;
    char *s, *end;                                           /* what is left of the file; fields are cut in place */
    char separator;
    long line;
    char **field;
    int fields, room;
} Csv;

/* the next line that is not empty; 0 at the end */
static int next_line(Csv *c, rt_error *e)
{
    c->fields = 0;
    while (c->s < c->end && (*c->s == '\n' || *c->s == '\r'))
        c->line += *c->s++ == '\n';
    if (c->s >= c->end)
        return 0;
    c->line++;
    for (int more = 1; more;) {
        if (c->fields == c->room) {
            char **grown = realloc(c->field, (size_t)(c->room = c->room * 2 + 16) * sizeof *grown);
            if (!grown)
                return rt_fail(e, "%s: out of memory", c->path);
            c->field = grown;
        }
        char *to = c->s;
        c->field[c->fields++] = to;
        if (*c->s == '"') {
            for (c->s++; c->s < c->end && (*c->s != '"' || (c->s + 1 < c->end && c->s[1] == '"')); *to++ = *c->s++)
                if (*c->s == '"')
                    c->s++;
                else if (*c->s == '\n')
                    return rt_fail(e, "%s:%ld: a quoted field does not end in its line", c->path, c->line);
            if (c->s >= c->end)
                return rt_fail(e, "%s:%ld: a quoted field does not end", c->path, c->line);
            c->s++;
        }
        while (c->s < c->end && *c->s != c->separator && *c->s != '\n' && *c->s != '\r')
            *to++ = *c->s++;
        more = c->s < c->end && *c->s == c->separator;
        if (c->s < c->end && *c->s == '\r')
            c->s++;
        if (c->s < c->end && !more && *c->s == '\n')
            c->s++;
        else if (more)
            c->s++;
        *to = 0;
    }
    return 1;
}

static int number(const char *s, double *out)
{
    char *end;
    while (*s == ' ')
        s++;
    if (!*s || s[strspn(s, "+-.0123456789eE ")])
        return 0;
    *out = strtod(s, &end);
    while (*end == ' ')
        end++;
    return end != s && !*end && isfinite(*out);
}

static int find_column(const Csv *c, const char *name, int header, rt_error *e)
{
    if (!header) {
        rt_fail(e, "%s: column %s is asked for by name, but the first line is no header", c->path, name);
        return -1;
    }
    for (int i = 0; i < c->fields; i++)
        if (!strcmp(c->field[i], name))
            return i;
    const char *near = rt_nearest(name, (const char *const *)c->field, c->fields);
    char list[300] = "";
    for (int i = 0; i < c->fields && strlen(list) + strlen(c->field[i]) + 8 < sizeof list; i++)
        strcat(strcat(list, i ? ", " : ""), c->field[i]);
    rt_fail(e, "%s: no column %s%s%s%s; there are %s", c->path, name, near ? ", did you mean " : "", near ? near
            : "",
            near ? "?" : "", list);
    return -1;
}

static int choose(const Csv *c, const char *const *name, int names, int header, int **out, int *n, rt_error *e)
{
    *n = name ? names : 1;
    *out = malloc((size_t)*n * sizeof **out);
    if (!*out)
        return rt_fail(e, "out of memory");
    (*out)[0] = c->fields - 1;
    for (int i = 0; name && i < names; i++)
        if (((*out)[i] = find_column(c, name[i], header, e)) < 0)
            return -1;
    return 0;
}

typedef struct { double *v; size_t n, room; } Column;        /* [rows][columns] */

static int add_row(const Csv *c, Column *to, const int *column, int n, char *const *names, rt_error *e)
{
    if (to->n + (size_t)n > to->room) {
        double *grown = realloc(to->v, (to->room = to->room * 2 + (size_t)n * 256) * sizeof *grown);
        if (!grown)
            return rt_fail(e, "%s: out of memory", c->path);
        to->v = grown;
    }
    for (int i = 0; i < n; i++) {
        char name[100];
        snprintf(name, sizeof name, names ? "%d (%s)" : "%d", column[i] + 1, names ? names[column[i]] : "");
        if (column[i] >= c->fields)
            return rt_fail(e, "%s:%ld: no column %s: the row has %d", c->path, c->line, name, c->fields);
        if (!number(c->field[column[i]], &to->v[to->n++]))
            return rt_fail(e, "%s:%ld: column %s: '%.40s' is not a number", c->path, c->line, name,
                           c->field[column[i]]);
    }
    return 0;
}

static int metadata_scale(rt_scale *s, const rt_tensors *known, const char *which, int columns, rt_error *e)
{
    char key[40];
    for (int k = 0; k < 2; k++) {
        double *v = k ? s->std : s->mean;
        snprintf(key, sizeof key, "%s.%s", k ? "std" : "mean", which);
        const char *text = rt_tensors_meta(known, key);
        char *end;
        int n = 0;
        for (; text; text = end, n++) {
            double x = strtod(text, &end);
            if (end == text || n == columns || !isfinite(x) || (k && !(x > 0)))
                break;
            v[n] = x;
        }
        if (n != columns || !text || *text)
            return rt_fail(e, "the weights' metadata %s is not a row of %d finite numbers%s", key, columns, k ? " above 0" : "");
    }
    return 0;
}

static int scale(rt_data *d, rt_scale *s, const Column *c, int columns, const rt_tensors *known, const char *which,
                 rt_error *e)
{
    s->n = columns;
    s->mean = calloc((size_t)columns, sizeof *s->mean);
    s->std = calloc((size_t)columns, sizeof *s->std);
    if (!s->mean || !s->std)
        return rt_fail(e, "out of memory");
    if (known && rt_tensors_meta(known, "mean.into"))
        return metadata_scale(s, known, which, columns, e);
    size_t rows = d->train ? d->train : 1;
    for (int k = 0; k < columns; k++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < rows; i++)
            sum += c->v[i * (size_t)columns + (size_t)k];
        s->mean[k] = sum / (double)rows;
        for (size_t i = 0; i < rows; i++) {
            double x = c->v[i * (size_t)columns + (size_t)k] - s->mean[k];
            squares += x * x;
        }
        s->std[k] = squares > 0 ? sqrt(squares / (double)rows) : 1;
    }
    return 0;
}

static int convert(rt_data *d, const rt_port *port, const Column *c, int columns, const rt_scale *s, real **out,
                   rt_error *e)
{
    size_t want = 1;
    for (int i = 0; i < port->rank; i++)
        want *= (size_t)port->shape[i];
    if (want % (size_t)columns || (port->role == RT_INPUT && want != (size_t)columns))
        return rt_fail(e, "%s: %s takes %zu numbers a row, the data section names %d column%s", d->path,
                       port->name, want, columns,
                       columns == 1 ? "" : "s");
    *out = malloc((c->n + 1) * sizeof **out);
    if (!*out)
        return rt_fail(e, "%s: out of memory", d->path);
    for (size_t i = 0; i < c->n; i++) {
        double x = c->v[i];
        size_t k = i % (size_t)columns;
        if (port->classes && !(x >= 0 && x < port->classes && floor(x) == x))
            return rt_fail(e, "%s: row %zu of the data: %s takes class ids 0 to %d, found %g", d->path,
                           i / (size_t)columns + 1,
                           port->name, port->classes - 1, x);
        (*out)[i] = (real)(s->n ? (x - s->mean[k]) / s->std[k] : x);
        if (!isfinite((*out)[i]))
            return rt_fail(e, "%s: row %zu of the data: column %zu of %s, %g, is too large%s", d->path, i / (size_t)columns + 1, k + 1,
                           port->name, x, s->n ? " to be scaled with the others" : "");
    }
    return 0;
}

/* the rows of one file, behind those of the one before */
static int read_table(rt_data *d, const rt_model *m, Csv *c, Column *xs, Column *ys, rt_error *e)
{
    char **names = NULL;
    int *in = NULL, *out = NULL, numbers = 0, status;
    const size_t before = d->rows;
    double ignored;
    if ((status = next_line(c, e)) <= 0)
        return status ? -1 : rt_fail(e, "%s: no rows", c->path);
    for (int i = 0; i < c->fields; i++)                      /* a row without a single number is a header */
        numbers += number(c->field[i], &ignored);
    const int header = numbers == 0;
    int bad = choose(c, m->data.column, m->data.columns, header, &in, &d->xs, e);
    if (!bad && m->data.target_column)
        bad = choose(c, m->data.target_column, m->data.target_columns, header, &out, &d->ys, e);
    else if (!bad)
        bad = choose(c, m->data.column, m->data.columns, header, &out, &d->ys, e);
    if (!bad && header) {
        names = c->field;
        c->field = NULL, c->room = 0;
        status = next_line(c, e);
    }
    for (; !bad && status > 0; status = bad ? status : next_line(c, e)) {
        bad = add_row(c, xs, in, d->xs, names, e) || add_row(c, ys, out, d->ys, names, e);
        d->rows++;
    }
    bad = bad || status < 0;
    if (!bad && d->rows == before)
        bad = rt_fail(e, "%s: no rows after the header", c->path);
    free(in), free(out), free(names);
    return bad ? -1 : 0;
}

static int finish(rt_data *d, const rt_model *m, const Column *xs, const Column *ys, const rt_tensors *known, rt_error *e)
{
    const rt_port *into = rt_find_port(m->gradient, RT_INPUT, m->data.into);
    const rt_port *target = rt_find_port(m->gradient, RT_TARGET, m->data.target);
    int bad = 0;
    if (!bad && m->data.normalize && !into->classes)
        bad = scale(d, &d->into, xs, d->xs, known, "into", e);
    if (!bad && m->data.normalize && !target->classes)
        bad = scale(d, &d->target, ys, d->ys, known, "target", e);
    d->ahead = 1;
    for (int i = 0; i < target->rank; i++)
        d->ahead *= (int)target->shape[i];
    d->ahead /= d->ys ? d->ys : 1;
    bad = bad || convert(d, into, xs, d->xs, &d->into, &d->x, e) ||
        convert(d, target, ys, d->ys, &d->target, &d->y, e);
    return bad ? -1 : 0;
}

static int read_file(rt_data *d, const rt_model *m, const char *path, Column *xs, Column *ys, rt_error *e)
{
    unsigned char *bytes;
    size_t n;
    if (rt_file_read(path, &bytes, &n, e))
        return -1;
    char *text = realloc(bytes, n + 1);
    if (!text)
        return free(bytes), rt_fail(e, "%s: out of memory", path);
    text[n] = 0;
    Csv c = { .path = path, .s = text, .end = text + n };
    d->digest = rt_digest(d->digest, text, n);
    int bad = memchr(text, 0, n) ? rt_fail(e, "%s: holds a byte 0: not a CSV file", path) : 0;
    if (!bad && n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        c.s += 3;                                            /* a byte order mark, as spreadsheets write it */
    size_t line = strcspn(c.s, "\n");
    c.separator = memchr(c.s, ',', line) ? ',' : memchr(c.s, ';', line) ? ';' : memchr(c.s, '\t', line) ? '\t'
        : ',';
    bad = bad || read_table(d, m, &c, xs, ys, e);
    free(c.field), free(text);
    return bad ? -1 : 0;
}

int rt_csv_read(rt_data *d, const rt_model *m, const char *valid_path, double valid, const rt_tensors *known, rt_error *e)
{
    Column xs = { 0 }, ys = { 0 };
    int bad = read_file(d, m, d->path, &xs, &ys, e);
    d->train = (size_t)floor((1 - (valid_path ? 0 : valid)) * (double)d->rows + 1e-6);
    bad = bad || (valid_path && read_file(d, m, valid_path, &xs, &ys, e)) || finish(d, m, &xs, &ys, known, e);
    free(xs.v), free(ys.v);
    return bad ? -1 : 0;
}
