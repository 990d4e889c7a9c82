/* weights_symbols.c -- what class ids are written as, from the metadata of trained weights: "vocabulary.NAME" and "classes.NAME",
 * symbols between spaces, each the code points of its characters between commas, -1 and -2 for what is not written.
 */
#include "files.h"
#include "rt_tensors.h"

#include <stdlib.h>
#include <string.h>

static const char *utf8(Arena *mem, long c)
{
    if (c < 0x80)
        return format(mem, "%c", (int)c);
    if (c < 0x800)
        return format(mem, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 63)));
    if (c < 0x10000)
        return format(mem, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
    return format(mem, "%c%c%c%c", (int)(0xf0 | c >> 18), (int)(0x80 | (c >> 12 & 63)), (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
}

static void parse(Model *m, Symbols *s, const char *path, const char *key, const char *text)
{
    int n = 0;
    for (const char *at = text; *at; n++) {
        Text t = { 0 };
        put_text(&t, "");
        if (n == s->classes)
            err((Loc){ path, 0 }, "metadata %s: expected at most %d symbols, as many as the network has classes", key, s->classes);
        for (char *end;; at = end + 1) {
            long c = strtol(at, &end, 10);
            if (end == at || (*end && *end != ' ' && *end != ',') || c < -2 || c == 0 || c > 0x10ffff)
                err((Loc){ path, 0 }, "metadata %s: expected a code point, -1 or -2, found '%.20s'", key, at);
            if (c > 0 && s->unit == UNIT_BYTE && c < 256)
                put(&t, "%c", (int)c);
            else if (c > 0)
                put_text(&t, utf8(m->mem, c));
            else if (c == -1 && s->unknown < 0)
                s->unknown = n;
            if (*end != ',') {
                at = end + (*end == ' ');
                break;
            }
        }
        s->symbol[n] = copy_text(m->mem, t.s ? t.s : "");
        text_free(&t);
    }
}

static Symbols *add(Model *m, Weights *w, const char *name, int classes, Unit unit)
{
    Symbols *all = alloc(m->mem, (size_t)(w->symbol_tables + 1) * sizeof *all);
    for (int i = 0; i < w->symbol_tables; i++)
        all[i] = w->symbol_table[i];
    w->symbol_table = all;
    Symbols *s = &all[w->symbol_tables++];
    *s = (Symbols){ .name = name, .classes = classes, .unknown = -1, .unit = unit };
    s->symbol = alloc(m->mem, (size_t)classes * sizeof *s->symbol);
    for (int i = 0; i < classes; i++)
        s->symbol[i] = "";
    return s;
}

void read_symbols(Model *m, const rt_tensors *t, const char *path, Weights *w)
{
    const Data *d = &m->data;
    if (w->vocabulary && d->into) {                     /* nn.text: one code point each */
        Symbols *s = add(m, w, d->into->name, w->symbols, UNIT_CHAR);
        for (int i = 0; i < w->symbols; i++)
            s->symbol[i] = w->vocabulary[i] > 0 ? utf8(m->mem, w->vocabulary[i]) : "";
        s->unknown = w->unknown;
    }
    for (int i = 0; i < d->vocabularies; i++) {
        const Vocabulary *v = &d->vocabulary[i];
        const char *key = format(m->mem, "%s.%s", v->names ? "classes" : "vocabulary", v->name), *text = rt_tensors_meta(t, key);
        Unit unit = UNIT_CELL;
        for (int k = 0; k < d->feeds; k++)
            if (d->feed[k].vocabulary == i && d->feed[k].as == AS_SYMBOLS)
                unit = d->feed[k].unit;
        if (!text)
            continue;
        Symbols *s = add(m, w, v->name, v->classes, unit);
        s->names = v->names;
        parse(m, s, path, key, text);
    }
}
