/* rt_examples_read.c -- the cells of a table as the numbers of each port. Takes tables and feeds; gives ids and reals
 * example by example, in three passes: which examples stay and how long they are, what the training part's symbols are,
 * then the numbers. Every complaint names the line of the file.
 */
#include "rt_examples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { const char *s; size_t n; } Piece;           /* a symbol; s NULL: start, stop, an empty slot, nothing */
typedef struct { int *cell, n, present; } Where;             /* of one feed in one table */
typedef struct { size_t table, group; } Kept;

typedef struct {
    rt_examples *x;
    const rt_table *table;
    int tables;
    Where *where;                                            /* [tables][feeds] */
    Piece *piece;                                            /* of the example and feed that is looked at */
    size_t pieces, room;
    Kept *kept;
} Reader;

static long line_of(const rt_table *t, size_t group) { return t->line[t->group[group]]; }

/* ---- columns ---------------------------------------------------------------------------------------------------- */

static int add_cells(Where *w, int from, int to, rt_error *e)
{
    int *grown = realloc(w->cell, (size_t)(w->n + to - from + 1) * sizeof *grown);
    if (!grown)
        return rt_fail(e, "out of memory");
    for (w->cell = grown; from <= to; from++)
        w->cell[w->n++] = from;
    return 0;
}

static int is_column(const rt_table *t, const char *name)
{
    for (int i = 0; i < t->names; i++)
        if (!strcmp(t->name[i], name))
            return 1;
    return 0;
}

static int named(const rt_table *t, const char *name, Where *w, rt_error *e)         /* "a", or "a:b" */
{
    const char *colon = strchr(name, ':');
    if (is_column(t, name) || !colon) {
        int at = rt_table_column(t, name, e);
        return at < 0 ? -1 : add_cells(w, at, at, e);
    }
    char first[200];
    snprintf(first, sizeof first, "%.*s", (int)(colon - name), name);
    int from = rt_table_column(t, first, e), to = from < 0 ? -1 : rt_table_column(t, colon + 1, e);
    if (from < 0 || to < 0)
        return -1;
    if (from > to)
        return rt_fail(e, "%s: columns %s: %s stands before %s", t->path, name, colon + 1, first);
    return add_cells(w, from, to, e);
}

/* of the cells before `end`, those that inputs read */
static int read_by_inputs(const Reader *r, int end)
{
    int n = 0;
    for (int at = 0, used; at < end; at++, n += used) {
        used = 0;
        for (int i = 0; i < r->x->spec->feeds; i++)
            used |= r->x->spec->feed[i].at == at && !r->x->fed[i].target;
    }
    return n;
}

/* Where only what is to be answered is given, the cells that inputs read are all there are. */
static int only_inputs(const Reader *r, int width)
{
    int all = 0;
    for (int i = 0; i < r->x->spec->feeds; i++)
        all = r->x->spec->feed[i].at >= all ? r->x->spec->feed[i].at + 1 : all;
    return r->x->answers && width < all && width == read_by_inputs(r, all);
}

static int find(const Reader *r, const rt_table *t, const rt_fed *d, Where *w, rt_error *e)
{
    const rt_feed *f = d->spec;
    const int optional = r->x->answers && d->target;
    w->present = 1;
    if (!f->column || !t->names) {
        if (f->column && r->x->spec->header != RT_HEADER_IF_NAMED)
            return rt_fail(e, "%s: column %s is asked for by name, but there is no header", t->path, f->column[0]);
        int width = t->names ? t->names : (int)(t->row[1] - t->row[0]);
        int at = only_inputs(r, width) ? read_by_inputs(r, f->at) : f->at;
        if (optional && (width <= f->at || only_inputs(r, width)))
            return w->present = 0, 0;
        if (width <= at)
            return rt_fail(e, "%s:%ld: expected at least %d cells between tabs (%s is read from cell %d), found %d", t->path,
                           t->line[0], at + 1, f->port, at + 1, width);
        return add_cells(w, at, at, e);
    }
    for (int i = 0; i < f->columns; i++) {
        if (optional && !is_column(t, f->column[i]) && !strchr(f->column[i], ':'))
            return w->present = 0, 0;
        if (named(t, f->column[i], w, e))
            return -1;
    }
    return 0;
}

