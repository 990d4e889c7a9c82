/* emit_dispatch.c -- a predictor that holds its code for several widths of vectors: the file reads itself once for each, and
 * macros give every name a suffix. Takes the texts that are to be repeated, gives the names in them and the rows for the
 * template (templates/predictor.c), which spells the rest.
 */
#include "emit_predictor.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static bool word(char c) { return isalnum((unsigned char)c) || c == '_'; }

/* the identifier that ends before `end`, or NULL */
static const char *word_before(Arena *mem, const char *start, const char *end)
{
    while (end > start && end[-1] == ' ')
        end--;
    const char *s = end;
    while (s > start && word(s[-1]))
        s--;
    return s < end ? format(mem, "%.*s", (int)(end - s), s) : NULL;
}

/* What a line at the left margin names: a macro, a type or a function; NULL: nothing. */
static const char *named(Arena *mem, const char *s, const char *end, bool *macro)
{
    *macro = !strncmp(s, "#define ", 8);
    if (*macro) {
        const char *e = s + 8;
        while (e < end && word(*e))
            e++;
        return format(mem, "%.*s", (int)(e - s - 8), s + 8);
    }
    if (!strncmp(s, "typedef ", 8)) {
        const char *e = strstr(s, " __attribute__");
        if (!e || e > end)
            for (e = end; e > s && *e != ';'; e--) {}
        return word_before(mem, s, e);
    }
    static const char *const before[] = { "RT_INLINE ", "RT_NOINLINE ", "RT_WHOLE ", "static " };
    for (int i = 0; i < 4; i++)
        if (!strncmp(s, before[i], strlen(before[i]))) {
            const char *e = memchr(s, '(', (size_t)(end - s));
            return e ? word_before(mem, s, e) : NULL;
        }
    return NULL;
}

static void names_of(Arena *mem, const char *text, Text *macros, Text *names)
{
    for (const char *s = text, *end; s && *s; s = *end ? end + 1 : end) {
        end = strchr(s, '\n');
        end = end ? end : s + strlen(s);
        bool macro;
        const char *name = named(mem, s, end, &macro);
        if (!name)
            continue;
        Text *to = macro ? macros : names;
        const char *row = macro ? format(mem, "#undef %s\n", name) : format(mem, "#define %s RT_OF(%s)\n", name, name);
        if (!to->s || !strstr(to->s, row))
            put_text(to, row);
    }
}

/* "const float *x, float *y" -> "x, y" */
static const char *names_in(Arena *mem, const char *params)
{
    Text t = { 0 };
    for (const char *s = params; *s;) {
        const char *end = strchr(s, ',');
        end = end ? end : s + strlen(s);
        const char *name = word_before(mem, s, end);
        put(&t, "%s%s", t.n ? ", " : "", name ? name : "");
        s = *end ? end + 1 : end;
    }
    const char *r = copy_text(mem, t.s ? t.s : "");
    text_free(&t);
    return r;
}

void dispatched(Text *entries, Arena *mem, const char *name, const char *params)
{
    put(entries, "{ name="), quote(entries, name);
    put(entries, ", params="), quote(entries, params);
    put(entries, ", call="), quote(entries, names_in(mem, params));
    put(entries, " },\n");
}

void emit_dispatch(Arena *mem, const char *runtime, const char *kernels, const Text *entries, Text *d)
{
    Text macros = { 0 }, names = { 0 };
    names_of(mem, runtime, &macros, &names);
    names_of(mem, kernels, &macros, &names);
    const uint64_t hash = hash_bytes(hash_bytes(0, runtime, strlen(runtime)), kernels, strlen(kernels));
    put(d, "dispatch={ hash=\"0x%08" PRIx32 "u\", macros=", (uint32_t)hash), quote(d, macros.s ? macros.s : "");
    put(d, ", names="), quote(d, names.s ? names.s : "");
    put(d, ", entries={\n%s} },\n", entries->s ? entries->s : "");
    text_free(&macros), text_free(&names);
}
