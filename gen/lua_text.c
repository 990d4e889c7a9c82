/* lua_text.c -- quoting for the two languages that templates and their values are written in. */
#include "lua_text.h"

static void quoted(Text *d, const char *s, const char *form)
{
    put(d, "\"");
    for (const unsigned char *c = (const unsigned char *)s, *from; *c; c++) {
        for (from = c; *c >= 32 && *c != '"' && *c != '\\' && *c != 127 && (*c != '?' || c[1] != '?'); c++) {}
        put_bytes(d, (const char *)from, (size_t)(c - from));
        if (!*c)
            break;
        if (*c == '"' || *c == '\\')
            put(d, "\\%c", *c);
        else if (*c == '\n')
            put(d, "\\n");
        else                                             /* also of two `?`: no trigraphs, which old C would read */
            put(d, form, *c);
    }
    put(d, "\"");
}

void quote(Text *d, const char *s) { quoted(d, s, "\\%03u"); }

void quote_c(Text *d, const char *s) { quoted(d, s, "\\%03o"); }
