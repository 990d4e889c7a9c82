/* The end of a description: takes the table that the prelude has checked, fills the Model and gives the graph its
 * roots; carries states; refuses what is declared and reaches no root. May not judge single values: the prelude
 * does.
 */
#include "graph.h"
#include "read.h"
#include <string.h>

static void read_schedule(lua_State *L, int t, Schedule *s)
{
    static const char *const kind[] = { "constant_lr", "step_lr", "cosine", "plateau" };
    const char *name = text_field(L, t, "schedule_kind");
    for (int i = 0; name && i < 4; i++)
        if (strcmp(kind[i], name) == 0)
            s->kind = (ScheduleKind)i;
    s->steps = whole_field(L, t, "schedule_steps");
    s->patience = whole_field(L, t, "schedule_patience");
    s->warm_up = whole_field(L, t, "schedule_warm_up");
    s->epochs = number_field(L, t, "schedule_epochs");
    s->factor = number_field(L, t, "schedule_factor");
    s->least = number_field(L, t, "schedule_least");
    s->threshold = number_field(L, t, "schedule_threshold");
}

static void read_train(lua_State *L, int t)
{
    static const char *const kind[] = { "sgd", "adagrad", "rmsprop", "adam", "adamw" };
    Train *w = &reader_of(L)->m->train;
    const char *name = text_field(L, t, "kind");
    for (int i = 0; i < 5; i++)
        if (strcmp(kind[i], name) == 0)
            w->kind = (OptimizerKind)i;
    w->lr = number_field(L, t, "lr");
    w->momentum = number_field(L, t, "momentum");
    w->dampening = number_field(L, t, "dampening");
    w->alpha = number_field(L, t, "alpha");
    w->beta1 = number_field(L, t, "beta1");
    w->beta2 = number_field(L, t, "beta2");
    w->eps = number_field(L, t, "eps");
    w->weight_decay = number_field(L, t, "weight_decay");
    w->nesterov = number_field(L, t, "nesterov") != 0;
    w->clip_norm = number_field(L, t, "clip_norm");
    w->clip_value = number_field(L, t, "clip_value");
    w->lr_decay = number_field(L, t, "lr_decay");
    w->initial = number_field(L, t, "initial_accumulator_value");
    w->carry_state = number_field(L, t, "carry_state") != 0;
    w->steps = whole_field(L, t, "steps");
    w->epochs = number_field(L, t, "epochs");
    w->valid = number_field(L, t, "valid");
    w->patience = whole_field(L, t, "patience");
    read_schedule(L, t, &w->schedule);
    if (w->steps > 0 && w->epochs > 0)
        fail(L, "train: steps and epochs both say how long to train; expected one of them");
    w->loc = line_field(L, t);
}

/* ---- states ------------------------------------------------------------------------------------------------- */

static Shape with_rows(Shape s, int rows)
{
    for (int i = s.rank++; i > 0; i--)
        s.dim[i] = s.dim[i - 1];
    s.dim[0] = rows;
    return s;
}

/* The rows of a carried delay(k) at the end: row j is the value k-j steps before the end, which lies in this window
 * or, if that is shorter, among the initial rows. */
static Node *final_rows(Graph *g, const Opened *s, Node *init)
{
    Shape row = s->next->type.shape;
    int k = s->k, size = (int)shape_size(row);
    if (k == 1)
        return last_of(g, s->next, init, -1);
    int flat = k * size;
    Node *all = reshape_to(g, init, shape_of(1, &flat)), **part = alloc(g->mem, (size_t)k * sizeof *part);
    for (int j = 0; j < k; j++) {
        int back = k - 1 - j;
        Node *x = s->next;
        if (back > 0)
            x = delay_of(g, x, back,
                         reshape_to(g, slice_of(g, all, (k - back) * size, flat), with_rows(row, back)));
        Node *before = reshape_to(g, slice_of(g, all, j * size, (j + 1) * size), row);
        part[j] = reshape_to(g, last_of(g, x, before, -1), shape_of(1, &size));
    }
    return reshape_to(g, concat_of(g, k, part), init->type.shape);
}

