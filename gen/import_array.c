/* import_array.c -- arrays of numbers for import: what folds the constants of a file and brings weights into our order. Takes
 * and gives userdata of Lua; knows nothing of operators or networks. Dimensions are counted from 1, indices from 0.
 */
#include "import.h"

#include <math.h>
#include <string.h>

#define ARRAY "rnnc.array"
enum { MOST = 1 << 28 };                                /* elements of one array */

Array *array_at(lua_State *L, int i)
{
    return luaL_checkudata(L, i, ARRAY);
}

Array *array_new(lua_State *L, int rank, const int64_t *dim, int kind)
{
    int64_t n = 1;
    if (rank > ARRAY_RANK)
        luaL_error(L, "an array of %d dimensions; at most %d are read", rank, ARRAY_RANK);
    for (int i = 0; i < rank; i++) {
        if (dim[i] < 0 || dim[i] > MOST)
            luaL_error(L, "an array with a dimension of %I", (LUAI_UACINT)dim[i]);
        n *= dim[i];
        if (n > MOST)
            luaL_error(L, "an array of more than %d elements", (int)MOST);
    }
    Array *a = lua_newuserdatauv(L, sizeof *a + (size_t)n * sizeof *a->v, 0);
    *a = (Array){ .rank = rank, .kind = kind, .n = n };
    memset(a->v, 0, (size_t)n * sizeof *a->v);
    for (int i = 0; i < rank; i++)
        a->dim[i] = dim[i];
    luaL_setmetatable(L, ARRAY);
    return a;
}

static int read_list(lua_State *L, int at, int64_t *out, int most)
{
    luaL_checktype(L, at, LUA_TTABLE);
    lua_Integer n = luaL_len(L, at);
    if (n > most)
        luaL_error(L, "an array of %I dimensions; at most %d are read", (LUAI_UACINT)n, most);
    for (int i = 0; i < n; i++) {
        lua_geti(L, at, i + 1);
        out[i] = luaL_checkinteger(L, -1);
        lua_pop(L, 1);
    }
    return (int)n;
}

static int whole_at(lua_State *L, int at, int64_t low, int64_t high, const char *what)
{
    lua_Integer i = luaL_checkinteger(L, at);
    if (i < low || i > high)
        luaL_error(L, "%s %I, expected %I to %I", what, (LUAI_UACINT)i, (LUAI_UACINT)low, (LUAI_UACINT)high);
    return (int)i;
}

static int f_new(lua_State *L)                          /* shape, list of values or one number, kind */
{
    int64_t dim[ARRAY_RANK];
    int rank = read_list(L, 1, dim, ARRAY_RANK);
    Array *a = array_new(L, rank, dim, (int)luaL_optinteger(L, 3, KIND_FLOAT));
    bool list = lua_istable(L, 2);
    for (int64_t i = 0; i < a->n; i++) {
        if (list)
            lua_geti(L, 2, i + 1);
        a->v[i] = luaL_checknumber(L, list ? -1 : 2);
        if (list)
            lua_pop(L, 1);
    }
    return 1;
}

static int f_shape(lua_State *L)
{
    Array *a = array_at(L, 1);
    lua_createtable(L, a->rank, 0);
    for (int i = 0; i < a->rank; i++) {
        lua_pushinteger(L, a->dim[i]);
        lua_seti(L, -2, i + 1);
    }
    return 1;
}

static int f_count(lua_State *L) { return lua_pushinteger(L, array_at(L, 1)->n), 1; }
static int f_kind(lua_State *L) { return lua_pushinteger(L, array_at(L, 1)->kind), 1; }

static bool is_whole(const Array *a) { return a->kind != KIND_FLOAT && a->kind != KIND_DOUBLE && a->kind != 10; }

