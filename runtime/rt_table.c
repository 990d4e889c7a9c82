/* rt_table.c -- a file of lines as a table of cells: fields between tabs as they stand, or CSV with its quotes. Takes
 * the file, or the description's own text; gives rows, their lines in the file, and which rows make up an example.
 * Knows nothing of what the cells mean.
 */
#include "rt_examples.h"

#include <stdlib.h>
#include <string.h>

typedef struct { char *s, *end; char separator; int quotes; long line; } Source;

static int more(void **p, size_t n, size_t *room, size_t size, const rt_table *t, rt_error *e)
{
    if (n < *room)
        return 0;
    void *grown = realloc(*p, (*room = *room * 2 + 64) * size);
    if (!grown)
        return rt_fail(e, "%s: out of memory", t->path);
    *p = grown;
    return 0;
}

static int add_cell(rt_table *t, char *s, size_t *cells, rt_error *e)
{
    if (more((void **)&t->cell, *cells, &t->cells_room, sizeof *t->cell, t, e))
        return -1;
    t->cell[(*cells)++] = s;
    return 0;
}

/* A quoted field, cut out in place; 0 if it is none, -1 with an error. */
static int quoted(const rt_table *t, Source *c, char **to, rt_error *e)
{
    if (!c->quotes || c->s >= c->end || *c->s != '"')
        return 0;
    for (c->s++; c->s < c->end && (*c->s != '"' || (c->s + 1 < c->end && c->s[1] == '"')); *(*to)++ = *c->s++) {
        if (*c->s == '"')
            c->s++;
        else if (*c->s == '\n')
            return rt_fail(e, "%s:%ld: a quoted field does not end in its line", t->path, c->line);
    }
    if (c->s >= c->end)
        return rt_fail(e, "%s:%ld: a quoted field does not end", t->path, c->line);
    c->s++;
    return 1;
}

/* the line that begins at c->s, which is not empty */
static int add_row(rt_table *t, Source *c, size_t *cells, rt_error *e)
{
    size_t room = t->rows_room;
    if (more((void **)&t->row, t->rows + 1, &room, sizeof *t->row, t, e) ||
        more((void **)&t->line, t->rows + 1, &t->rows_room, sizeof *t->line, t, e))
        return -1;
    t->row[t->rows] = *cells;
    t->line[t->rows++] = c->line;
    for (int go = 1; go;) {
        char *begin = c->s, *to = c->s;
        if (quoted(t, c, &to, e) < 0)
            return -1;
        while (c->s < c->end && *c->s != c->separator && *c->s != '\n' &&
               !(*c->s == '\r' && c->s + 1 < c->end && c->s[1] == '\n'))
            *to++ = *c->s++;
        go = c->s < c->end && *c->s == c->separator;
        c->s += c->s < c->end && *c->s == '\r';
        c->s += c->s < c->end;
        *to = 0;                                             /* after the separator was looked at */
        if (add_cell(t, begin, cells, e))
            return -1;
    }
    t->row[t->rows] = *cells;
    return 0;
}

static int add_group(rt_table *t, rt_error *e)               /* the rows from here on are another example's */
{
    if (more((void **)&t->group, t->examples + 1, &t->groups_room, sizeof *t->group, t, e))
        return -1;
    if (t->examples == 0 || t->group[t->examples - 1] < t->rows)
        t->group[t->examples++] = t->rows;
    return 0;
}

static int is_empty(const Source *c)
{
    return c->s < c->end && (*c->s == '\n' || (*c->s == '\r' && (c->s + 1 == c->end || c->s[1] == '\n')));
}

static int add_rows(rt_table *t, Source *c, int groups, rt_error *e)
{
    size_t cells = 0;
    int apart = 1;                                           /* an empty line, or the beginning, came before */
    for (; c->s < c->end; c->line++) {
        if (is_empty(c)) {
            c->s += *c->s == '\r';
            c->s += c->s < c->end;
            apart = 1;
            continue;
        }
        if ((apart || !groups) && add_group(t, e))
            return -1;
        apart = 0;
        if (add_row(t, c, &cells, e))
            return -1;
    }
    if (!t->rows)
        return rt_fail(e, "%s: no rows", t->path);
    t->group[t->examples] = t->rows;                         /* add_group() left room for it */
    return 0;
}

