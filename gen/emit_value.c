/* emit_value.c -- the values of a rows kernel as C, written on demand: loads, maps, reductions, lookups. A value is one
 * number a row or a vector; a vector that a later stage needs is loaded again or stashed in a row of the stack.
 */
#include "emit_rows.h"

#include <ctype.h>
#include <string.h>

enum { MANY = 128 };                /* reals in a row whose sum would wait for itself */

int stage(RowText *r, int s)
{
    if (s >= STAGES)
        DIE("a row with more than %d reductions in a chain", STAGES);
    if (s >= r->stages)
        r->stages = s + 1;
    return s;
}

static const char *real_text(Emit *e, double x)
{
    if (x < 1e6 && x > -1e6 && x == (double)(long)x)
        return format(e->mem, "(real)%ld", (long)x);
    return format(e->mem, "(real)%.17g", x);
}

/* "  / * cells.lua:21 * /" where the line of the description changes */
const char *said(RowText *r, const Node *n)
{
    const char *c = comment_of(r->e, n);
    if (!c || (r->said && !strcmp(c, r->said)))
        return "";
    r->said = c;
    return format(r->e->mem, "  /* %s */", c);
}

static const char *variable(RowText *r, const Node *n, const char *what)
{
    static const char *const own[] = { "q", "part", "total", "row" };    /* names of the kernel's own, before a number */
    const char *name = n->name ? identifier(r->e->mem, n->name) : what ? what : op_info[n->op].name;
    bool clash = !strncmp(name, "q_", 2) || !strncmp(name, "p_", 2);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        clash = clash || !strcmp(name, own[i]);
    return format(r->e->mem, clash ? "v_%s_%d" : "%s_%d", name, n->id);
}

/* address of a node's row: time, example, outer features */
const char *row_pointer(RowText *r, const Node *n, const View *v, const char *t, bool write)
{
    Emit *e = r->e;
    const char *a = row_address(e, r->k, v, t, r->b, write);
    int rank = n->type.shape.rank, ko = r->k->outer.rank, own = r->k->lanes ? 1 : 2;
    for (int i = 0; rank - own - i >= 0 && ko - 1 - i >= 0; i++) {
        int d = rank - own - i;
        if (n->type.shape.dim[d] != 1 && v->sf[d])
            a = format(e->mem, "%s + %s * %ld", a, r->o[ko - 1 - i], v->sf[d]);
    }
    return a;
}

bool wide(const RowText *r, const Node *n)
{
    return r->k->lanes ? n->type.batch : r->k->inner > 1 && inner_of(n->type.shape) > 1;
}

const char *load_text(RowText *r, const char *p, long every)
{
    Emit *e = r->e;
    if (every == 1)
        return r->full ? format(e->mem, "rtv_load(%s + j)", p) : format(e->mem, "rtv_load_n(%s + j, m)", p);
    return r->full ? format(e->mem, "rtv_load_every(%s + j * %ld, %ld)", p, every, every)
                   : format(e->mem, "rtv_load_every_n(%s + j * %ld, %ld, m)", p, every, every);
}

bool padded_root(const RowText *r, const Root *root)
{
    const Type *t = &root->node->type;
    return by_arguments(r->e->p) && root->kind == R_FINAL && t->shape.rank == 1 && t->shape.dim[0] == r->k->inner &&
           next_row(r->e->p, root) > t->shape.dim[0];
}

/* A row that a rows kernel of one step writes into the workspace or the next state: whole vectors there, since what is stored in
 * part and loaded whole, or the other way round, waits for the first cache. */
bool padded(const RowText *r, const Node *n)
{
    const Plan *p = r->e->p;
    const Store *s = &p->store[n->id];
    return by_arguments(p) && !is_fixed(p, n) && op_info[n->op].kind == MAP && p->how[n->id] == BY_ROWS &&
           (s->root < 0 || padded_root(r, &p->g->root[s->root])) && !n->type.axis && n->type.shape.rank == 1 &&
           n->type.shape.dim[0] == r->k->inner;
}