static void carry(Reader *r, Opened *s)
{
    Model *m = r->m;
    if (s->k < 0)
        err(s->loc, "the state '%s' looks ahead, so no window can hand it to the next; expected delay > 0 with "
            "carry_state, or an init of its own", s->name);
    Leaf *leaf = s->carry;
    for (int i = 0; i < m->leaves; i++)
        if (strcmp(m->leaf[i]->name, s->name) == 0)
            err(s->loc, "the name '%s' of a state is taken (%s:%d)", s->name, m->leaf[i]->loc.file,
                m->leaf[i]->loc.line);
    leaf->role = STATE;
    leaf->type = (Type){ NULL, true, s->delay->type.shape };
    if (s->k > 1) {
        if (leaf->type.shape.rank == MAX_RANK)
            err(s->loc, "the state '%s' has %d dimensions; expected fewer for delay > 1", s->name, MAX_RANK);
        leaf->type.shape = with_rows(leaf->type.shape, s->k);
    }
    leaf->loc = s->loc;
    leaf->size = (size_t)shape_size(leaf->type.shape);
    leaf->index = m->leaves;
    m->leaf = grow(m->mem, m->leaf, m->leaves, &m->leaves_cap, sizeof *m->leaf);
    m->leaf[m->leaves++] = leaf;
    r->g->loc = s->loc;
    Node *init = leaf_node(r->g, leaf);
    add_init(r->g, s->delay, history(r->g, init, s->k, s->delay->type.shape));
    add_root(r->g, R_FINAL, s->name, leaf, final_rows(r->g, s, init));
}

static void read_states(Reader *r)
{
    Model *m = r->m;
    for (Opened *s = r->first; s; s = s->link) {
        if (m->train.carry_state && s->carry != NULL)
            carry(r, s);
        m->state = grow(m->mem, m->state, m->states, &m->states_cap, sizeof *m->state);
        Node *init = s->delay->nargs > 1 ? s->delay->args[1] : NULL;
        while (init != NULL && (init->op == Oreshape || init->op == Oexpand))
            init = init->args[0];
        m->state[m->states++] = (State){ s->name, init && init->attr.leaf && init->attr.leaf->role != PARAM
                                                      ? init->attr.leaf : NULL, s->delay };
    }
}

/* ---- what reaches no root ----------------------------------------------------------------------------------- */

static void check_used(Reader *r)
{
    static const char *const role[] = { "parameter", "input", "target", "state", "random value" };
    Model *m = r->m;
    for (Opened *s = r->first; s; s = s->link)
        if (s->next == NULL)
            err(s->loc, "the state '%s' is never given its next value; expected %s.next = ...", s->name,
                strchr(s->name, '.') || strncmp(s->name, "state", 5) == 0 ? "h" : s->name);
    Order o = topo_roots(m->mem, r->g);
    bool *leaf = alloc(m->mem, (size_t)m->leaves + 1), *node = alloc(m->mem, (size_t)r->g->n + 1);
    for (int i = 0; i < o.n; i++) {
        node[o.node[i]->id] = true;
        if (o.node[i]->attr.leaf)
            leaf[o.node[i]->attr.leaf->index] = true;
    }
    for (int i = 0; i < m->leaves; i++)
        if (!leaf[i])
            err(m->leaf[i]->loc, "the %s '%s' is not used: neither the loss nor an output depends on it",
                role[m->leaf[i]->role], m->leaf[i]->name);
    for (Opened *s = r->first; s; s = s->link)
        if (!node[s->delay->id])
            err(s->loc, "the state '%s' is not used: neither the loss nor an output depends on it", s->name);
}

static void read_generate(lua_State *L, int t)
{
    Reader *r = reader_of(L);
    Generate *w = &r->m->generate;
    const Node *into = node_field(L, t, "into");
    w->from = text_field(L, t, "from");
    w->into = into->attr.leaf;
    w->loc = line_field(L, t);
    if (into->op != Oinput || w->into->role != INPUT || !into->type.axis)
        fail(L, "nn.model: generate: into: expected an input of class ids with an axis, found '%s'", node_text(r->m->mem, into));
    for (int i = 0; i < r->g->roots; i++) {
        const Root *o = &r->g->root[i];
        if (o->kind != R_OUTPUT || strcmp(o->name, w->from))
            continue;
        Type t2 = o->node->type;
        if (o->node->op != Osoftmax || t2.axis != into->type.axis || t2.shape.rank != 1 || t2.shape.dim[0] != w->into->classes)
            fail(L, "nn.model: generate: from: expected an output that is nn.softmax over the %d classes of '%s', on its axis; '%s' is %s (%s)",
                 w->into->classes, w->into->name, w->from, op_info[o->node->op].name, type_text(r->m->mem, t2));
    }
}

static int core_model(lua_State *L)                     /* the checked table */
{
    Reader *r = reader_of(L);
    Model *m = r->m;
    if (r->said)
        fail(L, "nn.model: expected one model in a description, found a second");
    r->said = true;
    m->name = text_field(L, 1, "name");
    m->batch = whole_field(L, 1, "batch");
    lua_getfield(L, 1, "outputs");
    for (int i = 1, n = (int)lua_rawlen(L, -1); i <= n; i++) {
        lua_rawgeti(L, -1, i);
        add_root(r->g, R_OUTPUT, text_field(L, lua_gettop(L), "name"), NULL, node_field(L, lua_gettop(L), "value"));
        lua_pop(L, 1);
    }
    add_root(r->g, R_LOSS, "loss", NULL, node_field(L, 1, "loss"));
    check_used(r);
    if (lua_getfield(L, 1, "train") == LUA_TTABLE)
        read_train(L, lua_gettop(L));
    if (lua_getfield(L, 1, "data") == LUA_TTABLE)
        read_data(L, lua_gettop(L));
    if (lua_getfield(L, 1, "generate") == LUA_TTABLE)
        read_generate(L, lua_gettop(L));
    if (lua_getfield(L, 1, "rest") == LUA_TTABLE) {
        m->rest = line_field(L, lua_gettop(L));
        for (int i = 0; i < m->leaves; i++)
            if (m->leaf[i]->role == INPUT && m->leaf[i]->classes)
                fail(L, "nn.model: reset: \"rest\" is where inputs of 0 lead; the input '%s' is class ids", m->leaf[i]->name);
    }
    read_states(r);
    return 0;
}

