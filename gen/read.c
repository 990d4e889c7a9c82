/* Takes a description (Lua, m->file) and gives the graph it builds, with m filled in. Runs the prelude, the cells
 * and the description in a sandbox, and turns whatever goes wrong in them into an error at the user's line. May
 * not write files, know of plans or C text.
 */
#include "read.h"
#include <stdlib.h>
#include <string.h>

Reader *reader_of(lua_State *L)
{
    return *(Reader **)lua_getextraspace(L);
}

/* ---- where we are ------------------------------------------------------------------------------------------- */

int chunk_of(const Reader *r, const char *source)
{
    if (source[0] != '=' || source[1] != '@')
        return -1;
    char *end;
    long id = strtol(source + 2, &end, 10);
    return *end == 0 && end > source + 2 && id >= 0 && id < r->chunks ? (int)id : -1;
}

/* Every function of the language is a C function, so its caller's frame is still there, even in a tail call. */
void enter(lua_State *L, Loc *user, Loc *made)
{
    Reader *r = reader_of(L);
    *user = r->user;
    *made = r->made;
    lua_Debug ar;
    int id = -1;
    for (int i = 1; id < 0; i++) {                      /* a function of Lua's own may stand between */
        if (!lua_getstack(L, i, &ar) || !lua_getinfo(L, "Sl", &ar))
            return;
        id = chunk_of(r, ar.source);
    }
    if (id <= CHUNK_PRELUDE)
        return;
    r->made = (Loc){ r->chunk[id], ar.currentline };
    if (id > CHUNK_LAYERS)
        r->user = r->made;
}

void leave(lua_State *L, Loc user, Loc made)
{
    Reader *r = reader_of(L);
    r->user = user;
    r->made = made;
}

void mark_made(Reader *r, int from)
{
    for (int i = from; i < r->g->n; i++)
        r->g->node[i]->loc = r->made;
}

