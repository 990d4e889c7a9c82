/* lua_text.c -- quoting for the two languages that templates and their values are written in. */
#include "lua_text.h"

static void quoted(Text *d, const char *s, const char *form)
{
    put(d, "\"");
    for (const unsigned char *c = (const unsigned char *)s; *c; c++) {
        if (*c == '"' || *c == '\\')
            put(d, "\\%c", *c);
        else if (*c == '?' && c[1] == '?')               /* no trigraphs, which old C would read */
            put(d, form, *c);
        else if (*c == '\n')
            put(d, "\\n");
        else if (*c < 32 || *c == 127)
            put(d, form, *c);
        else
            put(d, "%c", *c);
    }
    put(d, "\"");
}

void quote(Text *d, const char *s) { quoted(d, s, "\\%03u"); }

void quote_c(Text *d, const char *s) { quoted(d, s, "\\%03o"); }
