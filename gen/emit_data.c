/* emit_data.c -- the data section as values for templates/train.c: where the runtime finds the numbers of each port.
 */
#include "emit.h"
#include "lua_text.h"

static void c_text(Text *d, const char *key, const char *s)         /* a C string literal, or NULL */
{
    Text c = { 0 };
    if (s)
        quote_c(&c, s);
    else
        put(&c, "NULL");
    put(d, "%s=", key), quote(d, c.s), put(d, ", ");
    text_free(&c);
}

static void c_list(Text *d, const char *key, const char **s, int n) /* of C string literals */
{
    put(d, "%s={", key);
    for (int i = 0; i < n; i++) {
        Text c = { 0 };
        quote_c(&c, s[i]);
        quote(d, c.s), put(d, ", ");
        text_free(&c);
    }
    put(d, "}, ");
}

static void feeds(Text *d, const Data *a)
{
    static const char *const as[] = { "RT_AS_NUMBERS", "RT_AS_NAME", "RT_AS_SYMBOLS", "RT_AS_SLOT" };
    static const char *const unit[] = { "RT_BYTE", "RT_CHAR", "RT_WORD", "RT_CELL" };
    put(d, "feeds={\n");
    for (int i = 0; i < a->feeds; i++) {
        const Feed *f = &a->feed[i];
        put(d, "{ ");
        c_text(d, "port", f->leaf->name);
        c_list(d, "columns", f->column, f->columns);
        put(d, "as=\"%s\", unit=\"%s\", vocabulary=%d, at=%d, start=%d, stop=%d, reverse=%d, letters=%d, text=%d, slot=%d, slots=%d, "
               "scale=\"%.17g\" },\n", as[f->as], unit[f->unit], f->vocabulary, f->at, f->start, f->stop, f->reverse, f->letters, f->text,
            f->slot, f->slots, f->scale);
    }
    put(d, "}, vocabularies={\n");
    for (int i = 0; i < a->vocabularies; i++) {
        const Vocabulary *v = &a->vocabulary[i];
        put(d, "{ ");
        c_text(d, "name", v->name);
        put(d, "names=%d, unknown=%d, least=%d, classes=%d },\n", v->names, v->unknown, v->least, v->classes);
    }
    put(d, "},\n");
}

void emit_data(const Model *m, Text *d)
{
    static const char *const kind[] = { "RT_DATA_NONE", "RT_DATA_TEXT", "RT_DATA_CSV", "RT_DATA_INLINE", "RT_DATA_EXAMPLES" };
    static const char *const table[] = { "RT_TABS", "RT_CSV", "RT_GROUPS", "RT_ARRAYS" };
    static const char *const header[] = { "RT_HEADER_NONE", "RT_HEADER_FIRST", "RT_HEADER_IF_NAMED" };
    static const char *const longer[] = { "RT_CUT", "RT_SKIP", "RT_REFUSE" };
    const Data *a = &m->data;
    c_list(d, "columns", a->column, a->columns);
    c_list(d, "target_columns", a->target_column, a->target_columns);
    feeds(d, a);
    put(d, "data={ kind=\"%s\", chars=%d, normalize=%d, horizon=%d, ", kind[a->kind], a->unit == UNIT_CHAR, a->normalize, a->horizon);
    put(d, "column=\"%s\", target_column=\"%s\", ", a->columns ? "columns" : "NULL", a->target_columns ? "target_columns" : "NULL");
    put(d, "table=\"%s\", header=\"%s\", longer=\"%s\", ", table[a->table], header[a->header], longer[a->longer]);
    c_text(d, "text", a->text);
    c_text(d, "into", a->into ? a->into->name : NULL);
    c_text(d, "target", a->target ? a->target->name : NULL);
    c_text(d, "length", a->length);
    put(d, "},\n");
}