void fail(lua_State *L, const char *fmt, ...)
{
    Reader *r = reader_of(L);
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    char *s = alloc(r->m->mem, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    err(r->user, "%s", s);
}

/* ---- errors of Lua itself ----------------------------------------------------------------------------------- */

/* "@2:14: what" -> the file's name and line 14; without a prefix: the line of the description that we are in. */
static void split_message(Reader *r, const char *s, Loc *loc, const char **text)
{
    *loc = r->user;
    *text = s;
    int id, line, used = 0;
    if (sscanf(s, "@%d:%d:%n", &id, &line, &used) < 2 || used == 0 || id < 0 || id >= r->chunks)
        return;
    *text = s + used + (s[used] == ' ');
    if (id > CHUNK_LAYERS || r->user.file == NULL)
        *loc = (Loc){ r->chunk[id], line };
}

/* Lua's words in ours: what has no line, and functions that Lua finds no name for, since they are called by their guards. */
static const char *reword(lua_State *L, const char *s)
{
    Reader *r = reader_of(L);
    const char *nameless = strstr(s, "'?'"), *name = NULL;
    lua_Debug ar;
    if (!strcmp(s, "C stack overflow"))
        return "what is nested here is too deep; expected fewer than 200 brackets, blocks, functions or calls in each other";
    for (int i = 1; nameless && lua_getstack(L, i, &ar) && lua_getinfo(L, "Sn", &ar) && chunk_of(r, ar.source) < 0; i++)
        name = ar.name ? ar.name : name;
    return name ? format(r->m->mem, "%.*s'%s'%s", (int)(nameless - s), s, name, nameless + 3) : s;
}

static int on_error(lua_State *L)
{
    Reader *r = reader_of(L);
    note_line(r);
    if (box_ended(r))
        box_blame(L, r->user);
    Loc loc;
    const char *text;
    if (lua_type(L, 1) == LUA_TSTRING || lua_type(L, 1) == LUA_TNUMBER) {
        split_message(r, lua_tostring(L, 1), &loc, &text);
        if (loc.file == NULL)
            loc = (Loc){ r->m->file, 0 };
        err(loc, "%s", reword(L, text));
    }
    if (lua_isnoneornil(L, 1))
        err(r->user, "error was called without a message");
    err(r->user, "error was called with a %s; expected a text", luaL_typename(L, 1));
}

/* ---- chunks ------------------------------------------------------------------------------------------------- */

static int load_chunk(lua_State *L, const char *file, const char *module, const char *text, size_t n)
{
    Reader *r = reader_of(L);
    if (r->chunks == MAX_CHUNKS)
        fail(L, "require: more than %d files", MAX_CHUNKS);
    int id = r->chunks++;
    r->chunk[id] = file;
    r->module[id] = module;
    char name[24];
    snprintf(name, sizeof name, "=@%d", id);
    if (n > 0 && text[0] == LUA_SIGNATURE[0])
        err((Loc){ file, 1 }, "found compiled Lua; expected the text of a description");
    if (memchr(text, 0, n) != NULL)
        err((Loc){ file, 1 }, "found a byte 0; expected the text of a description");
    int status = luaL_loadbufferx(L, text, n, name, "t");
    if (status != LUA_OK) {
        Loc loc;
        const char *what;
        if (box_ended(r))
            box_blame(L, (Loc){ file, 1 });
        split_message(r, lua_tostring(L, -1), &loc, &what);
        if (loc.file == NULL)
            loc = (Loc){ file, 1 };
        err(loc, "%s", reword(L, what));
    }
    return id;
}

static const char *folder_of(Reader *r)                  /* with its slash; "" for none */
{
    const char *slash = strrchr(r->m->file, '/');
    return format(r->m->mem, "%.*s", slash ? (int)(slash - r->m->file) + 1 : 0, r->m->file);
}

/* "lib.cells" is lib/cells.lua beside the description. Names, not paths: nothing above it can be named. */
static const char *module_file(lua_State *L, const char *name)
{
    Reader *r = reader_of(L);
    bool start = true;
    for (const char *s = name; *s; s++) {
        bool letter = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_';
        bool later = (*s >= '0' && *s <= '9') || *s == '-';
        if (*s == '.' || *s == '/') {
            if (start || !s[1])
                fail(L, "require '%s': expected \"nn\" or the name of a file beside the description", name);
            start = true;
            continue;
        }
        if (!letter && !(later && !start))
            fail(L, "require '%s': expected \"nn\" or the name of a file beside the description", name);
        start = false;
    }
    char *path = format(r->m->mem, "%s%s.lua", folder_of(r), name);
    for (char *s = path + strlen(folder_of(r)); *s && strcmp(s, ".lua") != 0; s++)
        if (*s == '.')
            *s = '/';
    return path;
}

static int require(lua_State *L)                         /* upvalue 1: nn; 2: results by chunk; 3: environment */
{
    Loc user, made;
    enter(L, &user, &made);
    Reader *r = reader_of(L);
    if (lua_type(L, 1) != LUA_TSTRING)
        fail(L, "require: expected a name, found a %s", luaL_typename(L, 1));
    const char *name = lua_tostring(L, 1);
    if (strcmp(name, "nn") == 0) {
        lua_pushvalue(L, lua_upvalueindex(1));
        leave(L, user, made);
        return 1;
    }
    const char *file = module_file(L, name);
    for (int i = 0; i < r->chunks; i++)
        if (r->module[i] && strcmp(r->chunk[i], file) == 0) {
            if (r->loading[i])
                fail(L, "require '%s': it requires itself", name);
            lua_rawgeti(L, lua_upvalueindex(2), i);
            leave(L, user, made);
            return 1;
        }
    FILE *f = fopen(file, "rb");
    if (f == NULL)
        fail(L, "require '%s': there is no file %s", name, file);
    fclose(f);
    size_t n;
    const char *text = read_file(r->m->mem, file, &n);
    note_input(r->m, file);
    r->m->hash = hash_bytes(r->m->hash, name, strlen(name) + 1);
    r->m->hash = hash_bytes(r->m->hash, text, n);
    int id = load_chunk(L, file, copy_text(r->m->mem, name), text, n);
    lua_pushvalue(L, lua_upvalueindex(3));
    lua_setupvalue(L, -2, 1);
    r->loading[id] = true;
    lua_call(L, 0, 1);
    r->loading[id] = false;
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, -1);
    lua_rawseti(L, lua_upvalueindex(2), id);
    leave(L, user, made);
    return 1;
}

/* ---- the whole ---------------------------------------------------------------------------------------------- */

/* loads an embedded chunk, with env below it */
static void run_own(lua_State *L, const char *name, const char *shown)
{
    size_t n;
    const char *text = embedded_text(name, &n);
    if (text == NULL)
        DIE("%s is not embedded", name);
    load_chunk(L, shown, NULL, text, n);
    lua_pushvalue(L, -2);
    lua_setupvalue(L, -2, 1);
}

