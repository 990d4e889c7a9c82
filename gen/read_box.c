/* The sandbox of a description: takes a Lua state and gives it limits on memory and work and a set of global
 * functions that reach no file, clock, host or order of hashing. Knows nothing of networks and may not touch the
 * graph.
 */
#include "read.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_BYTES ((size_t)256 << 20)
#ifndef MAX_WORK
#define MAX_WORK 200000000LL
#endif
enum { HOOK_EVERY = 1000, PATTERN_MAX = 256, MOST_SECONDS = 30, MOST_TEXT = 4 << 20 };

/* The innermost line of the description: where memory ends, no message handler is called. */
void note_line(Reader *r)
{
    lua_Debug ar;
    for (int i = 0; r->L != NULL && lua_getstack(r->L, i, &ar) && lua_getinfo(r->L, "Sl", &ar); i++) {
        int id = chunk_of(r, ar.source);
        if (id > CHUNK_LAYERS) {
            r->user = (Loc){ r->chunk[id], ar.currentline };
            return;
        }
    }
}

/* Lua's allocator: bounded, and large blocks count as work, since one instruction can copy one. */
static void *box_alloc(void *ud, void *p, size_t old, size_t n)
{
    Reader *r = ud;
    if (p == NULL) {
        if (old == LUA_TSTRING && n > MOST_TEXT) {      /* one instruction compares two of them */
            r->too_wide = true;
            note_line(r);
            return NULL;
        }
        old = 0;                    /* then it is a type, not a size */
    }
    if (n == 0) {
        free(p);
        r->bytes -= old;
        return NULL;
    }
    if (n > old) {
        r->work += (long long)(n / 64);
        if (r->work > MAX_WORK) {
            r->too_long = true;
            note_line(r);
            return NULL;
        }
    }
    void *q = n > old && n - old > MAX_BYTES - r->bytes ? NULL : realloc(p, n);
    if (q == NULL) {
        if (n <= old)
            return p;               /* Lua counts on shrinking */
        r->too_large = true;
        note_line(r);
        return NULL;
    }
    if (n > old)
        r->too_large = false;       /* Lua has tried again after collecting its garbage */
    r->bytes = r->bytes - old + n;
    return q;
}

bool box_ended(const Reader *r) { return r->too_large || r->too_wide || r->too_long || r->too_slow; }

void box_blame(lua_State *L, Loc where)
{
    Reader *r = reader_of(L);
    if (r->too_wide)
        err(where, "the description needs a text of more than %d MB", MOST_TEXT >> 20);
    if (r->too_slow)
        err(where, "the description takes too long: more than %d seconds; expected an end", MOST_SECONDS);
    if (r->too_long)
        err(where, "the description takes too long: more than %lld instructions; expected an end", MAX_WORK);
    err(where, "the description needs too much memory: more than %zu MB", MAX_BYTES >> 20);
}

static void hook(lua_State *L, lua_Debug *ar)
{
    Reader *r = reader_of(L);
    r->work += HOOK_EVERY;
    /* the work is the same everywhere; the clock is for what it does not foresee */
    r->too_slow = clock() / CLOCKS_PER_SEC - r->begun > MOST_SECONDS;
    if (r->work <= MAX_WORK && !r->too_long && !r->too_slow)
        return;
    r->too_long = !r->too_slow;
    note_line(r);
    (void)ar;
    box_blame(L, r->user);
}

void charge(lua_State *L, double steps)
{
    Reader *r = reader_of(L);
    if (steps < (double)(MAX_WORK - r->work)) {
        r->work += (long long)steps;
        return;
    }
    r->too_long = true;
    note_line(r);
    box_blame(L, r->user);
}

/* ---- functions that could run long, loop outside of Lua or show addresses ----------------------------------- */

/* A match tries at most (n + 1)^q ways from each start, q the number of repetitions in the pattern. */
static void charge_match(lua_State *L, bool plain)
{
    size_t n, np;
    luaL_checklstring(L, 1, &n);
    const char *p = luaL_checklstring(L, 2, &np);
    if (np > PATTERN_MAX)
        luaL_error(L, "a pattern of %d characters, expected at most %d", (int)np, PATTERN_MAX);
    int q = 0;
    for (size_t i = 0; i < np && !plain; i++)
        q += (p[i] != 0 && strchr("*+-?", p[i]) != NULL) || (p[i] == '%' && i + 1 < np && p[i + 1] == 'b');
    charge(L, (double)(np + 1) * pow((double)n + 1, q + 1) / 64);
}

