/* rt_support.c -- errors as sentences, aligned memory, and a program with its workspace: ports by name, states
 * carried from one run to the next. Takes the tables of rt_model.h; knows neither files nor training.
 */
#define _DEFAULT_SOURCE
#include "rt.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

int rt_fail(rt_error *e, const char *fmt, ...)
{
    va_list v;
    va_start(v, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, v);
    va_end(v);
    return -1;
}

/* large arrays in large pages, where the system has them to give: rows that lie far apart cost fewer page walks */
void *rt_zeros(size_t bytes)
{
    enum { LARGE = 2 << 20 };
    const size_t align = bytes >= 2 * LARGE ? LARGE : 64, whole = (bytes + 256 + align - 1) / align * align;
    void *p = whole < bytes ? NULL : aligned_alloc(align, whole);
#ifdef MADV_HUGEPAGE
    if (p && align == LARGE)
        (void)madvise(p, whole, MADV_HUGEPAGE);              /* refused: only slower */
#endif
    return p ? memset(p, 0, bytes + 256) : NULL;
}

static int distance(const char *a, const char *b)            /* Levenshtein's */
{
    enum { MOST = 48 };
    int row[MOST + 1], m = (int)strlen(a), n = (int)strlen(b);
    if (m > MOST || n > MOST)
        return MOST;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; i <= m; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int d = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            d = row[j] + 1 < d ? row[j] + 1 : d;
            row[j] = row[j - 1] + 1 < d ? row[j - 1] + 1 : d;
        }
    }
    return row[n];
}

const char *rt_nearest(const char *name, const char *const *list, int n)
{
    const char *best = NULL;
    int length = (int)strlen(name), least = length / 3 + 2 < length ? length / 3 + 2 : length;
    for (int i = 0; i < n; i++) {
        int d = distance(name, list[i]);
        if (d < least)
            least = d, best = list[i];
    }
    return best;
}

int rt_instance_new(rt_instance *i, const rt_program *p, rt_error *e)
{
    *i = (rt_instance){ .program = p, .work = rt_zeros(p->work) };
    return i->work ? 0 : rt_fail(e, "out of memory: program %s needs %zu bytes", p->name, p->work);
}

void rt_instance_prepare(const rt_instance *i, const real *param)
{
    if (i->program->prepare)
        i->program->prepare(param, i->work);
}

void rt_instance_run(const rt_instance *i, const real *param, real *gradient)
{
    i->program->run(param, gradient, i->work);
}

const rt_port *rt_find_port(const rt_program *p, rt_role role, const char *name)
{
    for (int i = 0; i < p->ports; i++)
        if (p->port[i].role == role && (!name || !strcmp(p->port[i].name, name)))
            return &p->port[i];
    return NULL;
}

int rt_port_shape(const rt_port *p, long *shape)
{
    int rank = 0;
    if (p->steps)
        shape[rank++] = p->steps;
    if (p->batch)
        shape[rank++] = p->batch;
    for (int i = 0; i < p->rank; i++)
        shape[rank++] = p->shape[i];
    return rank;
}

size_t rt_port_count(const rt_port *p)
{
    long shape[RT_MAX_RANK + 2];
    size_t n = 1;
    for (int i = rt_port_shape(p, shape) - 1; i >= 0; i--)
        n *= (size_t)shape[i];
    return n;
}

void *rt_port_data(const rt_instance *i, const rt_port *p) { return i->work + p->offset; }

double rt_instance_loss(const rt_instance *i)
{
    const rt_port *p = rt_find_port(i->program, RT_LOSS, NULL);
    return p ? (double)*(const real *)rt_port_data(i, p) : 0;
}

void rt_instance_lengths(const rt_instance *i, int steps)
{
    for (int k = 0; k < i->program->ports; k++) {
        const rt_port *p = &i->program->port[k];
        int32_t *length = rt_port_data(i, p);
        for (int b = 0; p->role == RT_LENGTH && b < p->batch; b++)
            length[b] = steps;
    }
}

void rt_instance_cut(const rt_instance *i)
{
    for (int k = 0; k < i->program->ports; k++) {
        const rt_port *p = &i->program->port[k];
        const rt_port *q = p->axis ? rt_find_port(i->program, RT_LENGTH, p->axis) : NULL;
        if ((p->role != RT_INPUT && p->role != RT_TARGET) || !q)
            continue;
        const int32_t *length = rt_port_data(i, q);
        size_t row = rt_port_count(p) / (size_t)p->steps / (size_t)p->batch;
        row *= p->classes ? sizeof(int32_t) : sizeof(real);
        for (int b = 0; b < p->batch; b++)
            for (int t = length[b]; t < p->steps; t++)
                memset((char *)rt_port_data(i, p) + ((size_t)t * (size_t)p->batch + (size_t)b) * row, 0, row);
    }
}

int rt_carry_new(rt_carry *c, const rt_instance *i, rt_error *e)
{
    *c = (rt_carry){ .of = i };
    for (int k = 0; k < i->program->ports; k++) {
        const rt_port *p = &i->program->port[k], *last = rt_find_port(i->program, RT_FINAL, p->name);
        if (p->role != RT_STATE)
            continue;
        if (last && rt_port_count(last) != rt_port_count(p))
            return rt_fail(e, "program %s: state %s begins with %zu values and ends with %zu", i->program->name,
                           p->name,
                           rt_port_count(p), rt_port_count(last));
        c->count += rt_port_count(p);
    }
    c->value = rt_zeros(c->count * sizeof(real));
    return c->value ? 0 : rt_fail(e, "out of memory");
}

void rt_carry_zero(rt_carry *c) { memset(c->value, 0, c->count * sizeof(real)); }

static void move(const rt_carry *c, const rt_instance *from)    /* NULL: into the states */
{
    real *at = c->value;
    for (int k = 0; k < c->of->program->ports; k++) {
        const rt_port *p = &c->of->program->port[k];
        if (p->role != RT_STATE)
            continue;
        size_t n = rt_port_count(p), bytes = n * sizeof(real);
        const rt_port *last = from ? rt_find_port(from->program, RT_FINAL, p->name) : NULL;
        if (!from)
            memcpy(rt_port_data(c->of, p), at, bytes);
        else if (last)
            memcpy(at, rt_port_data(from, last), bytes);
        at += n;
    }
}

void rt_carry_put(const rt_carry *c) { move(c, NULL); }
void rt_carry_take(rt_carry *c) { move(c, c->of); }

void rt_carry_from(rt_carry *c, const rt_instance *from) { move(c, from); }

int rt_carry_begin(rt_carry *c, const rt_program *begin, const real *param, rt_error *e)
{
    rt_instance first;
    rt_carry_zero(c);
    if (!begin)
        return 0;
    if (rt_instance_new(&first, begin, e))
        return -1;
    rt_instance_prepare(&first, param);
    rt_instance_run(&first, param, NULL);
    move(c, &first);
    free(first.work);
    return 0;
}
