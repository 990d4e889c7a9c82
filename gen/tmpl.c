/* tmpl.c -- templates: C text with Lua in it. A line that begins with `//%` is Lua; in any other, ${expr} is the value of
 * an expression. Line n of a template becomes line n of a Lua chunk called @templates/NAME, so that Lua's own messages point
 * into the template. It sees only the values it was given and a few harmless functions: no pairs, no clock, no files.
 */
#include "lua_text.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <string.h>

/* One template line as one line of Lua: o("text", tostring(expr), ...). */
static void translate_line(Text *lua, const char *s, size_t n, const char *name, int number)
{
    size_t blank = strspn(s, " ");
    if (blank + 3 <= n && !strncmp(s + blank, "//%", 3)) {
        put(lua, "%.*s\n", (int)(n - blank - 3), s + blank + 3);
        return;
    }
    put(lua, "o(");
    size_t from = 0;
    Text piece = { 0 };
    for (size_t i = 0; i <= n; i++) {
        bool value = i + 1 < n && s[i] == '$' && s[i + 1] == '{';
        if (i < n && !value)
            continue;
        put(&piece, "%.*s%s", (int)(i - from), s + from, i == n ? "\n" : "");
        quote(lua, piece.s ? piece.s : "");
        piece.n = 0;
        if (!value)
            break;
        const char *end = memchr(s + i, '}', n - i);
        if (!end)
            DIE("templates/%s:%d: ${ without }", name, number);
        put(lua, ", (%.*s), ", (int)(end - s - (long)i - 2), s + i + 2);
        i = (size_t)(end - s);
        from = i + 1;
    }
    put(lua, ")\n");
    text_free(&piece);
}

static int output(lua_State *L)
{
    Text *out = lua_touserdata(L, lua_upvalueindex(1));
    int n = lua_gettop(L);
    for (int i = 1; i <= n; i++) {
        size_t size;
        if (lua_isnil(L, i))
            return luaL_error(L, "value %d of the line is nil", i / 2);
        const char *s = luaL_tolstring(L, i, &size);
        put_text(out, s);
        lua_pop(L, 1);
    }
    return 0;
}

static void keep(lua_State *L, const char *library, lua_CFunction open)
{
    luaL_requiref(L, library, open, 1);
    lua_pop(L, 1);
}

void render(Arena *mem, const char *name, const char *data, Text *out)
{
    size_t size;
    const char *text = embedded_text(format(mem, "templates/%s", name), &size);
    if (!text)
        DIE("templates/%s is not embedded", name);
    Text lua = { 0 };
    int number = 1;
    for (const char *s = text; *s; number++) {
        const char *end = strchr(s, '\n');
        size_t n = end ? (size_t)(end - s) : strlen(s);
        translate_line(&lua, s, n, name, number);
        s += n + (end != NULL);
    }
    lua_State *L = luaL_newstate();
    if (!L)
        DIE("no memory for Lua");
    keep(L, "_G", luaopen_base), keep(L, "table", luaopen_table), keep(L, "string", luaopen_string);
    static const char *const gone[] = { "pairs", "next", "dofile", "loadfile", "load", "require", "collectgarbage" };
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        lua_pushnil(L);
        lua_setglobal(L, gone[i]);
    }
    if (luaL_loadbuffer(L, data, strlen(data), "@values") || lua_pcall(L, 0, 1, 0))
        DIE("values of templates/%s: %s", name, lua_tostring(L, -1));
    lua_pushnil(L);
    while (lua_next(L, -2)) {                           /* the order does not matter: each becomes a global */
        lua_setglobal(L, lua_tostring(L, -2));
    }
    lua_pushlightuserdata(L, out);
    lua_pushcclosure(L, output, 1);
    lua_setglobal(L, "o");
    if (luaL_loadbuffer(L, lua.s, lua.n, format(mem, "@templates/%s", name)) || lua_pcall(L, 0, 0, 0))
        DIE("%s", lua_tostring(L, -1));
    lua_close(L);
    text_free(&lua);
}