/* the numbers of a row: one vector, or as many as the axis has steps, or windows that overlap */
static int check_numbers(const rt_table *t, const rt_fed *d, const Where *w, rt_error *e)
{
    int steps = d->port->steps ? d->port->steps : 1;
    if (d->spec->as != RT_AS_NUMBERS || !w->present || w->n == steps * d->features || w->n == steps + d->features - 1)
        return 0;
    if (steps == 1)
        return rt_fail(e, "%s: %s takes %d numbers, its columns are %d", t->path, d->spec->port, d->features, w->n);
    return rt_fail(e, "%s: %s takes %d numbers at each of %d steps: expected %d columns, or %d where the steps overlap; found %d",
                   t->path, d->spec->port, d->features, steps, steps * d->features, steps + d->features - 1, w->n);
}

/* ---- symbols ---------------------------------------------------------------------------------------------------- */

static int add(Reader *r, const char *s, size_t n, rt_error *e)
{
    if (r->pieces == r->room) {
        Piece *grown = realloc(r->piece, (r->room = r->room * 2 + 256) * sizeof *grown);
        if (!grown)
            return rt_fail(e, "out of memory");
        r->piece = grown;
    }
    r->piece[r->pieces++] = (Piece){ s, n };
    return 0;
}

static int split(Reader *r, const rt_table *t, long line, const char *s, rt_unit unit, rt_error *e)
{
    if (unit == RT_CELL)
        return add(r, s, strlen(s), e);
    for (size_t left = strlen(s), n; left; s += n, left -= n) {
        int32_t code;
        n = 1;
        if (unit == RT_CHAR)
            n = (size_t)rt_text_decode((const unsigned char *)s, left, &code);
        else if (unit == RT_WORD)
            n = *s == ' ' ? 1 : strcspn(s, " ");
        if (!n)
            return rt_fail(e, "%s:%ld: byte 0x%02x is not UTF-8; convert the file, or read it by unit = \"byte\"", t->path, line,
                           (unsigned char)*s);
        if ((unit != RT_WORD || *s != ' ') && add(r, s, n, e))
            return -1;
    }
    return 0;
}

/* the pieces of one example that a feed makes ids of */
static int read_pieces(Reader *r, const rt_fed *d, const Kept *k, rt_error *e)
{
    const rt_table *t = &r->table[k->table];
    const rt_feed *f = d->spec;
    const Where *w = &r->where[k->table * (size_t)r->x->spec->feeds + (size_t)(d - r->x->fed)];
    r->pieces = 0;
    if (f->start && add(r, NULL, 0, e))
        return -1;
    size_t rows = t->group[k->group], end = d->port->steps ? t->group[k->group + 1] : rows + 1, begin = r->pieces;
    for (size_t i = rows; i < end; i++) {
        const char *cell = t->cell[t->row[i] + (size_t)w->cell[0]];
        size_t first = r->pieces;
        if (i > rows && (f->letters || (f->as == RT_AS_SYMBOLS && f->unit != RT_CELL)) &&
            add(r, f->letters ? NULL : " ", !f->letters, e))
            return -1;
        if (f->as == RT_AS_SYMBOLS || f->as == RT_AS_SLOT) {
            if (split(r, t, t->line[i], cell, f->as == RT_AS_SLOT ? RT_CHAR : f->unit, e))
                return -1;
        } else if (!*cell)
            return rt_fail(e, "%s:%ld: the cell of %s is empty; expected a name", t->path, t->line[i], f->port);
        else if (!f->letters && add(r, cell, strlen(cell), e))
            return -1;
        if (f->letters) {
            const char *text = t->cell[t->row[i] + (size_t)w[f->text - (d - r->x->fed)].cell[0]];
            size_t at = r->pieces;
            if (split(r, t, t->line[i], text, RT_CHAR, e))
                return -1;
            for (; at < r->pieces; at++)
                r->piece[at] = (Piece){ cell, strlen(cell) };
        }
        if (f->as == RT_AS_SLOT) {                           /* of all its code points, one */
            size_t n = r->pieces - first, back = (size_t)(f->slots - 1 - f->slot);
            Piece one = back < n ? r->piece[r->pieces - 1 - back] : (Piece){ NULL, 0 };
            r->pieces = first;
            if (add(r, one.s, one.n, e))
                return -1;
        }
    }
    for (size_t i = begin, j = r->pieces; f->reverse && i + 1 < j; i++) {
        Piece one = r->piece[i];
        r->piece[i] = r->piece[--j];
        r->piece[j] = one;
    }
    return f->stop ? add(r, NULL, 0, e) : 0;
}

