/* lua_text.h -- values for templates, written as a Lua table; and quoting. */
#ifndef LUA_TEXT_H
#define LUA_TEXT_H

#include "rnnc.h"

void quote(Text *d, const char *s);                     /* as a Lua string: any bytes */
void quote_c(Text *d, const char *s);                   /* as a C string literal: any bytes but 0 */
void put_decimal(Text *t, double x, bool twice);        /* a constant that C reads back as the same float (double: `twice`) */
/* Runs templates/NAME with the fields of the table that the Lua text `data` returns as globals. */
void render(Arena *mem, const char *name, const char *data, Text *out);

#endif
