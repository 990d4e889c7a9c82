/* emit_symbols.c -- text in and out of a predictor: tables of what class ids are written as, and for each input that is read from a
 * text, and each table, its function. Takes what travels with the weights and how the description feeds its ports.
 */
#include "emit_predictor.h"
#include "lua_text.h"

#include <string.h>

static bool reads(const Plan *p, const char *port)
{
    for (int i = 0; p && i < p->order.n; i++)
        if (p->order.node[i]->op == Oinput && p->order.node[i]->attr.leaf->role == INPUT && !strcmp(p->order.node[i]->attr.leaf->name, port))
            return true;
    return false;
}

/* No trigraphs, which old C would read; bytes that are no UTF-8 as numbers. */
static void quote_symbol(Text *d, const char *s, Unit unit)
{
    put(d, "\"");
    for (const unsigned char *c = (const unsigned char *)s; *c; c++)
        if (*c == '"' || *c == '\\' || *c == '?')
            put(d, "\\%c", *c);
        else if (*c < 32 || *c == 127 || (unit == UNIT_BYTE && *c > 127))
            put(d, "\\%03o", *c);
        else
            put(d, "%c", *c);
    put(d, "\"");
}

static void encoder(Text *d, Arena *mem, const Symbols *s, const char *port, Unit unit, bool start, bool reverse)
{
    static const char *const what[] = { "bytes", "code points", "words", "cells" };
    put(d, "{ port="), quote(d, identifier(mem, port)), put(d, ", of="), quote(d, identifier(mem, s->name));
    put(d, ", unit=%d, what=\"%s\", unknown=%d, start=%d, reverse=%d, classes=%d },\n", unit, what[unit], s->unknown, start, reverse, s->classes);
}

/* Tables, then what reads and writes them, for the templates of the predictor. */
void emit_symbols(const Model *m, const Weights *w, const Plan *before, const Plan *p, Text *d)
{
    const Data *data = &m->data;
    put(d, "symbols={\n");
    for (int i = 0; i < w->symbol_tables; i++) {
        const Symbols *s = &w->symbol_table[i];
        Text rows = { 0 };
        for (int k = 0; k < s->classes; k++) {
            put_text(&rows, k % 8 ? " " : "    ");
            quote_symbol(&rows, s->symbol[k], s->unit);
            put_text(&rows, k % 8 == 7 || k == s->classes - 1 ? ",\n" : ",");
        }
        put(d, "{ name="), quote(d, identifier(m->mem, s->name));
        put(d, ", classes=%d, names=%s, unit=%d, rows=", s->classes, s->names ? "true" : "false", s->unit), quote(d, rows.s);
        put(d, " },\n");
        text_free(&rows);
    }
    put(d, "},\nencoders={\n");
    for (int i = 0; i < w->symbol_tables; i++) {
        const Symbols *s = &w->symbol_table[i];
        if (data->into && !data->feeds && (reads(p, data->into->name) || reads(before, data->into->name)))
            encoder(d, m->mem, s, data->into->name, UNIT_CHAR, false, false);
        for (int k = 0; k < data->feeds; k++) {
            const Feed *f = &data->feed[k];
            bool mine = f->vocabulary >= 0 && !strcmp(data->vocabulary[f->vocabulary].name, s->name);
            if (mine && f->as == AS_SYMBOLS && f->unit != UNIT_CELL && (reads(p, f->leaf->name) || reads(before, f->leaf->name)))
                encoder(d, m->mem, s, f->leaf->name, f->unit, f->start, f->reverse);
        }
    }
    put(d, "},\n");
}

/* What the ids of a leaf are written as; NULL: nobody knows */
const Symbols *symbols_of(const Model *m, const Weights *w, const Leaf *l)
{
    const Data *d = &m->data;
    const char *name = d->into && !strcmp(d->into->name, l->name) ? d->into->name : NULL;
    for (int k = 0; k < d->feeds; k++)
        if (!strcmp(d->feed[k].leaf->name, l->name) && d->feed[k].vocabulary >= 0)
            name = d->vocabulary[d->feed[k].vocabulary].name;
    for (int i = 0; name && i < w->symbol_tables; i++)
        if (!strcmp(w->symbol_table[i].name, name))
            return &w->symbol_table[i];
    return NULL;
}