/* ---- first pass: which examples stay ------------------------------------------------------------------------------ */

static int steps_of(Reader *r, const rt_fed *d, const Kept *k, size_t *steps, rt_error *e)
{
    *steps = d->spec->as == RT_AS_NUMBERS ? (size_t)(d->port->steps ? d->port->steps : 1) : 0;
    if (d->spec->as == RT_AS_NUMBERS)
        return 0;
    if (read_pieces(r, d, k, e))
        return -1;
    *steps = r->pieces;
    return 0;
}

/* 1: it stays; 0: it is skipped */
static int stays(Reader *r, const Kept *k, rt_error *e)
{
    rt_examples *x = r->x;
    const rt_table *t = &r->table[k->table];
    int longer = 0;
    for (int i = 0; i < x->spec->feeds; i++) {
        const rt_fed *d = &x->fed[i];
        size_t steps, other;
        if (!d->present || !d->port->steps)
            continue;
        if (steps_of(r, d, k, &steps, e))
            return -1;
        for (int j = 0; j < i; j++)
            if (x->fed[j].present && x->fed[j].port->axis && !strcmp(x->fed[j].port->axis, d->port->axis)) {
                if (steps_of(r, &x->fed[j], k, &other, e))
                    return -1;
                if (steps != other)
                    return rt_fail(e, "%s:%ld: %s has %zu steps and %s %zu, both on the axis %s", t->path, line_of(t, k->group),
                                   d->spec->port, steps, x->fed[j].spec->port, other, d->port->axis);
                break;
            }
        if (steps > (size_t)d->port->steps) {
            if (x->spec->longer == RT_REFUSE)
                return rt_fail(e, "%s:%ld: %s has %zu steps, the axis %s at most %d", t->path, line_of(t, k->group),
                               d->spec->port, steps, d->port->axis, d->port->steps);
            longer = 1;
        } else if (steps < (size_t)d->port->steps && !d->ragged)
            return rt_fail(e, "%s:%ld: %s has %zu step%s, the axis %s has %d: expected as many, or an axis of given lengths "
                           "(ragged = true)", t->path, line_of(t, k->group), d->spec->port, steps, steps == 1 ? "" : "s",
                           d->port->axis, d->port->steps);
    }
    const int skip = longer && x->spec->longer == RT_SKIP && (!x->answers || x->scored);    /* each example has an answer */
    x->cut += longer && !skip;
    x->skipped += skip;
    return !skip;
}

static int choose(Reader *r, double valid, rt_error *e)
{
    rt_examples *x = r->x;
    size_t all = 0, first = 0;
    for (int i = 0; i < r->tables; i++)
        all += r->table[i].examples;
    if (!(r->kept = malloc((all + 1) * sizeof *r->kept)))
        return rt_fail(e, "out of memory");
    for (int i = 0; i < r->tables; i++) {
        for (size_t g = 0; g < r->table[i].examples; g++) {
            r->kept[x->n] = (Kept){ (size_t)i, g };
            int stay = stays(r, &r->kept[x->n], e);
            if (stay < 0)
                return -1;
            x->n += (size_t)stay;
        }
        first = i == 0 ? x->n : first;
    }
    x->train = r->tables > 1 ? first : (size_t)floor((1 - valid) * (double)x->n + 1e-6);
    return 0;
}

