/* rt_examples_npy.c -- examples from arrays as NumPy saves them: a folder with a file NAME.npy for each feed, [N, ...] for N
 * examples, and one of their lengths. Takes little-endian f4, f8, i4, i8 in C order; whatever a header says is held to
 * the file's size before a number is read.
 */
#include "rt_examples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIMS = 8 };

typedef struct {
    char path[600];
    unsigned char *bytes;
    const unsigned char *data;
    char kind;                                               /* 'f', 'i' */
    int width, rank;
    size_t shape[MOST_DIMS], count, row;                     /* row: numbers of one example */
} Array;

/* what stands behind 'key': in the header, or NULL */
static const char *behind(const char *header, const char *key)
{
    const char *s = strstr(header, key);
    s = s ? strchr(s + strlen(key), ':') : NULL;
    return s ? s + 1 + strspn(s + 1, " ") : NULL;
}

static int bad(const Array *a, const char *what, const char *found, rt_error *e)
{
    return rt_fail(e, "%s: %s, found %.60s", a->path, what, found ? found : "nothing");
}

static int read_header(Array *a, const char *header, size_t left, rt_error *e)
{
    const char *descr = behind(header, "'descr'"), *order = behind(header, "'fortran_order'"), *shape = behind(header, "'shape'");
    if (!descr || (strncmp(descr, "'<f4'", 5) && strncmp(descr, "'<f8'", 5) && strncmp(descr, "'<i4'", 5) && strncmp(descr, "'<i8'", 5)))
        return bad(a, "expected numbers of type <f4, <f8, <i4 or <i8", descr, e);
    a->kind = descr[2];
    a->width = descr[3] - '0';
    if (!order || strncmp(order, "False", 5))
        return bad(a, "expected fortran_order False (numpy.ascontiguousarray gives that)", order, e);
    if (!shape || *shape != '(')
        return bad(a, "expected a shape", shape, e);
    a->count = 1;
    const char *s = shape + 1;
    for (char *end; *s != ')'; s = end + strspn(end, " ,")) {
        unsigned long long n = strtoull(s, &end, 10);
        if (end == s || *s < '0' || *s > '9' || a->rank == MOST_DIMS || (n && a->count > SIZE_MAX / 16 / n) || n > SIZE_MAX / 16)
            return bad(a, "expected a shape of at most 8 sizes", shape, e);
        a->shape[a->rank++] = (size_t)n;
        a->count *= (size_t)n;
    }
    if (a->rank < 1)
        return bad(a, "expected an array of at least one dimension, the examples", shape, e);
    if (a->count * (size_t)a->width != left)
        return rt_fail(e, "%s: its header says %zu numbers of %d bytes; %zu bytes follow", a->path, a->count, a->width, left);
    a->row = a->shape[0] ? a->count / a->shape[0] : 0;
    return 0;
}

static int open_array(Array *a, const char *folder, const char *name, rt_error *e)
{
    size_t n, header;
    snprintf(a->path, sizeof a->path, "%.400s/%.150s.npy", folder, name);
    if (rt_file_read(a->path, &a->bytes, &n, e))
        return -1;
    const unsigned char *b = a->bytes;
    if (n < 12 || memcmp(b, "\x93NUMPY", 6) || b[6] < 1 || b[6] > 3)
        return rt_fail(e, "%s: not a .npy file", a->path);
    size_t at = b[6] == 1 ? 10 : 12;
    header = b[6] == 1 ? (size_t)b[8] | (size_t)b[9] << 8
                       : (size_t)b[8] | (size_t)b[9] << 8 | (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (header > n - at)
        return rt_fail(e, "%s: its header of %zu bytes does not end in the file", a->path, header);
    char *text = malloc(header + 1);
    if (!text)
        return rt_fail(e, "%s: out of memory", a->path);
    memcpy(text, b + at, header);
    text[header] = 0;
    a->data = b + at + header;
    int failed = read_header(a, text, n - at - header, e);
    free(text);
    return failed;
}

static double value(const Array *a, size_t i)
{
    const unsigned char *p = a->data + i * (size_t)a->width;
    float f;
    double d;
    int32_t s;
    int64_t l;
    if (a->kind == 'f')
        return a->width == 4 ? (memcpy(&f, p, 4), (double)f) : (memcpy(&d, p, 8), d);
    return a->width == 4 ? (memcpy(&s, p, 4), (double)s) : (memcpy(&l, p, 8), (double)l);
}

static int shape_fits(const Array *a, const rt_fed *f, rt_error *e)
{
    size_t steps = (size_t)(f->port->steps ? f->port->steps : 1), want = steps * (size_t)f->features;
    int leading = f->port->steps ? a->rank >= 2 && a->shape[1] == steps : 1;
    char text[200] = "[";
    for (int i = 0; i < a->rank; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), i ? ", %zu" : "%zu", a->shape[i]);
    if ((leading && a->row == want) || !a->shape[0])
        return 0;
    char wanted[100] = "";
    if (f->port->steps)
        snprintf(wanted, sizeof wanted, ", %zu", steps);
    if (f->features > 1 || f->port->rank)
        snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), ", %d", f->features);
    return rt_fail(e, "%s: expected the shape [examples%s] for %s, found %s]", a->path, wanted, f->spec->port, text);
}

