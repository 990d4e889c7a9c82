/* cmd_import.c -- `rnnc import`: an ONNX file becomes a description and weights; or a safetensors file is held to a description. The
 * work is done by import*.lua; what was written is read back as a description with its weights.
 */
#include "files.h"
#include "import.h"
#include "rt_tensors.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- ONNX ------------------------------------------------------------------------------------------------------------ */

static void call(lua_State *L, int args, int results, const char *path)
{
    if (lua_pcall(L, args, results, 0))
        err((Loc){ path, 0 }, "%s", import_message(L));
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

/* What lies at a path, which may have been changed by hand or trained on; keep() puts it aside unless now the same is there. */
typedef struct { const char *bytes; size_t n; } Earlier;

static Earlier earlier(Arena *mem, const char *path)
{
    Earlier e = { 0 };
    if (access(path, F_OK) == 0)
        e.bytes = read_file(mem, path, &e.n);
    return e;
}

static void keep(Arena *mem, Earlier e, const char *path)
{
    if (!e.bytes)
        return;
    const Earlier now = earlier(mem, path);
    if (now.n == e.n && !memcmp(now.bytes, e.bytes, e.n))
        return;
    const char *dot = strrchr(path, '.'), *aside = format(mem, "%.*s.previous%s", (int)(dot - path), path, dot);
    write_file(aside, e.bytes, e.n);
    fprintf(stderr, "rnnc: %s was another one, kept as %s\n", path, aside);
}

static int import_onnx(Model *m, const Options *o)
{
    Arena *mem = m->mem;
    size_t n;
    const char *bytes = read_file(mem, o->model, &n), *name = o->name ? o->name : stem(mem, o->model);
    ImportMemory room = { 0 };
    import_room(&room, n);
    lua_State *L = import_state(&room);
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
    const Earlier text_before = earlier(mem, text_path), weights_before = earlier(mem, weights);
    lua_pushcfunction(L, import_save);
    lua_pushstring(L, weights);
    lua_getfield(L, -3, "weights");
    call(L, 2, 0, o->model);
    keep(mem, weights_before, weights);
    lua_getfield(L, -1, "text");
    size_t size;
    const char *text = lua_tolstring(L, -1, &size);
    write_file(text_path, text, size);
    keep(mem, text_before, text_path);
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
        if (o->out || o->name)
            usage_err("%s has no effect: nothing is written where weights are held to a description", o->out ? "-o" : "--name");
        return check_weights(m, o);
    }
    const char *second = o->rests == 1 ? strrchr(o->rest[0], '.') : NULL;
    if (second && !strcmp(second, ".safetensors"))
        usage_err("the weights come first: rnnc import %s %s", o->rest[0], o->model);
    if (m->defines)
        usage_err("-D has no effect: '%s' has no parameters of a description's own", o->model);
    if (o->rests)
        usage_err("'%s': expected nothing behind %s", o->rest[0], o->model);
    return import_onnx(m, o);
}