/* In protected mode. Argument: the description's text. */
static int run(lua_State *L)
{
    Reader *r = reader_of(L);
    size_t n;
    const char *text = lua_touserdata(L, 1);
    n = (size_t)lua_tointeger(L, 2);
    lua_settop(L, 0);
    box_globals(L);                                     /* 1: the environment */
    run_own(L, "gen/prelude.lua", "prelude.lua");
    lua_newtable(L);
    value_api(L);
    node_api(L);
    model_api(L);
    lua_call(L, 1, 3);                                  /* -> core, entries of nn, helpers */
    static const char *const part[PRELUDE_PARTS - 1] = { "gen/prelude_steps.lua", "gen/prelude_layers.lua",
                                                         "gen/prelude_losses.lua", "gen/prelude_random.lua",
                                                         "gen/prelude_data.lua", "gen/prelude_examples.lua",
                                                         "gen/prelude_model.lua" };
    for (int i = 0; i < PRELUDE_PARTS - 1; i++) {       /* each adds entries; the last gives nn and the adder of cells */
        lua_pushvalue(L, 1);
        run_own(L, part[i], "prelude.lua");
        lua_remove(L, -2);
        for (int k = 2; k <= 4; k++)
            lua_pushvalue(L, k);
        lua_call(L, 3, i == PRELUDE_PARTS - 2 ? 2 : 0);
    }
    lua_rotate(L, 2, 2);                                /* 1 env, 2 nn, 3 adder, 4 core, ... */
    lua_settop(L, 3);
    lua_insert(L, 2);                                   /* 1 env, 2 adder, 3 nn */

    lua_pushvalue(L, 3);
    lua_newtable(L);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, require, 3);
    lua_setfield(L, 1, "require");
    lua_pushvalue(L, 2);                                /* adder(env, cells, layers) */
    lua_pushvalue(L, 1);
    static const char *const own[2] = { "cells.lua", "layers.lua" };
    for (int i = 0; i < 2; i++) {
        lua_pushvalue(L, 1);
        run_own(L, i ? "models/layers.lua" : "models/cells.lua", own[i]);
        lua_remove(L, -2);
        lua_call(L, 0, 1);
    }
    lua_call(L, 3, 0);

    load_chunk(L, r->m->file, r->m->file, text, n);
    lua_pushvalue(L, 1);
    lua_setupvalue(L, -2, 1);
    r->user = r->made = (Loc){ r->m->file, 0 };
    lua_call(L, 0, 1);
    if (!r->said)
        err((Loc){ r->m->file, 0 }, "the description describes no model; expected it to end with "
            "return nn.model { ... }");
    return 0;
}

static void check_defines(Reader *r)
{
    Model *m = r->m;
    for (int i = 0; i < m->defines; i++) {
        if (m->define[i].used)
            continue;
        Text has = { 0 };
        for (int k = 0; k < r->askeds; k++)
            put(&has, "%s%s", k ? ", " : "", r->asked[k]);
        const char *near = nearest(m->define[i].name, r->asked, r->askeds);
        if (r->askeds == 0)
            err((Loc){ m->file, 0 }, "-D %s: the description has no parameters of its own (nn.define)",
                m->define[i].name);
        err((Loc){ m->file, 0 }, "-D %s: the description has no such parameter; it has %s%s%s%s", m->define[i].name,
            has.s, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
}

Graph *read_model(Model *m)
{
    Reader r = { .m = m };
    if (strcmp(m->file, "-") != 0) {
        FILE *f = fopen(m->file, "rb");
        if (f == NULL)
            err((Loc){ m->file, 0 }, "cannot open the description: no such file, or it may not be read");
        fclose(f);
    }
    const char *slash = strrchr(m->file, '/');
    for (const char *s = slash ? slash + 1 : m->file; *s; s++)      /* generated C names it, in comments and strings */
        if ((unsigned char)*s < 32 || *s == 127 || *s == '"' || *s == '\\')
            err((Loc){ m->file, 0 }, "the name of a description may hold no quotation mark, backslash or control character");
    size_t n;
    const char *text = read_file(m->mem, m->file, &n);
    m->hash = hash_bytes(m->hash, text, n);
    for (int i = 0; i < m->defines; i++) {
        m->hash = hash_bytes(m->hash, m->define[i].name, strlen(m->define[i].name) + 1);
        m->hash = hash_bytes(m->hash, m->define[i].value, strlen(m->define[i].value) + 1);
    }
    m->batch = m->batch > 0 ? m->batch : 1;
    r.g = graph_new(m, m->mem);
    r.L = box_open(&r);
    lua_pushcfunction(r.L, on_error);
    lua_pushcfunction(r.L, run);
    lua_pushlightuserdata(r.L, (void *)(uintptr_t)text);
    lua_pushinteger(r.L, (lua_Integer)n);
    if (lua_pcall(r.L, 2, 0, 1) != LUA_OK)  /* on_error does not return, but Lua may have no memory for it */
        box_blame(r.L, r.user.file ? r.user : (Loc){ m->file, 0 });
    check_defines(&r);
    lua_close(r.L);
    r.g->loc = (Loc){ 0 };
    return r.g;
}
