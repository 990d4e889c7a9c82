/* cmd_import.c -- `rnnc import`: an ONNX file becomes a description and weights; or a safetensors file is held to a description. Runs
 * import*.lua in an interpreter of its own; writes only what it could read back.
 */
#include "files.h"
#include "import.h"
#include "rt_tensors.h"

#include <lualib.h>
#include <stdlib.h>
#include <string.h>

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
    static const char *const part[] = { "import_text", "import_ops", "import_layers", "import_shape", "import_parts", "import_rnn", "import_model" };
    static const luaL_Reg libraries[] = { { "_G", luaopen_base }, { LUA_TABLIBNAME, luaopen_table }, { LUA_STRLIBNAME, luaopen_string },
                                          { LUA_MATHLIBNAME, luaopen_math }, { NULL, NULL } };
    for (const luaL_Reg *l = libraries; l->name; l++) {
        luaL_requiref(L, l->name, l->func, 1);
        lua_pop(L, 1);
    }
    for (int i = -1; i < (int)(sizeof part / sizeof *part); i++) {
        char name[64], chunk[64];
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

lua_State *import_state(void)
{
    lua_State *L = luaL_newstate();
    if (!L)
        DIE("out of memory");
    lua_pushcfunction(L, load_parts);
    if (lua_pcall(L, 0, 1, 0))
        DIE("%s", lua_tostring(L, -1));
    return L;
}

/* ---- ONNX ------------------------------------------------------------------------------------------------------------ */

static void call(lua_State *L, int args, int results, const char *path)
{
    if (lua_pcall(L, args, results, 0)) {
        const char *s = lua_tostring(L, -1);
        err((Loc){ path, 0 }, "%s", s ? s : "it cannot be read");
    }
}

static const char *stem(Arena *mem, const char *path)   /* "dir/My net.onnx" -> "My_net" */
{
    const char *slash = strrchr(path, '/');
    char *s = copy_text(mem, slash ? slash + 1 : path);
    char *dot = strrchr(s, '.');
    if (dot && dot > s)
        *dot = 0;
    for (char *c = s; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", *c))
            *c = '_';
    if (strlen(s) > 60)
        s[60] = 0;
    return strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", *s) ? s : format(mem, "net%s", s);
}

static int import_onnx(Model *m, const Options *o)
{
    Arena *mem = m->mem;
    size_t n;
    const char *bytes = read_file(mem, o->model, &n), *name = o->name ? o->name : stem(mem, o->model);
    lua_State *L = import_state();
    lua_getfield(L, -1, "describe");
    lua_pushcfunction(L, import_read);
    lua_pushlstring(L, bytes, n);
    call(L, 1, 1, o->model);
    lua_newtable(L);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, o->model);
    lua_setfield(L, -2, "file");
    call(L, 2, 1, o->model);
    make_folder(o->out);
    const char *base = o->out ? format(mem, "%s/%s", o->out, name) : name;
    const char *text_path = format(mem, "%s.lua", base), *weights = format(mem, "%s.safetensors", base);
    lua_getfield(L, -1, "text");
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    write_file(text_path, text, size);
    lua_pushcfunction(L, import_save);
    lua_pushstring(L, weights);
    lua_getfield(L, -4, "weights");
    call(L, 2, 0, o->model);
    /* what was written must be a description that takes these weights */
    Model *back = alloc(mem, sizeof *back);
    *back = (Model){ .mem = mem, .file = text_path };
    read_model(back);
    Options check = *o;
    check.weights = weights;
    Weights w = { 0 };
    load_weights(back, &check, &w);
    if (!o->quiet) {
        lua_getfield(L, -2, "notes");
        for (lua_Integer i = 1; lua_geti(L, -1, i) == LUA_TSTRING; i++) {
            printf("%s\n", lua_tostring(L, -1));
            lua_pop(L, 1);
        }
        printf("%s, %s: %zu parameters\n", text_path, weights, back->reals);
    }
    lua_close(L);
    return 0;
}

int cmd_import(Model *m, const Options *o)
{
    size_t n = strlen(o->model);
    if (n > 12 && !strcmp(o->model + n - 12, ".safetensors")) {
        if (o->rests != 1)
            usage_err("which description? rnnc import %s MODEL.lua", o->model);
        return check_weights(m, o);
    }
    if (o->rests)
        usage_err("'%s': expected nothing behind %s", o->rest[0], o->model);
    return import_onnx(m, o);
}