static int f_get(lua_State *L)                          /* element i from 0: an integer of arrays of integers */
{
    Array *a = array_at(L, 1);
    double x = a->v[whole_at(L, 2, 0, a->n - 1, "element")];
    if (is_whole(a) && x >= -9e18 && x <= 9e18)
        lua_pushinteger(L, (lua_Integer)x);
    else if (is_whole(a))
        lua_pushinteger(L, x > 0 ? LUA_MAXINTEGER : LUA_MININTEGER);
    else
        lua_pushnumber(L, x);
    return 1;
}

/* the elements of `a` at the places that out's dimensions reach with these strides from `from` */
static void gather(Array *out, const double *from, const int64_t *stride)
{
    int64_t at[ARRAY_RANK] = { 0 };
    for (int64_t i = 0; i < out->n; i++) {
        int64_t place = 0;
        for (int d = 0; d < out->rank; d++)
            place += at[d] * stride[d];
        out->v[i] = from[place];
        for (int d = out->rank - 1; d >= 0 && ++at[d] == out->dim[d]; d--)
            at[d] = 0;
    }
}

static void strides(const Array *a, int64_t *s)
{
    int64_t n = 1;
    for (int d = a->rank - 1; d >= 0; d--) {
        s[d] = n;
        n *= a->dim[d];
    }
}

static int f_permute(lua_State *L)                      /* dimension i of the result is dimension list[i] */
{
    Array *a = array_at(L, 1);
    int64_t p[ARRAY_RANK], s[ARRAY_RANK], dim[ARRAY_RANK], stride[ARRAY_RANK];
    unsigned seen = 0;
    if (read_list(L, 2, p, ARRAY_RANK) != a->rank)
        luaL_error(L, "an order of dimensions for another number of them");
    strides(a, s);
    for (int d = 0; d < a->rank; d++) {
        if (p[d] < 1 || p[d] > a->rank || seen >> p[d] & 1)
            luaL_error(L, "an order of dimensions that is none");
        seen |= 1u << p[d];
        dim[d] = a->dim[p[d] - 1], stride[d] = s[p[d] - 1];
    }
    gather(array_new(L, a->rank, dim, a->kind), a->v, stride);
    return 1;
}

static int f_reshape(lua_State *L)
{
    Array *a = array_at(L, 1);
    int64_t dim[ARRAY_RANK];
    int rank = read_list(L, 2, dim, ARRAY_RANK);
    Array *out = array_new(L, rank, dim, a->kind);
    if (out->n != a->n)
        luaL_error(L, "%I elements do not fit into a shape of %I", (LUAI_UACINT)a->n, (LUAI_UACINT)out->n);
    memcpy(out->v, a->v, (size_t)a->n * sizeof *a->v);
    return 1;
}

static int f_slice(lua_State *L)                        /* dimension, from, step, count */
{
    Array *a = array_at(L, 1);
    int d = whole_at(L, 2, 1, a->rank, "dimension") - 1;
    int64_t from = luaL_checkinteger(L, 3), step = luaL_checkinteger(L, 4), count = luaL_checkinteger(L, 5);
    if (count < 0 || count > a->dim[d] || (count && (from < 0 || from >= a->dim[d])) || step < -MOST || step > MOST ||
        (count && (from + (count - 1) * step < 0 || from + (count - 1) * step >= a->dim[d])))
        luaL_error(L, "a part that lies outside of its array");
    int64_t stride[ARRAY_RANK], dim[ARRAY_RANK];
    strides(a, stride);
    memcpy(dim, a->dim, sizeof dim);
    const double *start = count ? a->v + from * stride[d] : a->v;
    dim[d] = count;
    stride[d] *= step;
    gather(array_new(L, a->rank, dim, a->kind), start, stride);
    return 1;
}