static int add(rt_fed *f, const Array *a, const Array *length, size_t first, size_t i, rt_error *e)
{
    const size_t n = (size_t)f->features, most = (size_t)(f->port->steps ? f->port->steps : 1);
    size_t steps = most;
    if (f->ragged && length) {
        double x = value(length, i);
        if (!(x >= 0 && x <= (double)most && floor(x) == x))
            return rt_fail(e, "%s: example %zu: expected a length from 0 to %zu, found %g", length->path, i, most, x);
        steps = (size_t)x;
    }
    if (rt_fed_room(f, steps, e))
        return -1;
    for (size_t k = 0; k < steps * n; k++) {
        double x = value(a, i * a->row + k);
        if (!isfinite(x) || (!f->id && !isfinite((real)x)))
            return rt_fail(e, "%s: example %zu: number %zu, %g, %s", a->path, i, k, x, isfinite(x) ? "is too large" : "is not finite");
        if (f->id && !(x >= (f->target ? -1 : 0) && x < f->port->classes && floor(x) == x))
            return rt_fail(e, "%s: example %zu: %s takes class ids 0 to %d%s, found %g", a->path, i, f->spec->port,
                           f->port->classes - 1, f->target ? ", -1 for none" : "", x);
        if (f->id)
            f->id[f->n * n + k] = (int32_t)x;
        else
            f->x[f->n * n + k] = (real)x;
    }
    f->n += steps;
    return rt_fed_end(f, first + i, e);
}

static int add_all(rt_examples *x, const char *folder, Array *a, rt_error *e)
{
    const int feeds = x->spec->feeds;
    Array *length = x->spec->length ? &a[feeds] : NULL;
    size_t n = 0;
    if (length && open_array(length, folder, x->spec->length, e))
        return -1;
    if (length && (length->rank != 1 || length->kind != 'i'))
        return rt_fail(e, "%s: expected whole numbers, one for each example", length->path);
    for (int i = 0; i < feeds; i++) {
        rt_fed *f = &x->fed[i];
        f->present = 1;
        if (f->ragged && !length)
            return rt_fail(e, "%s: the axis %s is ragged: expected length = \"...\" in nn.npy, the file of the lengths",
                           x->model->source, f->port->axis);
        if (open_array(&a[i], folder, f->spec->column[0], e) || shape_fits(&a[i], f, e))
            return -1;
        n = i ? n : a[0].shape[0];
        const Array *other = a[i].shape[0] != n ? &a[i] : length && length->shape[0] != n ? length : NULL;
        if (other)
            return rt_fail(e, "%s: %zu examples; %s has %zu", other->path, other->shape[0], a[0].path, n);
        for (size_t k = 0; k < n; k++)
            if (add(f, &a[i], length, x->n, k, e))
                return -1;
        x->digest = rt_digest(x->digest, a[i].data, a[i].count * (size_t)a[i].width);
    }
    x->n += n;
    return 0;
}

int rt_examples_npy(rt_examples *x, const char *folder, rt_error *e)
{
    Array *a = calloc((size_t)x->spec->feeds + 1, sizeof *a);
    int failed = a ? add_all(x, folder, a, e) : rt_fail(e, "out of memory");
    for (int i = 0; a && i <= x->spec->feeds; i++)
        free(a[i].bytes);
    free(a);
    return failed ? -1 : 0;
}