/* ---- second pass: what the ids stand for -------------------------------------------------------------------------- */

static int count(Reader *r, const rt_fed *d, rt_vocabulary *v, rt_error *e)
{
    for (size_t k = 0; k < r->x->train; k++) {
        if (d->spec->as != RT_AS_SLOT) {
            if (read_pieces(r, d, &r->kept[k], e))
                return -1;
        } else {                                             /* words count whole, not by their slots */
            const rt_table *t = &r->table[r->kept[k].table];
            const Where *w = &r->where[r->kept[k].table * (size_t)r->x->spec->feeds + (size_t)(d - r->x->fed)];
            r->pieces = 0;
            for (size_t i = t->group[r->kept[k].group]; i < t->group[r->kept[k].group + 1]; i++)
                if (split(r, t, t->line[i], t->cell[t->row[i] + (size_t)w->cell[0]], RT_CHAR, e))
                    return -1;
        }
        for (size_t i = 0; i < r->pieces; i++)
            if (r->piece[i].s && rt_vocabulary_count(v, r->piece[i].s, r->piece[i].n, e))
                return -1;
    }
    return 0;
}

static int learn(Reader *r, const rt_tensors *known, char *note, size_t room, rt_error *e)
{
    rt_examples *x = r->x;
    for (int i = 0; i < x->spec->vocabularies; i++) {
        rt_vocabulary *v = &x->vocabulary[i];
        int k = 0, had = rt_vocabulary_known(v, known, e);
        if (had < 0)
            return -1;
        if (had)
            continue;
        if (!x->train && x->n)
            return rt_fail(e, "the weights do not say what the class ids of %s stand for (no metadata %s)", v->spec->name, v->key);
        while (x->spec->feed[k].vocabulary != i)             /* ports that share it read the same */
            k++;
        size_t used = strlen(note);
        if (count(r, &x->fed[k], v, e) || rt_vocabulary_fix(v, r->table[0].path, note + used, room - used, e))
            return -1;
    }
    return 0;
}

/* ---- third pass: numbers ------------------------------------------------------------------------------------------ */

static int fill_ids(Reader *r, rt_fed *d, size_t example, rt_error *e)
{
    const Kept *k = &r->kept[example];
    const rt_table *t = &r->table[k->table];
    const rt_vocabulary *v = &r->x->vocabulary[d->spec->vocabulary];
    if (read_pieces(r, d, k, e))
        return -1;
    if (d->port->steps && r->pieces > (size_t)d->port->steps)
        r->pieces = (size_t)d->port->steps;
    if (rt_fed_room(d, r->pieces, e))
        return -1;
    for (size_t i = 0; i < r->pieces; i++) {
        const Piece *p = &r->piece[i];
        int id = p->s ? rt_vocabulary_id(v, p->s, p->n) : d->spec->letters ? RT_NO_TARGET : 0;
        if (id < 0 && p->s) {
            if (!d->target || !v->spec->names || example < r->x->train)
                return rt_fail(e, "%s:%ld: '%.*s' is no %s of %s that the training part has, and there is none for the unknown",
                               t->path, line_of(t, k->group), (int)(p->n < 60 ? p->n : 60), p->s,
                               v->spec->names ? "class" : "symbol", d->spec->port);
            id = RT_NEVER_RIGHT;
        }
        d->id[d->n++] = id;
    }
    return 0;
}

static int number(const char *s, double *out)
{
    char *end;
    s += strspn(s, " ");
    if (!*s || s[strspn(s, "+-.0123456789eE ")])
        return 0;
    *out = strtod(s, &end);
    return end != s && !end[strspn(end, " ")] && isfinite(*out);
}