/* the value as a vector expression inside the loop of stage s */
const char *in_loop(RowText *r, Node *n, int s)
{
    Value *v = value(r, n);
    Emit *e = r->e;
    while (row_transparent(n) && v->cls == VECTOR && r->val[n->args[0]->id].cls == VECTOR &&
           r->val[n->args[0]->id].name == v->name) {    /* a broadcast: the same variable */
        n = n->args[0];
        v = value(r, n);
    }
    if (v->cls == SCALAR)
        return v->all && s == v->stage - 1 ? v->all : format(e->mem, "rtv_set(%s)", v->name);
    if (v->have >> s & 1)
        return v->name;
    stage(r, s);
    if (!v->pointer) {                                  /* computed in an earlier stage: keep the row */
        if (!v->stash) {
            v->stash = format(e->mem, "row_%d", n->id);
            line(&r->pre[v->stage], 0, "RT_ALIGNED real %s[%d];", v->stash, (r->k->inner + 15) / 16 * 16);
            line(&r->loop[v->stage], 1, "rtv_store(%s + j, %s);", v->stash, v->name);
        }
        line(&r->loop[s], 1, "const rtv %s = rtv_load(%s + j);", v->name, v->stash);
    } else
        line(&r->loop[s], 1, "const rtv %s = %s;", v->name, v->whole ? format(e->mem, "rtv_load(%s + j)", v->pointer) : load_text(r, v->pointer, v->every));
    v->have |= UINT64_C(1) << s;
    return v->name;
}

static Value *set(RowText *r, const Node *n, Class cls, int s, const char *name)
{
    Value *v = &r->val[n->id];
    v->cls = cls, v->stage = stage(r, s), v->name = name;
    if (cls == VECTOR)
        v->have |= UINT64_C(1) << s;
    return v;
}

/* a part of a product that is computed in this kernel, before the vectors of its first stage */
static Value *load_part(RowText *r, Node *n, const View *v)
{
    const int unit = r->k->unit;
    const long offset = unit ? v->offset / r->k->inner * unit : v->offset;
    const char *name = variable(r, n, NULL), *at = format(r->e->mem, offset ? "sums_%d + %ld" : "sums_%d", v->base->id, offset);
    stage(r, 0);
    line(&r->loop[0], 1, unit ? "const rtv %s = rtv_load(%s + (j - m));" : r->full ? "const rtv %s = rtv_load(%s + j);" : "const rtv %s = rtv_load_n(%s + j, m);",
         name, at);
    return set(r, n, VECTOR, 0, name);
}

static Value *load_view(RowText *r, Node *n, View v)
{
    Emit *e = r->e;
    if (e->p->joined[v.base->id])
        return load_part(r, n, &v);
    if (v.base->op == Oinput && v.base->attr.leaf->classes) {
        const char *id = variable(r, n, "id");
        line(&r->pre[0], 0, "const int32_t %s = (%s)[0];", id, row_pointer(r, n, &v, r->t, false));
        Value *x = set(r, n, SCALAR, 0, format(e->mem, "(real)%s", id));
        x->id = id;
        return x;
    }
    const char *name = variable(r, n, v.base->op == Oparam || v.base->op == Oinput ? identifier(e->mem, v.base->attr.leaf->name)
                                      : v.base->name ? identifier(e->mem, v.base->name) : NULL);
    long every = r->k->lanes ? v.sb : n->type.shape.rank ? v.sf[n->type.shape.rank - 1] : 0;
    if (!wide(r, n) || every == 0) {
        line(&r->pre[0], 0, "const real %s = (%s)[0];", name, row_pointer(r, n, &v, r->t, false));
        Value *x = set(r, n, SCALAR, 0, name);
        return x;
    }
    const char *p = format(e->mem, "p_%s", name);
    line(&r->pre[0], 0, "const real *%s = %s;", p, row_pointer(r, n, &v, r->t, false));
    Value *x = set(r, n, VECTOR, 0, name);
    x->have = 0, x->pointer = p, x->every = every, x->whole = every == 1 && v.offset == 0 && padded(r, v.base);
    return x;
}

