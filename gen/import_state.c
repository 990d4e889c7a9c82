/* import_state.c -- the interpreter in which import runs: its libraries, its memory, which has an end that a file's size sets, and what C
 * does for it. No file of the user's is opened here but to be written by import_save().
 */
#include "import.h"
#include "rt_tensors.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

static void *memory(void *data, void *p, size_t old, size_t n)
{
    ImportMemory *m = data;
    size_t had = p ? old : 0;
    if (n > had && n - had > m->most - m->used)
        return NULL;
    void *q = n ? realloc(p, n) : NULL;
    if (!n)
        free(p);
    if (q || !n)
        m->used += n - had;
    return q;
}

void import_room(ImportMemory *m, size_t bytes)
{
    m->most = ((size_t)256 << 20) + (bytes < SIZE_MAX / 64 ? 40 * bytes : SIZE_MAX / 2);
}

static int nearest_word(lua_State *L)                   /* word, list of words -> the nearest or nil */
{
    const char *word = luaL_checkstring(L, 1);
    const char *words[256];
    int n = 0;
    luaL_checktype(L, 2, LUA_TTABLE);
    for (lua_Integer i = 1; n < 256 && lua_geti(L, 2, i) == LUA_TSTRING; i++) {
        words[n++] = lua_tostring(L, -1);               /* the table keeps it */
        lua_pop(L, 1);
    }
    const char *near = nearest(word, words, n);
    near ? lua_pushstring(L, near) : lua_pushnil(L);
    return 1;
}

static int to_float(lua_State *L) { return lua_pushnumber(L, (double)(float)luaL_checknumber(L, 1)), 1; }

int import_save(lua_State *L)
{
    const char *path = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    int n = (int)luaL_len(L, 2);
    rt_tensor *t = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *t, 0);
    memset(t, 0, (size_t)(n + 1) * sizeof *t);
    luaL_checkstack(L, n + 10, "too many weights");
    for (int i = 0; i < n; i++) {
        lua_geti(L, 2, i + 1);
        lua_geti(L, -1, 1);
        t[i].name = luaL_checkstring(L, -1);            /* the list keeps it */
        lua_geti(L, -2, 2);
        Array *a = array_at(L, -1);
        lua_pop(L, 3);
        bool twice = a->kind == KIND_DOUBLE;
        float *copy = twice ? NULL : lua_newuserdatauv(L, (size_t)(a->n + 1) * sizeof *copy, 0);
        for (int64_t k = 0; copy && k < a->n; k++)
            copy[k] = (float)a->v[k];
        for (int64_t k = 0; k < a->n; k++)
            if (!(a->v[k] - a->v[k] == 0))
                luaL_error(L, "the weights '%s': element %I is not finite", t[i].name, (LUAI_UACINT)k);
        t[i].dtype = twice ? RT_F64 : RT_F32;
        t[i].rank = a->rank;
        for (int k = 0; k < a->rank; k++)
            t[i].shape[k] = (long)a->dim[k];
        t[i].count = (size_t)a->n;
        t[i].data = twice ? (const void *)a->v : copy;
    }
    char error[512];
    if (rt_tensors_save(path, t, n, NULL, 0, error, sizeof error))
        luaL_error(L, "%s", error);
    return 0;
}

static int load_parts(lua_State *L)
{
    static const char *const part[] = { "import_text", "import_ops", "import_layers", "import_shape", "import_parts",
                                       "import_pairs", "import_time", "import_rnn", "import_order", "import_model" };
    static const luaL_Reg libraries[] = { { "_G", luaopen_base }, { LUA_TABLIBNAME, luaopen_table }, { LUA_STRLIBNAME, luaopen_string },
                                          { LUA_MATHLIBNAME, luaopen_math }, { NULL, NULL } };
    for (const luaL_Reg *l = libraries; l->name; l++) {
        luaL_requiref(L, l->name, l->func, 1);
        lua_pop(L, 1);
    }
    for (int i = -1; i < (int)(sizeof part / sizeof *part); i++) {
        char name[64], chunk[80];
        snprintf(name, sizeof name, "gen/%s.lua", i < 0 ? "import" : part[i]);
        snprintf(chunk, sizeof chunk, "=%s", name);
        size_t n;
        const char *text = embedded_text(name, &n);
        if (!text || luaL_loadbufferx(L, text, n, chunk, "t"))
            return luaL_error(L, "%s", text ? lua_tostring(L, -1) : name);
        if (i < 0) {
            lua_newtable(L);
            open_arrays(L);
            lua_setfield(L, -2, "array");
            lua_pushcfunction(L, nearest_word);
            lua_setfield(L, -2, "nearest");
            lua_pushcfunction(L, to_float);
            lua_setfield(L, -2, "float");
            lua_call(L, 1, 1);
        } else {
            lua_pushvalue(L, -2);
            lua_call(L, 1, 0);
        }
    }
    return 1;
}

lua_State *import_state(ImportMemory *m)
{
    lua_State *L = lua_newstate(memory, m);
    if (!L)
        DIE("out of memory");
    lua_pushcfunction(L, load_parts);
    if (lua_pcall(L, 0, 1, 0))
        DIE("%s", lua_tostring(L, -1));
    return L;
}

/* The sentence on top, with nothing in it that a terminal would obey: names of the file stand in it. */
const char *import_message(lua_State *L)
{
    size_t n;
    const char *s = luaL_tolstring(L, -1, &n);
    luaL_Buffer b;
    char *copy = luaL_buffinitsize(L, &b, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = (unsigned char)s[i] < 32 || (unsigned char)s[i] > 126 ? '?' : s[i];
    luaL_pushresultsize(&b, n);
    return lua_tostring(L, -1);
}