static int call_first(lua_State *L)                     /* calls upvalue 1 with all arguments */
{
    int n = lua_gettop(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, n, LUA_MULTRET);
    return lua_gettop(L);
}

/* Functions that go through a whole text in one call. */
static int safe_text(lua_State *L)
{
    size_t all = 0, n;
    for (int i = lua_gettop(L); i > 0; i--)
        if (lua_type(L, i) == LUA_TSTRING) {
            lua_tolstring(L, i, &n);
            all += n;
        }
    charge(L, (double)all / 16);
    return call_first(L);
}

static int safe_offset(lua_State *L)                    /* goes so many characters on */
{
    charge(L, fabs((double)luaL_checkinteger(L, 2)) / 4);
    return call_first(L);
}

static int safe_match(lua_State *L)
{
    charge_match(L, false);
    return call_first(L);
}

static int safe_find(lua_State *L)
{
    charge_match(L, lua_toboolean(L, 4));
    return call_first(L);
}

static int safe_rep(lua_State *L)
{
    size_t n, ns;
    luaL_checklstring(L, 1, &n);
    lua_Integer times = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &ns);
    if (times > 0)
        charge(L, (double)times * (1 + (double)(n + ns) / 64));
    return call_first(L);
}

static const char *shown(lua_State *L, int i)            /* text without addresses; pushes it */
{
    int t = lua_type(L, i);
    bool own = luaL_getmetafield(L, i, "__tostring") != LUA_TNIL;
    if (own)
        lua_pop(L, 1);
    if (own || t == LUA_TNIL || t == LUA_TBOOLEAN || t == LUA_TNUMBER || t == LUA_TSTRING)
        return luaL_tolstring(L, i, NULL);
    return lua_pushstring(L, lua_typename(L, t));
}

static int safe_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    shown(L, 1);
    return 1;
}

static int safe_format(lua_State *L)
{
    const char *f = luaL_checkstring(L, 1);
    int n = lua_gettop(L), arg = 1;
    for (; *f; f++) {
        if (*f != '%')
            continue;
        if (f[1] == '%') {
            f++;
            continue;
        }
        f += 1 + strspn(f + 1, "-+ #0123456789.");
        arg++;
        if (*f == 'p')
            luaL_error(L, "string.format: expected a format of a value, found %%p (an address)");
        if (*f == 's' && arg <= n) {
            shown(L, arg);
            lua_replace(L, arg);
        }
        if (!*f)
            break;
    }
    return safe_text(L);
}

static int safe_print(lua_State *L)                      /* results go to stdout, talk to stderr */
{
    for (int i = 1, n = lua_gettop(L); i <= n; i++) {
        size_t length;
        shown(L, i);
        const char *s = lua_tolstring(L, -1, &length);
        charge(L, (double)length / 4);
        if (i > 1)
            fputc('\t', stderr);
        for (size_t k = 0; k < length; k++)              /* nothing that a terminal obeys */
            fputc((unsigned char)s[k] < 32 && s[k] != '\n' && s[k] != '\t' ? '?' : s[k] == 127 ? '?' : s[k], stderr);
        lua_pop(L, 1);
    }
    fputc('\n', stderr);
    return 0;
}

/* What table functions do to a table with its own length or index, they do in a loop that no limit sees. */
static int safe_table(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (lua_getmetatable(L, 1))
        luaL_error(L, "expected a plain table, found one with a metatable");
    charge(L, (double)lua_rawlen(L, 1) / 8);
    return call_first(L);
}

static int safe_move(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Number n = (lua_Number)luaL_checkinteger(L, 3) - (lua_Number)luaL_checkinteger(L, 2);
    luaL_checkinteger(L, 4);
    if (n > 0)
        charge(L, n);
    return call_first(L);
}

static int safe_setmetatable(lua_State *L)
{
    static const char *const refused[] = { "__gc", "__mode", "__pairs" };
    if (lua_istable(L, 2))
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            lua_pushstring(L, refused[i]);
            if (lua_rawget(L, 2) != LUA_TNIL)
                luaL_error(L, "a metatable may not have %s here: what it does depends on when memory is freed",
                           refused[i]);
            lua_pop(L, 1);
        }
    return call_first(L);
}

