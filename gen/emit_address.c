/* emit_address.c -- names of arrays and addresses of rows, as C text. Reads the plan, changes nothing in it. */
#include "emit.h"

#include <ctype.h>
#include <string.h>

const char *identifier(Arena *mem, const char *s)
{
    char *r = copy_text(mem, s);
    for (char *c = r; *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    return isdigit((unsigned char)r[0]) ? format(mem, "_%s", r) : r;
}

/* Macros and types of the headers that a file may include before ours: NULL, EOF, M_PI, I, size_t, errno */
static bool of_a_header(const char *id)
{
    static const char *const known[] = { "I", "errno", "stdin", "stdout", "stderr", "assert", "complex", "imaginary", "linux", "unix", "near", "far",
                                         "small", "interface" };
    const size_t n = strlen(id);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(id, known[i]))
            return true;
    return (n > 1 && !id[strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")]) || (n > 2 && !strcmp(id + n - 2, "_t"));
}

/* The name as an identifier that is no word of C or C++, none of its headers', and none that generated code uses itself. */
static const char *free_name(Arena *mem, const char *name)
{
    static const char *const taken[] = {
        "s", "t", "b", "j", "m", "i", "i0", "i1", "i2", "i3", "o0", "o1", "o2", "work", "real", "rtv", "steps", "sum", "auto", "break",
        "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if",
        "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch",
        "typedef", "union", "unsigned", "void", "volatile", "while", "class", "new", "delete", "this", "template", "operator",
        "private", "public", "protected", "try", "catch", "throw", "namespace", "using", "virtual", "friend", "true", "false",
        "bool", "and", "or", "not", "xor", "asm", "typename", "export", "explicit", "mutable", "memcpy", "memset",
        "workspace", "nullptr", "constexpr", "noexcept", "decltype", "alignas", "alignof", "thread_local", "static_assert", "typeid",
        "const_cast", "static_cast", "dynamic_cast", "reinterpret_cast", "wchar_t", "char16_t", "char32_t", "bitand", "bitor", "compl",
        "and_eq", "or_eq", "xor_eq", "not_eq",
    };
    const char *id = identifier(mem, name);
    static const char *const begins[] = { "ring_", "rt_", "rtv_", "length_", "steps_" };   /* where the oldest row of a ring is; ours */
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (!strncmp(id, begins[i], strlen(begins[i])))
            return format(mem, "%s_", id);
    if (of_a_header(id))
        return format(mem, "%s_", id);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (!strcmp(id, taken[i]))
            return format(mem, "%s_", id);
    return id;
}

const char *state_field(Emit *e, const char *name)
{
    static const char *const function[] = { "step", "run", "begin" };   /* macros in a file of several widths */
    const char *id = free_name(e->mem, name);
    for (int i = 0; i < 3; i++)
        if (!strcmp(id, format(e->mem, "%s_%s", e->prefix, function[i])))
            id = format(e->mem, "%s_", id);
    int same = 1;                                       /* "a.b" and "a_b" are two states */
    const Plan *p = e->p->like ? e->p->like : e->p;
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        if (n->op != Oinput || n->attr.leaf->role != STATE)
            continue;
        if (!strcmp(n->attr.leaf->name, name))
            break;
        same += !strcmp(free_name(e->mem, n->attr.leaf->name), id);
    }
    return same > 1 ? format(e->mem, "%s_%d", id, same) : id;
}

const char *param_array(Emit *e, const Leaf *l)
{
    static const char *const own[] = { "state", "step", "run", "reset", "read", "write", "load", "image", "descriptor", "port", "class_of",
                                       "vocabulary", "begin", "after", "generate", "beam", "options", "path" };
    static const char *const begins[] = { "packed_", "constant_", "mean_", "std_", "at_", "begin_", "start_", "encode_", "decode_" };
    const Model *m = e->p->g->model;
    const char *id = identifier(e->mem, l->name);
    int same = 1;
    for (int i = 0; i < m->leaves && m->leaf[i] != l; i++)
        same += m->leaf[i]->role == PARAM && !strcmp(identifier(e->mem, m->leaf[i]->name), id);
    size_t n = strlen(id);
    bool clash = same > 1 || (n > 8 && !strcmp(id + n - 8, "_symbols"));
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        clash = clash || !strcmp(id, own[i]);
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        clash = clash || !strncmp(id, begins[i], strlen(begins[i]));
    return clash ? format(e->mem, "%s_param_%d_%s", e->prefix, same, id) : format(e->mem, "%s_%s", e->prefix, id);
}

const char *argument(Emit *e, const char *name, bool output)
{
    const char *id = free_name(e->mem, name);
    const Plan *p = e->p->like ? e->p->like : e->p;
    if (output)                                         /* an output may be called what an input is called */
        for (int i = 0; i < p->order.n; i++) {
            const Node *n = p->order.node[i];
            if (n->op == Oinput && !strcmp(identifier(e->mem, n->attr.leaf->name), identifier(e->mem, name)))
                return format(e->mem, "out_%s", id);
        }
    const Model *m = e->p->g->model;
    int same = 1;                                       /* "class" and "class_" are two inputs */
    for (int i = 0; !output && i < m->leaves && strcmp(m->leaf[i]->name, name); i++)
        same += m->leaf[i]->role == INPUT && !strcmp(free_name(e->mem, m->leaf[i]->name), id);
    return same > 1 ? format(e->mem, "%s_%d", id, same) : id;
}

const char *array_name(Emit *e, const Node *n)
{
    const char *base = n->op == Oparam || n->op == Oinput ? n->attr.leaf->name : n->name ? n->name : op_info[n->op].name;
    return format(e->mem, "%s_%s_%d", e->arguments ? "at" : e->prefix, identifier(e->mem, base), n->id);
}

const char *comment_of(Emit *e, const Node *n)
{
    if (!n->loc.file)
        return NULL;
    const char *slash = strrchr(n->loc.file, '/');
    return format(e->mem, "%s%s:%d", n->adjoint ? "d of " : "", slash ? slash + 1 : n->loc.file, n->loc.line);
}

const Pack *find_packed(const Plan *p, PackKind kind, const View *v, int n, int k)
{
    for (int i = 0; i < p->packs; i++)
        if (p->pack[i]->kind == kind && p->pack[i]->view.base == step_node(p, v->base) && p->pack[i]->view.offset == v->offset &&
            p->pack[i]->n == n && p->pack[i]->k == k)
            return p->pack[i];
    return NULL;
}

static const char *plus(Emit *e, const char *base, long offset)
{
    return offset ? format(e->mem, "%s + %ld", base, offset) : base;
}

/* A state in the struct; of a ring the oldest row, whose place the next value takes. */
const char *state_row(Emit *e, const Leaf *l)
{
    const char *field = state_field(e, l->name);
    return l->ring ? format(e->mem, "s->%s + s->ring_%d * %ld", field, l->ring, shape_size(l->type.shape)) : format(e->mem, "s->%s", field);
}

/* What a block of steps reads of a ring lies straightened in its workspace. */
static bool in_block_ring(const Plan *p, const Node *n)
{
    return p->purpose == FOR_BLOCK && n->op == Oinput && n->attr.leaf->ring;
}

long next_row(const Plan *p, const Root *r)
{
    const Shape *s = &r->node->type.shape;
    return s->rank == 1 && !p->o->freestanding ? (s->dim[0] + 15) / 16 * 16 : shape_size(*s);
}

static const char *root_argument(Emit *e, const Root *r)
{
    return r->kind == R_FINAL ? format(e->mem, "next_state.%s", state_field(e, r->name)) : argument(e, r->name, true);
}

/* The array of a leaf or a stored node: address of step 0. */
static const char *array_base(Emit *e, const Node *n, bool write)
{
    const Plan *p = e->p;
    const Store *s = &p->store[n->id];
    if (write && e->adding && p->parts[n->id] >= 0) {
        e->uses_work = true;
        if (p->lanes)
            return format(e->mem, "work + %s", parts_name(e, n));
        return format(e->mem, "work + %s + %s * %ld", parts_name(e, n), chunk_text(e), chunk_stride(p, n));
    }
    if (n->op == Oparam) {
        if (e->predictor)
            return param_array(e, n->attr.leaf);
        e->uses_param = true;
        return format(e->mem, "param + %s", array_name(e, n));
    }
    if (is_fixed(p, n) && p->fixed_weights)
        return format(e->mem, "%s_constant_%d", e->prefix, step_node(p, (Node *)n)->id);
    if (e->arguments && n->op == Oinput && !in_block_ring(p, n))
        return n->attr.leaf->role == STATE ? state_row(e, n->attr.leaf) : argument(e, n->attr.leaf->name, false);
    if (s->root >= 0) {
        const Root *r = &p->g->root[s->root];
        if (r->kind == R_GRAD && r->leaf->role == PARAM) {
            e->uses_grad = true;
            return format(e->mem, "grad + %zu", r->leaf->offset);
        }
        if (e->arguments)
            return root_argument(e, r);
    }
    e->uses_work = true;
    if (n->op == Oinput && n->attr.leaf->classes)
        return format(e->mem, "(const int32_t *)(const void *)(work + %s)", array_name(e, n));
    (void)write;
    return format(e->mem, "work + %s", array_name(e, n));
}

const char *row_address(Emit *e, const Kernel *k, const View *v, const char *t, const char *b, bool write)
{
    const Plan *p = e->p;
    const Store *s = &p->store[v->base->id];
    const char *a = plus(e, array_base(e, v->base, write), v->offset);
    (void)k;
    if (v->st && t) {
        if (s->rows == ROWS_RING) {
            int back = v->shift % s->ring;
            if (s->ring > 1)
                a = back == 0 ? format(e->mem, "%s + (%s) %% %d * %ld", a, t, s->ring, v->st)
                              : format(e->mem, "%s + (%s + %d) %% %d * %ld", a, t, s->ring - back, s->ring, v->st);
        } else {
            const char *step = v->shift > 0 ? format(e->mem, "(%s - %d)", t, v->shift)
                             : v->shift < 0 ? format(e->mem, "(%s + %d)", t, -v->shift) : t;
            a = format(e->mem, "%s + %s * %ld", a, step, v->st);
        }
    }
    if (v->sb && b)
        a = format(e->mem, "%s + %s * %ld", a, b, v->sb);
    return a;
}

const char *root_address(Emit *e, int root, const char *t, const char *b, const Node *n)
{
    const Root *r = &e->p->g->root[root];
    long size = shape_size(n->type.shape), row = row_size(e->p, n);
    const char *a;
    if (r->kind == R_GRAD && r->leaf->role == PARAM) {
        e->uses_grad = true;
        a = format(e->mem, "grad + %zu", r->leaf->offset);
    } else if (e->arguments) {
        a = root_argument(e, r);
    } else {
        e->uses_work = true;
        a = format(e->mem, "work + %ld", e->p->root_at[root]);
    }
    if (n->type.axis && t)
        a = format(e->mem, "%s + %s * %ld", a, t, row);
    if (n->type.batch && b)
        a = format(e->mem, "%s + %s * %ld", a, b, size);
    return a;
}

const char *pack_address(Emit *e, const Pack *pk)
{
    if (e->p->fixed_weights)
        return format(e->mem, "%s_packed_%d", e->prefix, pk->id);
    e->uses_work = true;
    return format(e->mem, "work + %s_packed_%d", e->prefix, pk->id);
}

const char *length_text(Emit *e, const Axis *a, const char *b)
{
    if (!a->ragged)
        return format(e->mem, "%d", a->steps);
    if (a->parent)
        return format(e->mem, "rt_sampled(%s, %d, %d)", length_text(e, a->parent, b), a->stride, a->offset);
    long at = e->p->length_at[axis_index(e->p->g->model, a)];
    e->uses_work = true;
    return format(e->mem, "((const int32_t *)(const void *)(work + %ld))[%s]", at, b ? b : "0");
}

static const char *dims_text(Emit *e, const Node *n, const Store *s)
{
    Text d = { 0 };
    if (s->rows == ROWS_RING)
        put(&d, "[%d of %d]", s->ring, n->type.axis->steps);
    else if (n->type.axis && s->before + s->after)
        put(&d, "[%d+%d]", n->type.axis->steps, s->before + s->after);
    else if (n->type.axis)
        put(&d, "[%d]", n->type.axis->steps);
    if (n->type.batch)
        put(&d, "[%d]", e->p->batch);
    for (int i = 0; i < n->type.shape.rank; i++)
        put(&d, "[%d]", n->type.shape.dim[i]);
    const char *r = copy_text(e->mem, d.s ? d.s : "one number");
    text_free(&d);
    return r;
}

void name_arrays(Emit *e)
{
    const Plan *p = e->p;
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        const Store *s = &p->store[n->id];
        bool param = n->op == Oparam, own = s->root >= 0 && p->g->root[s->root].kind == R_GRAD &&
                                           p->g->root[s->root].leaf->role == PARAM;
        if ((e->predictor && param) || (e->arguments && ((n->op == Oinput && !in_block_ring(p, n)) || s->root >= 0)))
            continue;
        if (own || (!param && s->rows == ROWS_NONE) || (is_fixed(p, n) && p->fixed_weights))
            continue;
        const char *from = comment_of(e, n);
        line(&e->arrays, 1, "%s = %ld,  /* %s%s%s */", array_name(e, n),
             param ? (long)n->attr.leaf->offset : s->offset + s->before * s->row, dims_text(e, n, s), from ? " " : "",
             from ? from : "");
    }
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        if (p->parts[n->id] >= 0)
            line(&e->arrays, 1, "%s = %ld,  /* of %s, by %s: [%d] */", parts_name(e, n), p->parts[n->id], array_name(e, n),
                 p->lanes ? "lane" : "chunk of the batch", p->lanes ? WIDEST : p->chunks);
    }
    for (int i = 0; i < p->packs && !p->fixed_weights; i++)
        line(&e->arrays, 1, p->pack[i]->kind == PACK_SQUARES ? "%s_packed_%d = %ld,  /* in squares: %d rows, %d columns of %s */"
                                                          : "%s_packed_%d = %ld,  /* %d columns, inner dimension %d, of %s */",
             e->prefix, i, p->pack[i]->offset, p->pack[i]->n, p->pack[i]->k, array_name(e, p->pack[i]->view.base));
}