static int is_named(const rt_table *t, const rt_data_spec *s)
{
    for (int i = 0; i < s->feeds; i++)
        for (int k = 0; k < s->feed[i].columns; k++)
            for (int c = 0; c < t->names; c++)
                if (!strcmp(t->cell[c], s->feed[i].column[k]))
                    return 1;
    return 0;
}

/* The first row is the header, if there is to be one: it goes, and every other has as many cells. */
static int take_header(rt_table *t, const rt_data_spec *s, rt_error *e)
{
    t->names = (int)t->row[1];
    if (s->header == RT_HEADER_NONE || (s->header == RT_HEADER_IF_NAMED && !is_named(t, s))) {
        t->names = 0;
        return 0;
    }
    t->name = t->cell;
    for (size_t i = 0; i < t->rows; i++) {
        t->row[i] = t->row[i + 1];
        t->line[i] = i + 1 < t->rows ? t->line[i + 1] : 0;
    }
    t->rows--;
    size_t first = t->examples > 1 && t->group[1] == 1;      /* the header was an example of its own */
    for (size_t i = 0; i < t->examples; i++)
        t->group[i] = i == 0 ? 0 : t->group[i + first] - 1;
    t->examples -= first;
    t->group[t->examples] = t->rows;
    for (size_t i = 0; i < t->rows; i++)
        if ((int)(t->row[i + 1] - t->row[i]) != t->names)
            return rt_fail(e, "%s:%ld: the row has %zu cell%s; expected %d, as the header has", t->path, t->line[i],
                           t->row[i + 1] - t->row[i], t->row[i + 1] - t->row[i] == 1 ? "" : "s", t->names);
    return t->rows ? 0 : rt_fail(e, "%s: no rows after the header", t->path);
}

int rt_table_read(rt_table *t, const char *path, const char *text, const rt_data_spec *s, rt_error *e)
{
    unsigned char *bytes = NULL;
    size_t n;
    *t = (rt_table){ .path = path };
    if (text) {
        n = strlen(text);
        t->bytes = malloc(n + 1);
    } else {
        if (rt_file_read(path, &bytes, &n, e))
            return -1;
        t->bytes = realloc(bytes, n + 1);
    }
    if (!t->bytes)
        return free(bytes), rt_fail(e, "%s: out of memory", path);
    if (text)
        memcpy(t->bytes, text, n);
    t->bytes[n] = 0;
    t->digest = rt_digest(0, t->bytes, n);
    if (memchr(t->bytes, 0, n))
        return rt_fail(e, "%s: holds a byte 0: not a text file", path);
    Source c = { .s = t->bytes, .end = t->bytes + n, .separator = '\t', .quotes = s->table == RT_CSV, .line = 1 };
    if (n >= 3 && !memcmp(c.s, "\xef\xbb\xbf", 3))
        c.s += 3;                                            /* a byte order mark, as spreadsheets write it */
    size_t line = strcspn(c.s, "\n");
    if (s->table == RT_CSV)
        c.separator = memchr(c.s, ',', line) ? ',' : memchr(c.s, ';', line) ? ';' : memchr(c.s, '\t', line) ? '\t' : ',';
    return add_rows(t, &c, s->table == RT_GROUPS, e) || take_header(t, s, e) ? -1 : 0;
}

void rt_table_free(rt_table *t)
{
    free(t->bytes), free(t->cell), free(t->row), free(t->line), free(t->group);
    *t = (rt_table){ 0 };
}

int rt_table_column(const rt_table *t, const char *name, rt_error *e)
{
    for (int i = 0; i < t->names; i++)
        if (!strcmp(t->name[i], name))
            return i;
    const char *near = rt_nearest(name, (const char *const *)t->name, t->names);
    char list[300] = "";
    for (int i = 0; i < t->names && strlen(list) + strlen(t->name[i]) + 8 < sizeof list; i++)
        strcat(strcat(list, i ? ", " : ""), t->name[i]);
    return rt_fail(e, "%s: no column %s%s%s%s; there are %s", t->path, name, near ? ", did you mean " : "",
                   near ? near : "", near ? "?" : "", list);
}
