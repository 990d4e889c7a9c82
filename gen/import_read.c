/* import_read.c -- an ONNX file as Lua tables and arrays. Takes the bytes, gives { producer =, opset = { domain = version }, nodes,
 * arrays, inputs, outputs }; checks every length before it is used. Knows nothing of what operators mean.
 */
#include "import.h"

#include "onnx.pb-c.h"
#include "rt_tensors.h"

#include <stdlib.h>
#include <string.h>

enum { EXTERNAL = 1 };

/* ---- memory for protobuf-c: what a small file may make large has an end ----------------------------------------- */

typedef struct { size_t left; } Budget;

static void *take(void *data, size_t n)
{
    Budget *b = data;
    if (n > b->left)
        return NULL;
    b->left -= n;
    return malloc(n ? n : 1);
}

static void give(void *data, void *p) { (void)data; free(p); }

typedef struct {
    Budget budget;
    ProtobufCAllocator allocator;
    Onnx__Model *model;
} File;

static int close_file(lua_State *L)
{
    File *f = lua_touserdata(L, 1);
    if (f->model)
        onnx__model__free_unpacked(f->model, &f->allocator);
    f->model = NULL;
    return 0;
}

/* ---- tensors -------------------------------------------------------------------------------------------------------- */

static int size_of_kind(int kind)                       /* in raw_data; 0: not read */
{
    static const char size[] = { 0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8 };
    return kind > 0 && kind < (int)sizeof size ? size[kind] : 0;
}

static double half(uint16_t h)
{
    rt_tensor t = { .dtype = RT_F16, .count = 1, .data = &h };
    return rt_tensor_value(&t, 0);
}

static double raw(int kind, const uint8_t *p)
{
    union { float f; double d; int8_t i1; int16_t i2; int32_t i4; int64_t i8; uint8_t u1; uint16_t u2; uint32_t u4; uint64_t u8; } u = { 0 };
    uint8_t bytes[8];
    int n = size_of_kind(kind);
    const uint16_t one = 1;
    bool little = *(const uint8_t *)&one;
    for (int i = 0; i < n; i++)
        bytes[i] = p[little ? i : n - 1 - i];
    memcpy(&u, bytes, (size_t)n);
    switch (kind) {
    case 1: return u.f;
    case 2: case 9: return u.u1;
    case 3: return u.i1;
    case 4: return u.u2;
    case 5: return u.i2;
    case 6: return u.i4;
    case 7: return (double)u.i8;
    case 10: return half(u.u2);
    case 11: return u.d;
    case 12: return u.u4;
    default: return (double)u.u8;
    }
}

static void push_array(lua_State *L, const Onnx__Array *t, const char *what)
{
    int64_t dim[ARRAY_RANK] = { 0 };
    int kind = t->data_type, size = size_of_kind(kind);
    if (!size)
        luaL_error(L, "%s '%s': elements of type %d, which are not read", what, t->name ? t->name : "", kind);
    if (t->has_data_location && t->data_location == EXTERNAL)
        luaL_error(L, "%s '%s': its numbers are in another file, which is not read; save the model as one file", what, t->name ? t->name : "");
    if (t->has_segment)
        luaL_error(L, "%s '%s': it is stored in segments, which is not read", what, t->name ? t->name : "");
    if (t->n_dims > ARRAY_RANK)
        luaL_error(L, "%s '%s': %d dimensions; at most %d are read", what, t->name ? t->name : "", (int)t->n_dims, ARRAY_RANK);
    double count = 1;
    for (size_t i = 0; i < t->n_dims; i++) {
        dim[i] = t->dims[i];
        count *= (double)dim[i];
    }
    double given = t->has_raw_data ? (double)t->raw_data.len / size
                 : kind == 1       ? (double)t->n_float_data
                 : kind == 11      ? (double)t->n_double_data
                 : kind == 7       ? (double)t->n_int64_data
                 : kind >= 12      ? (double)t->n_uint64_data
                                   : (double)t->n_int32_data;
    if (given != count)                                 /* before room is made for what the dimensions claim */
        luaL_error(L, "%s '%s': its dimensions say %f elements, there are %f", what, t->name ? t->name : "", count, given);
    Array *a = array_new(L, (int)t->n_dims, dim, kind);
    for (int64_t i = 0; i < a->n; i++)
        a->v[i] = t->has_raw_data ? raw(kind, t->raw_data.data + i * size)
                : kind == 1       ? (double)t->float_data[i]
                : kind == 11      ? t->double_data[i]
                : kind == 7       ? (double)t->int64_data[i]
                : kind >= 12      ? (double)t->uint64_data[i]
                : kind == 10      ? half((uint16_t)t->int32_data[i])
                                  : (double)t->int32_data[i];
}

/* ---- the rest --------------------------------------------------------------------------------------------------------- */

static void set_text(lua_State *L, const char *key, const char *s)
{
    lua_pushstring(L, s ? s : "");
    lua_setfield(L, -2, key);
}