static Value *load(RowText *r, Node *n)
{
    View v;
    if (!view_of(r->e->p, n, &v))
        DIE("%s %d is nowhere", op_info[n->op].name, n->id);
    return load_view(r, n, v);
}

/* the C of a map with a, b, c replaced and rt_ made rtv_ for vectors */
static const char *map_text(RowText *r, Node *n, int s, bool vector)
{
    Emit *e = r->e;
    Text out = { 0 };
    const char *arg[3] = { "", "", "" };
    for (int i = 0; i < n->nargs; i++)
        arg[i] = vector ? in_loop(r, n->args[i], s) : value(r, n->args[i])->name;
    for (const char *c = op_info[n->op].c; *c;) {
        size_t len = 0;
        while (isalnum((unsigned char)c[len]) || c[len] == '_')
            len++;
        if (len == 1 && *c >= 'a' && *c <= 'c')
            put(&out, "%s", arg[*c - 'a']);
        else if (len > 3 && !strncmp(c, "rt_", 3) && vector)
            put(&out, "rtv_%.*s", (int)len - 3, c + 3);
        else if (len)
            put(&out, "%.*s", (int)len, c);
        else
            put(&out, "%c", *c), len = 1;
        c += len;
    }
    const char *text = copy_text(e->mem, out.s);
    text_free(&out);
    return text;
}

static Value *map(RowText *r, Node *n)
{
    const int asked = r->least, earliest = wide(r, n) ? earliest_stage(r, n) : 0;
    bool vector = false;
    int s = asked > earliest && waits_for_reader(r, n) ? asked : earliest;
    for (int i = 0; i < n->nargs; i++) {
        r->least = s;
        vector |= value(r, n->args[i])->cls == VECTOR;
    }
    r->least = asked;
    s = vector ? s : 0;
    for (int i = 0; i < n->nargs; i++) {
        const Value *v = value(r, n->args[i]);
        const int from = vector && v->all ? v->stage - 1 : v->stage;
        s = from > s ? from : s;
    }
    const char *name = variable(r, n, NULL);
    const char *text = map_text(r, n, s, vector);
    line(vector ? &r->loop[s] : &r->pre[s], vector, "const %s %s = %s;%s", vector ? "rtv" : "real", name, text, said(r, n));
    return set(r, n, vector ? VECTOR : SCALAR, s, name);
}

/* sum or maximum over the row: a scalar of the next stage */
const char *reduced_row(RowText *r, Node *n, Node *x, int *s)
{
    Emit *e = r->e;
    Value *v = value(r, x);
    bool maximum = n->op == Orowmax;
    *s = v->stage;
    const char *name = variable(r, n, NULL);
    if (inner_of(x->type.shape) == 1)
        return v->name;
    if (v->cls == SCALAR) {
        if (maximum)
            return v->name;
        return format(e->mem, "(%s * %d)", v->name, inner_of(x->type.shape));
    }
    const char *in = in_loop(r, x, *s);
    const char *part = format(e->mem, "part_%d", n->id), *rest = maximum ? "-RT_INFINITY" : "0";
    const char *lanes = r->full ? in : format(e->mem, "rtv_first_n(%s, m, (real)%s)", in, rest);
    if (!maximum && r->k->inner >= MANY) {
        line(&r->pre[*s], 0, "rt_adder %s = rt_adder_empty();", part);
        line(&r->loop[*s], 1, "%s = rt_adder_add(%s, %s);%s", part, part, lanes, said(r, n));
        line(&r->post[*s], 0, "const real %s = rt_adder_sum(%s);", name, part);
    } else {
        line(&r->pre[*s], 0, "rtv %s = rtv_set((real)%s);", part, rest);
        line(&r->loop[*s], 1, maximum ? "%s = rtv_max(%s, %s);%s" : "%s = %s + %s;%s", part, part, lanes, said(r, n));
        line(&r->post[*s], 0, "const real %s = rtv_%s(%s);", name, maximum ? "max_of" : "sum", part);
    }
    stage(r, ++*s);
    return name;
}

