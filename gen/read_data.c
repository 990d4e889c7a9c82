/* Where a description's numbers come from: takes the table that the prelude has checked, fills Model.data. May not
 * judge single values: the prelude does.
 */
#include "read.h"
#include <string.h>

const char *text_field(lua_State *L, int t, const char *name)
{
    const char *s = NULL;
    if (lua_getfield(L, t, name) == LUA_TSTRING)
        s = copy_text(reader_of(L)->m->mem, lua_tostring(L, -1));
    lua_pop(L, 1);
    return s;
}

double number_field(lua_State *L, int t, const char *name)      /* 0 if it is not given */
{
    lua_getfield(L, t, name);
    double x = lua_isboolean(L, -1) ? lua_toboolean(L, -1) : luaL_optnumber(L, -1, 0);
    lua_pop(L, 1);
    return x;
}

int whole_field(lua_State *L, int t, const char *name)
{
    double x = number_field(L, t, name);
    if (!(x >= 0 && x < 2147483647.0))
        fail(L, "%s: expected at most 2147483646, found %.0f", name, x);
    return (int)x;
}

Node *node_field(lua_State *L, int t, const char *name)
{
    lua_getfield(L, t, name);
    Node *n = to_node(L, -1);
    lua_pop(L, 1);
    return n;
}

const char **texts_field(lua_State *L, int t, const char *name, int *n)   /* NULL if it is not given */
{
    Reader *r = reader_of(L);
    const char **s = NULL;
    *n = 0;
    if (lua_getfield(L, t, name) == LUA_TTABLE) {
        *n = (int)lua_rawlen(L, -1);
        s = alloc(r->m->mem, (size_t)(*n + 1) * sizeof *s);
        for (int i = 0; i < *n; i++) {
            lua_rawgeti(L, -1, i + 1);
            s[i] = copy_text(r->m->mem, lua_tostring(L, -1));
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
    return s;
}

Loc line_field(lua_State *L, int t)
{
    Reader *r = reader_of(L);
    int line = (int)number_field(L, t, "line");
    const char *file = text_field(L, t, "file");
    return file ? (Loc){ file, line } : r->user;
}

/* the place of a word in a list that the prelude has checked it against */
static int word_field(lua_State *L, int t, const char *name, const char *const *words, int n)
{
    const char *s = text_field(L, t, name);
    for (int i = 0; s && i < n; i++)
        if (strcmp(words[i], s) == 0)
            return i;
    return 0;
}

static int list_field(lua_State *L, int t, const char *name)            /* pushes it; its length */
{
    return lua_getfield(L, t, name) == LUA_TTABLE ? (int)lua_rawlen(L, -1) : 0;
}

static void read_feed(lua_State *L, int t, Feed *f)
{
    static const char *const as[] = { "numbers", "name", "symbols", "slot" };
    static const char *const unit[] = { "byte", "char", "word", "cell" };
    f->leaf = node_field(L, t, "port")->attr.leaf;
    f->as = (FeedAs)word_field(L, t, "as", as, 4);
    f->unit = (Unit)word_field(L, t, "unit", unit, 4);
    f->vocabulary = whole_field(L, t, "vocabulary") - 1;
    f->column = texts_field(L, t, "columns", &f->columns);
    f->at = whole_field(L, t, "at");
    f->start = number_field(L, t, "start") != 0;
    f->stop = number_field(L, t, "stop") != 0;
    f->reverse = number_field(L, t, "reverse") != 0;
    f->letters = number_field(L, t, "letters") != 0;
    f->text = whole_field(L, t, "of");
    f->slot = whole_field(L, t, "slot");
    f->slots = whole_field(L, t, "slots");
    f->scale = number_field(L, t, "scale");
}

/* every input and target has a feed */
static void check_fed(const Model *m, const Data *d)
{
    for (int i = 0; i < m->leaves; i++) {
        const Leaf *l = m->leaf[i];
        bool fed = l->role != INPUT && l->role != TARGET;
        for (int k = 0; k < d->feeds && !fed; k++)
            fed = d->feed[k].leaf == l;
        if (!fed)
            err(l->loc, "the %s '%s' has no data: no field of the data section (%s:%d) fills it",
                l->role == INPUT ? "input" : "target", l->name, d->loc.file, d->loc.line);
    }
    if (m->train.carry_state)
        err(d->loc, "carry_state: examples have nothing to do with each other, so no state goes from one to the next; expected it "
            "only with nn.text or with windows of nn.csv");
}

static void read_examples(lua_State *L, int t, Data *d)
{
    static const char *const table[] = { "tabs", "csv", "groups", "arrays" };
    static const char *const header[] = { "none", "first", "named" };
    static const char *const longer[] = { "cut", "skip", "refuse" };
    Arena *mem = reader_of(L)->m->mem;
    d->kind = DATA_EXAMPLES;
    d->table = (TableKind)word_field(L, t, "table", table, 4);
    d->header = (Header)word_field(L, t, "header", header, 3);
    d->longer = (Longer)word_field(L, t, "longer", longer, 3);
    d->length = text_field(L, t, "length");
    d->feeds = list_field(L, t, "feeds");
    d->feed = alloc(mem, (size_t)(d->feeds + 1) * sizeof *d->feed);
    for (int i = 0; i < d->feeds; i++) {
        lua_rawgeti(L, -1, i + 1);
        read_feed(L, lua_gettop(L), &d->feed[i]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    d->vocabularies = list_field(L, t, "vocabularies");
    d->vocabulary = alloc(mem, (size_t)(d->vocabularies + 1) * sizeof *d->vocabulary);
    for (int i = 0; i < d->vocabularies; i++) {
        lua_rawgeti(L, -1, i + 1);
        int v = lua_gettop(L);
        d->vocabulary[i] = (Vocabulary){ text_field(L, v, "name"), number_field(L, v, "names") != 0,
                                         number_field(L, v, "unknown") != 0, whole_field(L, v, "least"),
                                         whole_field(L, v, "classes") };
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    check_fed(reader_of(L)->m, d);
}

void read_data(lua_State *L, int t)
{
    Data *d = &reader_of(L)->m->data;
    const char *kind = text_field(L, t, "kind"), *unit = text_field(L, t, "unit");
    d->text = text_field(L, t, "text");
    d->loc = line_field(L, t);
    if (strcmp(kind, "examples") == 0) {
        read_examples(L, t, d);
        return;
    }
    d->kind = strcmp(kind, "csv") == 0 ? DATA_CSV : d->text ? DATA_INLINE : DATA_TEXT;
    d->unit = unit && strcmp(unit, "char") == 0 ? UNIT_CHAR : UNIT_BYTE;
    d->into = node_field(L, t, "into")->attr.leaf;
    d->target = node_field(L, t, "target")->attr.leaf;
    d->column = texts_field(L, t, "columns", &d->columns);
    d->target_column = texts_field(L, t, "target_columns", &d->target_columns);
    d->normalize = number_field(L, t, "normalize") != 0;
    d->horizon = whole_field(L, t, "horizon");
}