static void set_texts(lua_State *L, const char *key, char **s, size_t n)
{
    lua_createtable(L, n > 1000 ? 1000 : (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushstring(L, s[i]);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, key);
}

static void push_attribute(lua_State *L, const Onnx__Attribute *a)
{
    int type = a->has_type ? a->type : a->has_f ? 1 : a->has_i ? 2 : a->has_s ? 3 : a->t ? 4 : a->n_floats ? 6 : a->n_ints ? 7 : a->n_strings ? 8 : 5;
    if (a->ref_attr_name && *a->ref_attr_name)
        luaL_error(L, "attribute '%s' refers to a function's, which is not read", a->name ? a->name : "");
    switch (type) {
    case 1:
        lua_pushnumber(L, (double)a->f);
        break;
    case 2:
        lua_pushinteger(L, a->i);
        break;
    case 3:
        lua_pushlstring(L, a->has_s ? (const char *)a->s.data : "", a->has_s ? a->s.len : 0);
        break;
    case 4:
        if (!a->t)
            luaL_error(L, "attribute '%s': expected a tensor, found none", a->name ? a->name : "");
        push_array(L, a->t, "the tensor of an attribute");
        break;
    case 6:
    case 7:
    case 8: {
        size_t n = type == 6 ? a->n_floats : type == 7 ? a->n_ints : a->n_strings;
        lua_newtable(L);
        for (size_t i = 0; i < n; i++) {
            if (type == 6)
                lua_pushnumber(L, (double)a->floats[i]);
            else if (type == 7)
                lua_pushinteger(L, a->ints[i]);
            else
                lua_pushlstring(L, (const char *)a->strings[i].data, a->strings[i].len);
            lua_seti(L, -2, (lua_Integer)i + 1);
        }
        break;
    }
    default:
        lua_newtable(L);                                /* a graph, or what we do not read: refused by its reader */
        set_text(L, "other", type == 5 ? "a graph" : "something else");
    }
}

static void push_node(lua_State *L, const Onnx__Node *n)
{
    lua_newtable(L);
    set_text(L, "op", n->op_type);
    set_text(L, "name", n->name);
    set_text(L, "domain", n->domain);
    set_texts(L, "inputs", n->input, n->n_input);
    set_texts(L, "outputs", n->output, n->n_output);
    lua_newtable(L);
    for (size_t i = 0; i < n->n_attribute; i++) {
        const char *name = n->attribute[i]->name ? n->attribute[i]->name : "";
        if (lua_getfield(L, -1, name) != LUA_TNIL)
            luaL_error(L, "%s '%s': attribute '%s' is there twice", n->op_type ? n->op_type : "", n->name ? n->name : "", name);
        lua_pop(L, 1);
        push_attribute(L, n->attribute[i]);
        lua_setfield(L, -2, name);
    }
    lua_setfield(L, -2, "attrs");
}

static void push_port(lua_State *L, const Onnx__Port *p)
{
    lua_newtable(L);
    set_text(L, "name", p->name);
    const Onnx__ArrayType *t = p->type ? p->type->tensor_type : NULL;
    lua_pushinteger(L, t ? t->elem_type : 0);
    lua_setfield(L, -2, "kind");
    if (!t || !t->shape)
        return;
    lua_newtable(L);
    for (size_t i = 0; i < t->shape->n_dim; i++) {
        const Onnx__Dimension *d = t->shape->dim[i];
        if (d->has_dim_value && d->dim_value > 0)
            lua_pushinteger(L, d->dim_value);
        else
            lua_pushstring(L, d->dim_param ? d->dim_param : "");
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "dims");
}

static void set_ports(lua_State *L, const char *key, Onnx__Port **p, size_t n)
{
    lua_newtable(L);
    for (size_t i = 0; i < n; i++) {
        push_port(L, p[i]);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, key);
}

static void push_model(lua_State *L, const Onnx__Model *m)
{
    const Onnx__Graph *g = m->graph;
    lua_newtable(L);
    set_text(L, "producer", m->producer_name);
    set_text(L, "name", g->name);
    lua_newtable(L);
    for (size_t i = 0; i < m->n_opset_import; i++) {
        const char *domain = m->opset_import[i]->domain ? m->opset_import[i]->domain : "";
        lua_pushinteger(L, m->opset_import[i]->version);
        lua_setfield(L, -2, strcmp(domain, "ai.onnx") ? domain : "");
    }
    lua_setfield(L, -2, "opset");
    lua_newtable(L);
    for (size_t i = 0; i < g->n_node; i++) {
        push_node(L, g->node[i]);
        lua_seti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "nodes");
    lua_newtable(L);
    for (size_t i = 0; i < g->n_initializer; i++) {
        push_array(L, g->initializer[i], "the initializer");
        lua_setfield(L, -2, g->initializer[i]->name ? g->initializer[i]->name : "");
    }
    lua_setfield(L, -2, "arrays");
    set_ports(L, "inputs", g->input, g->n_input);
    set_ports(L, "outputs", g->output, g->n_output);
}

int import_read(lua_State *L)
{
    size_t n;
    const char *bytes = luaL_checklstring(L, 1, &n);
    File *f = lua_newuserdatauv(L, sizeof *f, 0);
    *f = (File){ .budget = { 64 * n + (1 << 20) } };    /* an empty message of 2 bytes becomes some 100 */
    f->allocator = (ProtobufCAllocator){ take, give, &f->budget };
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, close_file);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    f->model = onnx__model__unpack(&f->allocator, n, (const uint8_t *)bytes);
    if (!f->model)
        return luaL_error(L, "not an ONNX file, or cut off: the protobuf in it cannot be read");
    if (!f->model->graph)
        return luaL_error(L, "not an ONNX file: there is no graph in it");
    if (f->model->n_functions)
        return luaL_error(L, "the file defines functions of its own, which are not read");
    if (f->model->graph->n_sparse_initializer)
        return luaL_error(L, "the file has sparse initializers, which are not read");
    push_model(L, f->model);
    return 1;
}