/* A number of the next stage, and in every lane of a vector from the first turn of this one's loop on. */
static Value *first_of_row(RowText *r, Node *n)
{
    Emit *e = r->e;
    const Value *v = value(r, n->args[0]);
    const int s = v->stage;
    if (v->cls == SCALAR)
        return set(r, n, SCALAR, s, v->name);
    const char *in = in_loop(r, n->args[0], s), *name = variable(r, n, NULL);
    line(&r->pre[s], 0, "rtv %s = rtv_set((real)0);", name);
    line(&r->loop[s], 1, "if (j == 0)");
    line(&r->loop[s], 2, "%s = rtv_set(rtv_first(%s));%s", name, in, said(r, n));
    Value *first = set(r, n, SCALAR, s + 1, format(e->mem, "rtv_first(%s)", name));
    first->all = name;
    return first;
}

static Value *argmax(RowText *r, Node *n)
{
    Emit *e = r->e;
    Node *x = n->args[0];
    Value *v = value(r, x);
    int s = v->stage, size = inner_of(x->type.shape);
    const char *id = variable(r, n, "best");
    const char *row = v->pointer && v->every == 1 ? v->pointer : NULL;
    if (v->cls == SCALAR)
        return set(r, n, SCALAR, s, "(real)0");
    if (!row) {
        in_loop(r, x, s);
        row = format(e->mem, "row_of_%d", n->id);
        line(&r->pre[s], 0, "RT_ALIGNED real %s[%d];", row, (size + 15) / 16 * 16);
        line(&r->loop[s], 1, "rtv_store(%s + j, %s);", row, v->name);
    }
    line(&r->post[s], 0, "int32_t %s = 0;", id);
    line(&r->post[s], 0, "for (int32_t i = 1; i < %d; i++)", size);
    line(&r->post[s], 1, "%s = %s[i] > %s[%s] ? i : %s;", id, row, row, id, id);
    Value *out = set(r, n, SCALAR, s + 1, format(e->mem, "(real)%s", id));
    out->id = id;
    return out;
}

static Value *onehot(RowText *r, Node *n)
{
    Emit *e = r->e;
    Value *v = value(r, n->args[0]);
    int s = v->stage;
    const char *name = variable(r, n, NULL), *id = v->id ? format(e->mem, "(real)%s", v->id) : v->name;
    if (!wide(r, n)) {
        line(&r->pre[s], 0, "const real %s = rt_eq((real)0, %s);", name, id);
        return set(r, n, SCALAR, s, name);
    }
    line(&r->loop[s], 1, "const rtv %s = rtv_eq(rtv_index(j), rtv_set(%s));%s", name, id, said(r, n));
    return set(r, n, VECTOR, s, name);
}

static Value *gather(RowText *r, Node *n)
{
    Emit *e = r->e;
    const Node *hot = onehot_operand(n);
    int w = hot == n->args[0];
    const char *lw = w ? n->attr.lw : n->attr.lx;
    Value *id = value(r, hot->args[0]);
    View v;
    view_of(e->p, n->args[w], &v);
    int out = (int)(strchr(lw, n->attr.lo_[0]) - lw), s = id->stage;
    const Pack *pk = v.sf[out] == 1 ? NULL : find_packed(e->p, PACK_ROWS, &v, n->type.shape.dim[0], n->args[w]->type.shape.dim[1 - out]);
    const char *base = pk ? pack_address(e, pk) : row_address(e, r->k, &v, NULL, NULL, false);
    const char *name = variable(r, n, NULL), *p = format(e->mem, "p_%s", name);
    const char *index = id->id ? id->id : format(e->mem, "(int32_t)%s", id->name);
    line(&r->pre[s], 0, "const real *%s = %s + (ptrdiff_t)%s * %ld;%s", p, base, index, pk ? (long)pk->n : v.sf[1 - out], said(r, n));
    if (!wide(r, n)) {
        line(&r->pre[s], 0, "const real %s = %s[0];", name, p);
        return set(r, n, SCALAR, s, name);
    }
    Value *x = set(r, n, VECTOR, s, name);
    x->have = 0, x->pointer = p, x->every = 1;
    return x;
}

