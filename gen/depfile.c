/* depfile.c -- a rule for Make and Ninja that says which files the files written depend on: the description, what it
 * requires, weights. Takes the names that readers note, writes one small file.
 */
#include "rnnc.h"

#include <string.h>

void note_input(Model *m, const char *path)
{
    if (!strcmp(path, "-"))
        return;
    for (int i = 0; i < m->inputs; i++)
        if (!strcmp(m->input[i], path))
            return;
    m->input = grow(m->mem, m->input, m->inputs, &m->inputs_cap, sizeof *m->input);
    m->input[m->inputs++] = copy_text(m->mem, path);
}

static void put_path(Text *t, const char *path)         /* as GNU Make and Ninja both read it */
{
    for (const char *s = path; *s; s++) {
        if (*s == ' ' || *s == '#')
            put(t, "\\");
        put(t, *s == '$' ? "$$" : "%c", *s);
    }
}

void write_depfile(const Model *m, const Options *o, const char *const *output, int n)
{
    if (!o->depfile)
        return;
    Text t = { 0 };
    for (int i = 0; i < n; i++)
        put(&t, i ? " " : ""), put_path(&t, output[i]);
    put(&t, ":");
    for (int i = 0; i < m->inputs; i++)
        put(&t, " \\\n  "), put_path(&t, m->input[i]);
    put(&t, "\n");
    for (int i = 0; i < m->inputs; i++)                 /* a file that is gone is no error for Make */
        put(&t, "\n"), put_path(&t, m->input[i]), put(&t, ":\n");
    write_file(o->depfile, t.s, t.n);
    text_free(&t);
}
