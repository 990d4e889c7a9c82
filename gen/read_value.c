/* What a description handles: values (nodes of the graph) and axes as Lua objects with fields and operators, and
 * the wrapping of functions that keeps the user's line. Makes no node but by read_node.c; knows no layers.
 */
#include "read.h"
#include <math.h>
#include <string.h>

static const char value_type[] = "nn.value", axis_type[] = "nn.axis";

typedef struct { Node *n; Opened *state; } Value;

/* ---- values from and to Lua --------------------------------------------------------------------------------- */

static Value *to_value(lua_State *L, int i) { return luaL_testudata(L, i, value_type); }

Node *to_node(lua_State *L, int i)
{
    Value *v = to_value(L, i);
    return v ? v->n : NULL;
}

Axis *to_axis(lua_State *L, int i)
{
    Axis **a = luaL_testudata(L, i, axis_type);
    return a ? *a : NULL;
}

const char *describe(lua_State *L, int i)        /* what was found, for messages */
{
    Reader *r = reader_of(L);
    Node *n = to_node(L, i);
    Axis *a = to_axis(L, i);
    if (n != NULL && n->attr.leaf != NULL && n->attr.leaf->classes > 0)
        return format(r->m->mem, "'%s' (class ids)", n->attr.leaf->name);
    if (n != NULL)
        return format(r->m->mem, "a value (%s)", type_text(r->m->mem, n->type));
    if (a != NULL)
        return format(r->m->mem, "the axis '%s'", a->name);
    switch (lua_type(L, i)) {
    case LUA_TNONE:
    case LUA_TNIL: return "nothing (nil)";
    case LUA_TBOOLEAN: return lua_toboolean(L, i) ? "true" : "false";
    case LUA_TFUNCTION: return "a function (a layer without its operand?)";
    case LUA_TNUMBER: {
        if (isnan(lua_tonumber(L, i)))
            return "the number nan";
        lua_pushvalue(L, i);
        const char *s = format(r->m->mem, "the number %s", lua_tostring(L, -1));
        lua_pop(L, 1);
        return s;
    }
    case LUA_TSTRING: return format(r->m->mem, "the string '%.40s'", lua_tostring(L, i));
    default: return format(r->m->mem, "a %s", luaL_typename(L, i));
    }
}

void push_value(lua_State *L, Node *n, Opened *state)
{
    Value *v = lua_newuserdatauv(L, sizeof *v, 0);
    v->n = n;
    v->state = state;
    luaL_setmetatable(L, value_type);
}

void push_node(lua_State *L, Node *n) { push_value(L, n, NULL); }

void push_axis(lua_State *L, Axis *a)
{
    *(Axis **)lua_newuserdatauv(L, sizeof a, 0) = a;
    luaL_setmetatable(L, axis_type);
}

static void no_ids(lua_State *L, const Node *n, const char *what)
{
    const Leaf *leaf = n->attr.leaf;
    if (leaf != NULL && leaf->classes > 0)
        fail(L,
            "%s: '%s' holds class ids, expected a vector: use nn.onehot(%s) or nn.embedding(name, %d, size)(%s)",
             what, leaf->name, leaf->name, leaf->classes, leaf->name);
}

Node *operand(lua_State *L, int i, const char *what)
{
    Reader *r = reader_of(L);
    Node *n = to_node(L, i);
    if (n != NULL) {
        no_ids(L, n, what);
        return n;
    }
    if (lua_type(L, i) != LUA_TNUMBER)
        fail(L, "%s: expected a value or a number, found %s", what, describe(L, i));
    double x = lua_tonumber(L, i);
    if (!(fabs(x) <= 1e300))
        fail(L, "%s: expected a finite number, found %g", what, x);
    return constant(r->g, x);
}

/* ---- fields and operators ----------------------------------------------------------------------------------- */

static int core_describe(lua_State *L)
{
    lua_pushstring(L, describe(L, 1));
    return 1;
}

static void push_dims(lua_State *L, Shape s)
{
    lua_createtable(L, s.rank, 0);
    for (int i = 0; i < s.rank; i++) {
        lua_pushinteger(L, s.dim[i]);
        lua_rawseti(L, -2, i + 1);
    }
}