/* delay, edge, place, spread where they cannot be views: the step is computed, and need not exist */
static Value *cond_load(RowText *r, Node *n)
{
    Emit *e = r->e;
    Node *x = n->args[0], *init = n->nargs > 1 ? n->args[1] : NULL;
    View v, iv;
    if (!view_of(e->p, x, &v))
        DIE("the operand of %s is nowhere", op_info[n->op].name);
    int k = n->attr.k, rows = k > 0 ? k : -k;
    const char *name = variable(r, n, NULL), *p = format(e->mem, "p_%s", name), *cond, *from, *other = "NULL";
    if (n->op == Odelay) {
        const char *len = length_text(e, n->type.axis, r->b);
        cond = k > 0 ? format(e->mem, "%s >= %d", r->t, k) : format(e->mem, "%s + %d < %s", r->t, -k, len);
        from = row_pointer(r, x, &v, format(e->mem, "(%s %c %d)", r->t, k > 0 ? '-' : '+', rows), false);
        if (init && view_of(e->p, init, &iv)) {
            const char *row = k > 0 ? r->t : rows == 1 ? "0" : format(e->mem, "(%s + %d - %s)", r->t, rows, len);
            if (k < 0 && rows > 1 && n->type.axis->ragged)   /* a step past the length reads some row, not beyond all */
                row = format(e->mem, "(%s < %s ? %s : %d)", r->t, len, row, rows - 1);
            other = row_pointer(r, init, &iv, NULL, false);
            if (iv.sf[0])
                other = format(e->mem, "%s + %s * %ld", other, row, iv.sf[0]);
        }
    } else if (n->op == Oedge) {                        /* the first of the outer dimensions is the step, unless it is 1 */
        const char *len = length_text(e, x->type.axis, r->b), *j = r->k->outer.rank ? r->o[0] : "0";
        if (n->type.shape.rank == 1 || rows == 1)
            j = "0";
        const char *step = k > 0 ? j : format(e->mem, "(%s - %d + %s)", len, rows, j);
        cond = format(e->mem, "%s >= 0 && %s < %s", step, step, len);
        from = row_pointer(r, x, &v, step, false);
    } else if (n->op == Oplace) {
        const char *len = length_text(e, n->type.axis, r->b);
        const char *j = k > 0 ? r->t : format(e->mem, "(%s - %s + %d)", r->t, len, rows);
        cond = format(e->mem, "%s >= 0 && %s < %d && %s < %s", j, j, rows, r->t, len);
        from = format(e->mem, "%s + %s * %ld", row_pointer(r, x, &v, NULL, false), j, v.sf[0]);
    } else {
        Axis *a = x->type.axis;
        cond = format(e->mem, "%s >= %d && (%s - %d) %% %d == 0 && (%s - %d) / %d < %d", r->t, a->offset, r->t, a->offset, a->stride, r->t,
                      a->offset, a->stride, a->steps);
        from = row_pointer(r, x, &v, format(e->mem, "((%s - %d) / %d)", r->t, a->offset, a->stride), false);
    }
    line(&r->pre[0], 0, "const real *%s = %s ? %s : %s;%s", p, cond, from, other, said(r, n));
    const Node *uniform = init;
    while (uniform && (uniform->op == Oexpand || uniform->op == Oreshape))
        uniform = uniform->args[0];
    const char *rest = real_text(e, uniform && uniform->op == Oconst ? uniform->attr.value : 0);
    bool always = strcmp(other, "NULL") != 0;
    int last = x->type.shape.rank - 1;
    long every = last < 0 ? 0 : v.sf[last], init_every = always && last >= 0 ? iv.sf[last + 1] : every;
    if (!wide(r, n) || (every == 0 && init_every == 0)) {
        line(&r->pre[0], 0, always ? "const real %s = *%s;" : "const real %s = %s ? *%s : %s;", name, p, p, rest);
        return set(r, n, SCALAR, 0, name);
    }
    const char *get = load_text(r, p, every);
    if (init_every != every) {                          /* the initial row lies otherwise than the operand's */
        line(&r->pre[0], 0, "const ptrdiff_t every_%s = %s ? %ld : %ld;", name, cond, every, init_every);
        get = format(e->mem, r->full ? "rtv_load_every(%s + j * every_%s, every_%s)" : "rtv_load_every_n(%s + j * every_%s, every_%s, m)",
                     p, name, name);
    }
    if (always)
        line(&r->loop[0], 1, "const rtv %s = %s;", name, get);
    else
        line(&r->loop[0], 1, "const rtv %s = %s ? %s : rtv_set(%s);", name, p, get, rest);
    return set(r, n, VECTOR, 0, name);
}