static int fill_numbers(Reader *r, rt_fed *d, size_t example, rt_error *e)
{
    const Kept *k = &r->kept[example];
    const rt_table *t = &r->table[k->table];
    const Where *w = &r->where[k->table * (size_t)r->x->spec->feeds + (size_t)(d - r->x->fed)];
    const size_t steps = (size_t)(d->port->steps ? d->port->steps : 1), features = (size_t)d->features;
    const size_t hop = (size_t)w->n == steps * features ? features : 1, row = t->group[k->group];
    if (rt_fed_room(d, steps, e))
        return -1;
    for (size_t s = 0; s < steps; s++, d->n++)
        for (size_t i = 0; i < features; i++) {
            int c = w->cell[s * hop + i];
            double x;
            const char *cell = t->cell[t->row[row] + (size_t)c];
            if (!number(cell, &x))
                return rt_fail(e, "%s:%ld: column %d%s%s%s: '%.40s' is not a number", t->path, t->line[row], c + 1, t->names ? " (" : "",
                               t->names ? t->name[c] : "", t->names ? ")" : "", cell);
            if (d->id && !(x >= 0 && x < d->port->classes && floor(x) == x))
                return rt_fail(e, "%s:%ld: column %d: %s takes class ids 0 to %d, found %s", t->path, t->line[row], c + 1,
                               d->spec->port, d->port->classes - 1, cell);
            if (d->id)
                d->id[d->n] = (int32_t)x;
            else if (!isfinite(d->x[d->n * features + i] = (real)(x * d->spec->scale)))
                return rt_fail(e, "%s:%ld: column %d: %s is too large", t->path, t->line[row], c + 1, cell);
        }
    return 0;
}

static int read_all(Reader *r, double valid, const rt_tensors *known, char *note, size_t room, rt_error *e)
{
    rt_examples *x = r->x;
    const int n = x->spec->feeds;
    for (int i = 0; i < r->tables; i++) {
        const rt_table *t = &r->table[i];
        for (int k = 0; k < n; k++) {
            Where *w = &r->where[i * n + k];
            if (find(r, t, &x->fed[k], w, e) || check_numbers(t, &x->fed[k], w, e))
                return -1;
            x->fed[k].present = w->present;
            for (size_t row = 0; !t->names && row < t->rows; row++)
                for (int c = 0; c < w->n; c++)
                    if ((size_t)w->cell[c] >= t->row[row + 1] - t->row[row])
                        return rt_fail(e, "%s:%ld: expected at least %d cells between tabs, found %zu", t->path, t->line[row],
                                       w->cell[c] + 1, t->row[row + 1] - t->row[row]);
        }
        x->digest = rt_digest(x->digest, &t->digest, sizeof t->digest);
    }
    if (choose(r, valid, e) || learn(r, known, note, room, e))
        return -1;
    for (int k = 0; k < n; k++)
        for (size_t i = 0; x->fed[k].present && i < x->n; i++)
            if ((x->fed[k].spec->vocabulary < 0 ? fill_numbers : fill_ids)(r, &x->fed[k], i, e) || rt_fed_end(&x->fed[k], i, e))
                return -1;
    return 0;
}

int rt_examples_read(rt_examples *x, const rt_table *table, int tables, double valid, const rt_tensors *known,
                     char *note, size_t room, rt_error *e)
{
    const int cells = tables * x->spec->feeds;
    Reader r = { .x = x, .table = table, .tables = tables };
    r.where = calloc((size_t)cells + 1, sizeof *r.where);
    int bad = r.where ? read_all(&r, valid, known, note, room, e) : rt_fail(e, "out of memory");
    for (int i = 0; r.where && i < cells; i++)
        free(r.where[i].cell);
    free(r.where), free(r.piece), free(r.kept);
    return bad ? -1 : 0;
}
