/* tune.c -- the file of measured figures (--tune), a text: a first line, then for each machine a line that begins with `on` and below
 * it a line for each product. Read as a whole, each line checked; written as a whole, with what stands there by then.
 *
 *     rnnc-tuning 1
 *     on <processor>; <compiler>; <flags>; <rnnc>
 *     m 1:0:0 n 512:1:1 k 128:1:512 in 458752 = matvec 2.31 + 14.2, dots 2.52
 *
 * Extent and strides of rows (in the left operand, the result), columns (right, result) and what is summed (left, right); `times`
 * and four numbers: a loop around these; the bytes that pass between two calls; `constant`: in a predictor. Microseconds of a call, + of packing.
 * `train HASH batch N` and `predictor HASH`: of whole programs of a description, by its hash.
 */
#include "files.h"
#include "tune.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST "rnnc-tuning 1"

Figure *figure_of(Tuning *t, const char *key)
{
    for (int i = 0; i < t->n; i++)
        if (!strcmp(t->figure[i].key, key))
            return &t->figure[i];
    return NULL;
}

Figure *new_figure(Tuning *t, const char *key)
{
    Figure *f = figure_of(t, key);
    if (!f) {
        t->figure = grow(t->mem, t->figure, t->n, &t->cap, sizeof *f);
        f = &t->figure[t->n++];
    }
    *f = (Figure){ .key = copy_text(t->mem, key) };
    return f;
}

/* what a figure's values are called */
static const char *const *names_of(const char *key, int *n)
{
    static const char *const whole[WHOLES] = { "predicted kernels", "measured kernels", "examples side by side", "features side by side",
                                               "step by step", "blocks of steps", "each for itself", "from one packing" };
    const bool product = !strncmp(key, "m ", 2);
    *n = product ? (int)PICKS : (int)WHOLES;
    return product ? pick_name : whole;
}

static bool is_key(const char *s)
{
    int d, at = 0, n = 0;
    long v;
    double in;
    unsigned long long hash;
    if (sscanf(s, "train %16llx batch %d%n", &hash, &d, &at) == 2 || sscanf(s, "predictor %16llx%n", &hash, &at) == 1)
        return !s[at];
    if (sscanf(s, "m %d:%ld:%ld n %d:%ld:%ld k %d:%ld:%ld%n", &d, &v, &v, &d, &v, &v, &d, &v, &v, &at) < 9 || !at)
        return false;
    for (n = 0; sscanf(s + at, " times %d:%ld:%ld:%ld%n", &d, &v, &v, &v, &n) == 4 && n; at += n, n = 0)
        continue;
    return sscanf(s + at, " in %lf%n", &in, &n) == 1 && n && (!s[at + n] || !strcmp(s + at + n, " constant"));
}

static double microseconds(Loc at, const char *s, char **end)
{
    const double us = strtod(s, end);
    if (*end == s || !(us > 0 && us < 1e12))
        err(at, "expected a number of microseconds, found '%s'", s);
    return us;
}

/* "panels 41.2 + 3.1", "OpenBLAS missing" */
static void read_kernel(Figure *f, Loc at, const char *s)
{
    int values;
    const char *const *name = names_of(f->key, &values);
    for (int i = 0; i < values; i++) {
        const size_t n = strlen(name[i]);
        if (strncmp(s, name[i], n) || s[n] != ' ')
            continue;
        char *end = (char *)s + n + 1;
        if (f->known[i])
            err(at, "'%s' stands here twice", name[i]);
        f->known[i] = true;
        if (!strcmp(end, "missing")) {
            f->us[i] = INFINITY;
            return;
        }
        f->us[i] = microseconds(at, end, &end);
        if (!strncmp(end, " + ", 3))
            f->packing[i] = microseconds(at, end + 3, &end);
        if (*end)
            err(at, "expected , or the end of the line, found '%s'", end);
        return;
    }
    char word[32];
    snprintf(word, sizeof word, "%.*s", (int)strcspn(s, "0123456789"), s);
    for (size_t n = strlen(word); n && word[n - 1] == ' ';)
        word[--n] = 0;
    const char *near = nearest(word, name, values);
    err(at, "expected a kernel and its microseconds, found '%s'%s%s%s", s, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static void read_figure(Tuning *t, Loc at, char *line, bool ours)
{
    char *figures = strstr(line, " = ");
    if (figures)
        *figures = 0, figures += 3;
    if (!figures || !is_key(line))
        err(at, "expected a product, = and its kernels (m ROWS n COLUMNS k SUMMED in BYTES = KERNEL MICROSECONDS, ...), found '%s'", line);
    if (ours && figure_of(t, line))
        err(at, "'%s' stands in the file twice for this machine", line);
    Figure none = { .key = line }, *f = ours ? new_figure(t, line) : &none;
    for (char *s = figures; s;) {
        char *next = strstr(s, ", ");
        if (next)
            *next = 0, next += 2;
        read_kernel(f, at, s);
        s = next;
    }
}

/* Figures of the machine go to figures, the lines of others to `others`. */
Tuning *tuning_read(Arena *mem, const char *file, const char *machine)
{
    Tuning *t = alloc(mem, sizeof *t);
    *t = (Tuning){ .mem = mem, .file = file, .machine = machine, .others = "" };
    Text others = { 0 };
    if (access(file, F_OK))
        return t;
    size_t n;
    char *s = read_file(mem, file, &n);
    bool ours = false, any = false;
    for (int number = 1; s && *s; number++) {
        char *end = strchr(s, '\n'), *line = s;
        Loc at = { file, number };
        if (end)
            *end = 0;
        s = end ? end + 1 : NULL;
        if (number == 1) {
            if (strcmp(line, FIRST))
                err(at, "not a tuning file of this rnnc: expected '" FIRST "', found '%.40s'", line);
        } else if (!strncmp(line, "on ", 3)) {
            ours = !strcmp(line + 3, machine), any = true;
            if (!ours)
                put(&others, "%s\n", line);
        } else if (*line) {
            const char *whole = copy_text(mem, line);
            if (!any)
                err(at, "expected 'on PROCESSOR; COMPILER; FLAGS' before the first product, found '%s'", line);
            read_figure(t, at, line, ours);
            if (!ours)
                put(&others, "%s\n", whole);
        }
    }
    if (n == 0)
        err((Loc){ file, 1 }, "not a tuning file of this rnnc: it is empty");
    if (others.s)
        t->others = copy_text(mem, others.s);
    text_free(&others);
    return t;
}

static void write_figures(Text *o, const Tuning *t)
{
    for (int i = 0; i < t->n; i++) {
        const Figure *f = &t->figure[i];
        const char *between = " = ";
        int values;
        const char *const *name = names_of(f->key, &values);
        put_text(o, f->key);
        for (int j = 0; j < values; j++) {
            if (!f->known[j])
                continue;
            put(o, "%s%s", between, name[j]);
            if (isinf(f->us[j]))
                put_text(o, " missing");
            else
                put(o, f->packing[j] > 0 ? " %.4g + %.4g" : " %.4g", f->us[j], f->packing[j]);
            between = ", ";
        }
        put_text(o, "\n");
    }
}

/* with what another rnnc may have written since */
void tuning_write(const Tuning *t)
{
    Tuning *now = tuning_read(t->mem, t->file, t->machine);
    for (int i = 0; i < t->n; i++)
        *new_figure(now, t->figure[i].key) = t->figure[i];
    Text o = { 0 };
    put(&o, FIRST "\n%son %s\n", now->others, t->machine);
    write_figures(&o, now);
    write_file(t->file, o.s, o.n);
    text_free(&o);
}