/* ---- -D ----------------------------------------------------------------------------------------------------- */

static int core_define(lua_State *L)                    /* name -> the value given by -D, or nothing */
{
    Reader *r = reader_of(L);
    Model *m = r->m;
    const char *name = copy_text(m->mem, luaL_checkstring(L, 1));
    int i;
    for (i = 0; i < r->askeds && strcmp(r->asked[i], name) != 0; i++)
        ;
    if (i == r->askeds) {
        r->asked = grow(m->mem, r->asked, r->askeds, &r->askeds_cap, sizeof *r->asked);
        r->asked[r->askeds++] = name;
    }
    const char *value = NULL;
    for (i = 0; i < m->defines; i++)
        if (strcmp(m->define[i].name, name) == 0) {
            m->define[i].used = true;
            value = m->define[i].value;                 /* the last one counts */
        }
    if (value == NULL)
        return 0;
    lua_pushstring(L, value);
    return 1;
}

static int core_vocabulary(lua_State *L)
{
    lua_pushinteger(L, reader_of(L)->m->vocabulary);
    return 1;
}

static int core_line(lua_State *L)                      /* -> file, line of the description */
{
    Reader *r = reader_of(L);
    lua_pushstring(L, r->user.file ? r->user.file : r->m->file);
    lua_pushinteger(L, r->user.line);
    return 2;
}

static int core_fail_at(lua_State *L)                    /* file, line, message */
{
    const char *file = copy_text(reader_of(L)->m->mem, luaL_checkstring(L, 1));
    err((Loc){ file, (int)luaL_checkinteger(L, 2) }, "%s", luaL_checkstring(L, 3));
}

static int core_fail(lua_State *L)
{
    fail(L, "%s", luaL_checkstring(L, 1));
}

static int core_nearest(lua_State *L)                   /* word, list -> the nearest, or nil */
{
    int n = (int)lua_rawlen(L, 2);
    const char **word = alloc(reader_of(L)->m->mem, (size_t)(n + 1) * sizeof *word);
    for (int i = 0; i < n; i++) {
        lua_rawgeti(L, 2, i + 1);
        word[i] = copy_text(reader_of(L)->m->mem, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    const char *near = nearest(luaL_checkstring(L, 1), word, n);
    lua_pushstring(L, near);
    return 1;
}

static void add_name(lua_State *L, const char *name)    /* to the list on top */
{
    if (name == NULL || name[0] == '(' || name[0] == '_' || !*name)
        return;                                         /* temporaries, _ENV */
    lua_pushstring(L, name);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* Reading a name that nothing has: of `nn`, or a global variable. Upvalue 1: a function of the name and the names
 * of the local variables there, which may be what was meant. */
static int absent(lua_State *L)
{
    Loc user, made;
    enter(L, &user, &made);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, 2);
    lua_newtable(L);
    int names = lua_gettop(L);
    lua_Debug ar;
    const char *name;
    if (lua_getstack(L, 1, &ar) && lua_getinfo(L, "f", &ar)) {
        for (int i = 1; (name = lua_getlocal(L, &ar, i)) != NULL; i++) {
            lua_pushvalue(L, names);
            add_name(L, name);
            lua_pop(L, 2);
        }
        for (int i = 1; (name = lua_getupvalue(L, names + 1, i)) != NULL; i++) {
            lua_pushvalue(L, names);
            add_name(L, name);
            lua_pop(L, 2);
        }
    }
    lua_settop(L, names);
    lua_call(L, 2, 1);
    leave(L, user, made);
    return 1;
}

static int core_absent(lua_State *L)
{
    lua_settop(L, 1);
    lua_pushcclosure(L, absent, 1);
    return 1;
}

void model_api(lua_State *L)
{
    static const luaL_Reg all[] = {
        { "model", core_model }, { "define", core_define }, { "vocabulary", core_vocabulary },
        { "line", core_line }, { "fail", core_fail }, { "fail_at", core_fail_at }, { "nearest", core_nearest },
        { "absent", core_absent }, { NULL, NULL },
    };
    luaL_setfuncs(L, all, 0);
}