static int f_concat(lua_State *L)                       /* dimension, list of arrays */
{
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_geti(L, 2, 1);
    Array *first = array_at(L, -1);
    int d = whole_at(L, 1, 1, first->rank, "dimension") - 1;
    lua_Integer n = luaL_len(L, 2);
    int64_t dim[ARRAY_RANK], total = 0;
    for (lua_Integer i = 1; i <= n; i++) {
        lua_geti(L, 2, i);
        Array *a = array_at(L, -1);
        bool same = a->rank == first->rank;
        for (int k = 0; same && k < a->rank; k++)
            same = k == d || a->dim[k] == first->dim[k];
        if (!same)
            luaL_error(L, "parts whose shapes do not fit each other");
        total += a->dim[d];
        lua_pop(L, 1);
    }
    memcpy(dim, first->dim, sizeof dim);
    dim[d] = total;
    Array *out = array_new(L, first->rank, dim, first->kind);
    int64_t stride[ARRAY_RANK], at = 0, inner, outer = 1;
    strides(out, stride);
    inner = stride[d];
    for (int k = 0; k < d; k++)
        outer *= dim[k];
    for (lua_Integer i = 1; i <= n; i++) {
        lua_geti(L, 2, i);
        Array *a = array_at(L, -1);
        int64_t size = a->dim[d] * inner;
        for (int64_t o = 0; o < outer; o++)
            memcpy(out->v + o * total * inner + at, a->v + o * size, (size_t)size * sizeof *a->v);
        at += size;
        lua_pop(L, 1);
    }
    return 1;
}

static double operate(const char *op, double a, double b)
{
    static const char *const name[] = { "Add", "Sub", "Mul", "Div", "Pow", "Equal", "Less", "Greater", "Sqrt", "Neg", "Exp", "Not", "Floor", "whole" };
    int i = 0;
    while (i < 14 && strcmp(op, name[i]))
        i++;
    switch (i) {
    case 0: return a + b;
    case 1: return a - b;
    case 2: return a * b;
    case 3: return a / b;
    case 4: return pow(a, b);
    case 5: return a == b;
    case 6: return a < b;
    case 7: return a > b;
    case 8: return sqrt(a);
    case 9: return -a;
    case 10: return exp(a);
    case 11: return a == 0;
    case 12: return floor(a);
    default: return trunc(a);
    }
}

static int f_map(lua_State *L)                          /* operator, a, b: broadcasting as NumPy; kind of the result */
{
    const char *op = luaL_checkstring(L, 1);
    Array *a = array_at(L, 2), *b = array_at(L, 3);
    int rank = a->rank > b->rank ? a->rank : b->rank;
    int64_t dim[ARRAY_RANK], sa[ARRAY_RANK], sb[ARRAY_RANK], pa[ARRAY_RANK], pb[ARRAY_RANK];
    strides(a, pa), strides(b, pb);
    for (int d = 0; d < rank; d++) {
        int i = d - (rank - a->rank), j = d - (rank - b->rank);
        int64_t m = i < 0 ? 1 : a->dim[i], n = j < 0 ? 1 : b->dim[j];
        if (m != n && m != 1 && n != 1)
            luaL_error(L, "%s of shapes that do not fit each other", op);
        dim[d] = m == 1 ? n : m;
        sa[d] = m == 1 ? 0 : pa[i], sb[d] = n == 1 ? 0 : pb[j];
    }
    Array *out = array_new(L, rank, dim, (int)luaL_optinteger(L, 4, a->kind));
    Array *other = array_new(L, rank, dim, a->kind);
    gather(out, a->v, sa);
    gather(other, b->v, sb);
    for (int64_t i = 0; i < out->n; i++) {
        out->v[i] = operate(op, out->v[i], other->v[i]);
        if (is_whole(out))
            out->v[i] = trunc(out->v[i]);
    }
    lua_pop(L, 1);
    return 1;
}

int open_arrays(lua_State *L)
{
    static const luaL_Reg functions[] = {
        { "new", f_new }, { "shape", f_shape }, { "count", f_count }, { "kind", f_kind }, { "get", f_get },
        { "permute", f_permute }, { "reshape", f_reshape }, { "slice", f_slice }, { "concat", f_concat }, { "map", f_map },
        { NULL, NULL },
    };
    luaL_newmetatable(L, ARRAY);
    luaL_newlib(L, functions);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "__index");
    lua_remove(L, -2);
    return 1;
}