static int core_type(lua_State *L)  /* x -> axis or nil, batch?, dims, classes; nil if no value */
{
    Node *n = to_node(L, 1);
    if (n == NULL)
        return 0;
    if (n->type.axis)
        push_axis(L, n->type.axis);
    else
        lua_pushnil(L);
    lua_pushboolean(L, n->type.batch);
    push_dims(L, n->type.shape);
    lua_pushinteger(L, n->attr.leaf ? n->attr.leaf->classes : 0);
    return 4;
}

static int core_leaf(lua_State *L)  /* x -> "param" | "input" | "target", name; nothing otherwise */
{
    static const char *const role[] = { "param", "input", "target", "state", "random" };
    Node *n = to_node(L, 1);
    if (n == NULL || n->attr.leaf == NULL)
        return 0;
    lua_pushstring(L, role[n->attr.leaf->role]);
    lua_pushstring(L, n->attr.leaf->name);
    return 2;
}

static int core_axis_of(lua_State *L)                   /* -> name, steps, ragged?; nothing if it is no axis */
{
    Axis *a = to_axis(L, 1);
    if (a == NULL)
        return 0;
    lua_pushstring(L, a->name);
    lua_pushinteger(L, a->steps);
    lua_pushboolean(L, a->ragged);
    return 3;
}

static int value_index(lua_State *L)
{
    static const char *const field[] = { "axis", "name", "next", "shape", "size" };
    Loc user, made;
    enter(L, &user, &made);
    Value *v = to_value(L, 1);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    Shape s = v->n->type.shape;
    if (strcmp(key, "next") == 0 && v->state != NULL) {
        if (v->state->next == NULL)
            fail(L, "the state '%s' has no next value yet; expected %s.next = ... before", v->state->name,
                 v->state->name);
        push_node(L, v->state->next);
    } else if (strcmp(key, "next") == 0) {
        fail(L, "next: expected a state (nn.state), found %s", describe(L, 1));
    } else if (strcmp(key, "axis") == 0) {
        if (v->n->type.axis)
            push_axis(L, v->n->type.axis);
        else
            lua_pushnil(L);
    } else if (strcmp(key, "shape") == 0) {
        push_dims(L, s);
    } else if (strcmp(key, "size") == 0) {
        lua_pushinteger(L, s.rank ? s.dim[s.rank - 1] : 1);
    } else if (strcmp(key, "name") == 0) {
        lua_pushstring(L, v->state ? v->state->name : node_text(reader_of(L)->m->mem, v->n));
    } else {
        const char *near = *key ? nearest(key, field, 5) : NULL;
        fail(L, "a value has no field '%s'%s%s%s; it has axis, name, next, shape, size",
             *key ? key : describe(L, 2),
             near ? "; did you mean '" : "", near ? near : "", near ? "'" : "");
    }
    leave(L, user, made);
    return 1;
}

static int value_newindex(lua_State *L)
{
    Loc user, made;
    enter(L, &user, &made);
    Value *v = to_value(L, 1);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    if (strcmp(key, "next") != 0)
        fail(L, "a value has no field '%s' to be set; a state has 'next'", key);
    if (v->state == NULL)
        fail(L, "next: expected a state (nn.state), found %s", describe(L, 1));
    give_next(L, v->state, 3);
    leave(L, user, made);
    return 0;
}

static int value_tostring(lua_State *L)
{
    lua_pushstring(L, describe(L, 1));
    return 1;
}

static int axis_index_field(lua_State *L)
{
    static const char *const field[] = { "name", "parent", "ragged", "steps" };
    Loc user, made;
    enter(L, &user, &made);
    Axis *a = to_axis(L, 1);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
    const char *near = *key ? nearest(key, field, 4) : NULL;
    if (strcmp(key, "name") == 0)
        lua_pushstring(L, a->name);
    else if (strcmp(key, "steps") == 0)
        lua_pushinteger(L, a->steps);
    else if (strcmp(key, "ragged") == 0)
        lua_pushboolean(L, a->ragged);
    else if (strcmp(key, "parent") == 0 && a->parent == NULL)
        lua_pushnil(L);
    else if (strcmp(key, "parent") == 0)
        push_axis(L, a->parent);
    else
        fail(L, "an axis has no field '%s'%s%s%s; it has name, parent, ragged, steps", key, near ? "; did you mean '" : "",
             near ? near : "", near ? "'" : "");
    leave(L, user, made);
    return 1;
}

static int value_eq(lua_State *L)
{
    lua_pushboolean(L, to_node(L, 1) ? to_node(L, 1) == to_node(L, 2) : to_axis(L, 1) == to_axis(L, 2));
    return 1;
}