/* pairs in an order that is the same in every run: numbers ascending, strings, booleans; others are refused. */
static const char pairs_lua[] =
    "local type, next, sort, math_type = ...\n"
    "local rank = { number = 1, string = 2, boolean = 3 }\n"
    "local function before(a, b)\n"
    "    local x, y = rank[type(a)], rank[type(b)]\n"
    "    if x ~= y then return x < y end\n"
    "    if x == 3 then return not a and b end\n"
    "    return a < b\n"
    "end\n"
    "return function(t)\n"
    "    if type(t) ~= 'table' then error('pairs: expected a table, found ' .. type(t), 2) end\n"
    "    local keys, n = {}, 0\n"
    "    for k in next, t do\n"
    "        if not rank[type(k)] then\n"
    "            error('pairs: expected keys that are numbers, strings or booleans, found a ' .. type(k), 2)\n"
    "        end\n"
    "        n = n + 1; keys[n] = k\n"
    "    end\n"
    "    sort(keys, before)\n"
    "    local i = 0\n"
    "    return function()\n"
    "        local v\n"
    "        repeat\n"
    "            i = i + 1\n"
    "            if keys[i] == nil then return nil end\n"
    "            v = t[keys[i]]\n"
    "        until v ~= nil\n"
    "        return keys[i], v\n"
    "    end\n"
    "end\n";

static void guard_field(lua_State *L, const char *name, lua_CFunction f)   /* of the table on top */
{
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, f, 1);
    lua_setfield(L, -2, name);
}

static void drop_field(lua_State *L, const char *name)
{
    lua_pushnil(L);
    lua_setfield(L, -2, name);
}

lua_State *box_open(Reader *r)
{
    lua_State *L = lua_newstate(box_alloc, r);
    if (L == NULL)
        err((Loc){ 0 }, "no memory for Lua");
    *(Reader **)lua_getextraspace(L) = r;
    r->begun = clock() / CLOCKS_PER_SEC;
    lua_sethook(L, hook, LUA_MASKCOUNT, HOOK_EVERY);
    return L;
}

void box_globals(lua_State *L)
{
    static const char *const base[] = { "assert", "error", "ipairs", "rawequal", "rawget", "rawlen", "rawset",
                                        "select", "type", "getmetatable", "_VERSION" };
    luaL_requiref(L, "_G", luaopen_base, 0);
    int g = lua_gettop(L);
    lua_newtable(L);
    int env = lua_gettop(L);
    for (size_t i = 0; i < sizeof base / sizeof *base; i++) {
        lua_getfield(L, g, base[i]);
        lua_setfield(L, env, base[i]);
    }
    lua_getfield(L, g, "tonumber");
    lua_pushcclosure(L, safe_text, 1);
    lua_setfield(L, env, "tonumber");
    lua_pushcfunction(L, safe_tostring);
    lua_setfield(L, env, "tostring");
    lua_pushcfunction(L, safe_print);
    lua_setfield(L, env, "print");
    lua_getfield(L, g, "setmetatable");
    lua_pushcclosure(L, safe_setmetatable, 1);
    lua_setfield(L, env, "setmetatable");

    luaL_requiref(L, "string", luaopen_string, 0);
    guard_field(L, "find", safe_find);
    guard_field(L, "match", safe_match);
    guard_field(L, "gmatch", safe_match);
    guard_field(L, "gsub", safe_match);
    guard_field(L, "rep", safe_rep);
    static const char *const whole[] = { "upper", "lower", "reverse", "pack", "packsize", "unpack" };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        guard_field(L, whole[i], safe_text);
    guard_field(L, "format", safe_format);
    drop_field(L, "dump");
    lua_pushliteral(L, "");                             /* methods of strings are these very functions */
    lua_getmetatable(L, -1);
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
    lua_setfield(L, env, "string");

    luaL_requiref(L, "table", luaopen_table, 0);
    guard_field(L, "insert", safe_table);
    guard_field(L, "remove", safe_table);
    guard_field(L, "concat", safe_table);
    guard_field(L, "sort", safe_table);
    guard_field(L, "unpack", safe_table);
    guard_field(L, "move", safe_move);
    luaL_loadbufferx(L, pairs_lua, sizeof pairs_lua - 1, "=@0", "t");
    lua_getfield(L, g, "type");
    lua_getfield(L, g, "next");
    lua_getfield(L, -4, "sort");
    lua_call(L, 3, 1);
    lua_setfield(L, env, "pairs");
    lua_setfield(L, env, "table");

    luaL_requiref(L, "math", luaopen_math, 0);
    drop_field(L, "random");
    drop_field(L, "randomseed");
    guard_field(L, "tointeger", safe_text);
    lua_setfield(L, env, "math");
    luaL_requiref(L, "utf8", luaopen_utf8, 0);
    guard_field(L, "len", safe_text);
    guard_field(L, "offset", safe_offset);
    lua_setfield(L, env, "utf8");
    lua_remove(L, g);
}