static Value *compute(RowText *r, Node *n)
{
    Emit *e = r->e;
    int s;
    if (op_info[n->op].kind == MAP)
        return map(r, n);
    r->least = 0;                                       /* who reduces a row wants it soon */
    if (n->op == Oonehot)
        return onehot(r, n);
    if (is_gather(n))
        return gather(r, n);
    if (n->op == Osum && r->k->lanes && !is_accumulated(n)) {   /* of one number an example */
        Value *v = value(r, n->args[0]);
        const char *x = v->cls == VECTOR ? in_loop(r, n->args[0], v->stage) : v->name;
        return set(r, n, v->cls, v->stage, x);
    }
    if (n->op == Orowmax || (n->op == Osum && !is_accumulated(n))) {
        const char *name = reduced_row(r, n, n->args[0], &s);
        return set(r, n, SCALAR, s, name);
    }
    if (n->op == Orowfirst)
        return first_of_row(r, n);
    if (n->op == Oargmax)
        return argmax(r, n);
    if (is_cond_load(e->p, n))
        return cond_load(r, n);
    View v;
    if ((n->op == Oexpand || n->op == Oreshape) && !view_through(e->p, n, &v))
        return set(r, n, SCALAR, 0, value(r, n->args[0])->name);   /* one number, repeated */
    Kind kind = op_info[n->op].kind;
    if ((kind == VIEW || kind == CROSS) && n->op != Opeak && view_through(e->p, n, &v))
        return load_view(r, n, v);                      /* a view that is copied, so that its features lie side by side */
    err(n->loc, "%s is not generated for this use yet", op_info[n->op].name);
}

Value *value(RowText *r, Node *n)
{
    const Plan *p = r->e->p;
    Value *v = &r->val[n->id];
    if (v->cls != NOTHING)
        return v;
    switch (n->op) {
    case Oconst:
        return set(r, n, SCALAR, 0, real_text(r->e, n->attr.value));
    case Olanes:
        return set(r, n, SCALAR, 0, format(r->e->mem, "(real)%d", p->batch));
    case Oindex:
        return set(r, n, SCALAR, 0, format(r->e->mem, "(real)(%s)", r->t));
    case Olength: {
        const char *name = variable(r, n, NULL);
        line(&r->pre[0], 0, "const real %s = (real)%s;", name, length_text(r->e, n->attr.axis, r->b));
        return set(r, n, SCALAR, 0, name);
    }
    default:
        break;
    }
    if (p->how[n->id] == BY_VIEW && row_transparent(n)) {
        *v = *value(r, n->args[0]);
        return v;
    }
    if (p->how[n->id] == BY_ROWS && (p->kernel[n->id] == r->k || p->again[n->id]))
        return compute(r, n);
    return load(r, n);
}