static int operate(lua_State *L)                        /* upvalues: operation, how it is written */
{
    Loc user, made;
    enter(L, &user, &made);
    int from = begin(L);
    const char *what = lua_tostring(L, lua_upvalueindex(2));
    Node *n = map_node(L, what, (Op)lua_tointeger(L, lua_upvalueindex(1)), 1);
    done(L, n, from);
    leave(L, user, made);
    return 1;
}

static int join(lua_State *L)                           /* x .. y */
{
    Loc user, made;
    enter(L, &user, &made);
    int from = begin(L);
    Reader *r = reader_of(L);
    Node *part[2] = { with_features(r, operand(L, 1, "..")), with_features(r, operand(L, 2, "..")) };
    done(L, joined(L, "..", 2, part), from);
    leave(L, user, made);
    return 1;
}

static int refuse(lua_State *L)                         /* upvalue: the advice */
{
    Loc user, made;
    enter(L, &user, &made);
    fail(L, "%s", lua_tostring(L, lua_upvalueindex(1)));
}

/* ---- functions that keep the user's line -------------------------------------------------------------------- */

static int wrapped(lua_State *L)  /* upvalue: the prelude's function; its functions are wrapped too */
{
    Loc user, made;
    enter(L, &user, &made);
    int n = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, n, LUA_MULTRET);
    n = lua_gettop(L);
    for (int i = 1; i <= n; i++)
        if (lua_isfunction(L, i) && !lua_iscfunction(L, i)) {
            lua_pushvalue(L, i);
            node_wrap(L);
            lua_replace(L, i);
        }
    leave(L, user, made);
    return n;
}

void node_wrap(lua_State *L) { lua_pushcclosure(L, wrapped, 1); }

static int core_wrap(lua_State *L)
{
    lua_settop(L, 1);
    node_wrap(L);
    return 1;
}

static void value_metatables(lua_State *L)
{
    static const struct { const char *event, *how; Op op; } ops[] = {
        { "__add", "+", Oadd }, { "__sub", "-", Osub }, { "__mul", "*", Omul }, { "__div", "/", Odiv },
        { "__unm", "-", Oneg },
    };
    static const struct { const char *event, *advice; } no[] = {
        { "__pow", "there is no operator ^ for values; write x * x, or nn.exp and nn.log" },
        { "__mod", "there is no operator % for values" },
        { "__idiv", "there is no operator // for values; write /" },
        { "__lt", "values cannot be compared while the description runs; use nn.less(x, y)" },
        { "__le", "values cannot be compared while the description runs; use nn.less(x, y)" },
        { "__len", "there is no operator # for values; write x.size" },
        { "__call", "a value is not a function; expected a layer, as nn.linear(name, size)(x)" },
        { "__band", "there is no operator & for values; write x * y" },
        { "__bor", "there is no operator | for values; write nn.max(x, y)" },
        { "__bnot", "there is no operator ~ for values; write 1 - x" },
        { "__bxor", "there is no operator ~ for values" },
        { "__shl", "there is no operator << for values" },
        { "__shr", "there is no operator >> for values" },
    };
    luaL_newmetatable(L, value_type);
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        lua_pushinteger(L, ops[i].op);
        lua_pushstring(L, ops[i].how);
        lua_pushcclosure(L, operate, 2);
        lua_setfield(L, -2, ops[i].event);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        lua_pushstring(L, no[i].advice);
        lua_pushcclosure(L, refuse, 1);
        lua_setfield(L, -2, no[i].event);
    }
    static const luaL_Reg own[] = {
        { "__index", value_index }, { "__newindex", value_newindex }, { "__tostring", value_tostring },
        { "__eq", value_eq }, { "__concat", join }, { NULL, NULL },
    };
    luaL_setfuncs(L, own, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    luaL_newmetatable(L, axis_type);
    static const luaL_Reg axis[] = {
        { "__index", axis_index_field }, { "__tostring", value_tostring }, { "__eq", value_eq }, { NULL, NULL },
    };
    luaL_setfuncs(L, axis, 0);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

void value_api(lua_State *L)
{
    static const luaL_Reg all[] = {
        { "describe", core_describe }, { "type", core_type }, { "leaf", core_leaf }, { "axis_of", core_axis_of },
        { "wrap", core_wrap }, { NULL, NULL },
    };
    value_metatables(L);
    luaL_setfuncs(L, all, 0);
}
