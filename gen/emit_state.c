/* emit_state.c -- the state of a predictor as text: its struct, NAME_reset, and the constants that this copies: what the
 * description gives, what was learned, or the rest that inputs of 0 lead to. Takes a plan and numbers for the parameters.
 */
#include "emit_predictor.h"
#include "lua_text.h"
#include "rest.h"

#include <string.h>

bool has_ring(const Plan *p, int rows)
{
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        if (n->op == Oinput && n->attr.leaf->role == STATE && n->attr.leaf->ring && (!rows || n->attr.leaf->ring == rows))
            return true;
    }
    return false;
}

int longest_ring(const Plan *p)
{
    int most = 0;
    for (int i = 0; i < p->order.n; i++)
        if (p->order.node[i]->op == Oinput && p->order.node[i]->attr.leaf->ring > most)
            most = p->order.node[i]->attr.leaf->ring;
    return most;
}

long state_fields(Text *d, Emit *e, const char *real)
{
    long bytes = 0;
    const long unit = e->p->o->double_precision ? 8 : 4;
    for (int i = 0; i < e->p->order.n; i++) {
        Node *n = e->p->order.node[i];
        if (n->op != Oinput || n->attr.leaf->role != STATE)
            continue;
        const Leaf *l = n->attr.leaf;
        const long numbers = shape_size(l->type.shape) * (l->ring ? l->ring : 1);
        const char *about = l->ring ? format(e->mem, "%s: the last %d steps%s, in a ring", l->name, l->ring, dims(e->mem, l->type))
                                    : format(e->mem, "%s%s%s", l->name, dims(e->mem, l->type), l->type.shape.rank > 1 ? ", oldest row first" : "");
        put(d, "{ type=\"%s\", name=", real), quote(d, state_field(e, l->name));
        put(d, ", size=\"[%ld]\", about=", numbers);
        quote(d, about);
        put(d, " },\n");
        bytes += numbers * unit;
    }
    int rings = 0;
    for (int k = longest_ring(e->p); k > 1; k--)
        if (has_ring(e->p, k)) {
            put(d, "{ type=\"int32_t\", name=\"ring_%d\", size=\"\", about=\"in rings of %d: the oldest\" },\n", k, k);
            rings++;
        }
    if (e->p->turns)                                    /* as wide as a number: no byte of the struct is without meaning */
        put(d, "{ type=\"int%ld_t\", name=\"rt_turn\", size=\"\", about=\"which way the next step reads its weights, from first to last or back: the same numbers\" },\n", 8 * unit);
    return (bytes + 4 * rings + unit * e->p->turns + unit - 1) / unit * unit;
}

static bool is_started(const Plan *p, const Node *n)
{
    const Leaf *l = n->op == Oinput ? n->attr.leaf : NULL;
    return l && l->role == STATE && (l->start || p->g->model->rest.file);
}

/* The constants of NAME_reset; d: NULL to count their numbers. */
long start_arrays(Text *d, Emit *e, const Weights *w, Image *image)
{
    const Plan *p = e->p;
    Model *m = p->g->model;
    const bool rest = m->rest.file;
    Env env = { .model = m, .batch = 1, .leaf = w->leaf };
    Eval *oracle = eval_new(p->g, &env);
    double **value = rest && d ? rest_of(p->g, w->leaf, m->rest) : NULL;
    long total = 0;
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        if (!is_started(p, n))
            continue;
        const Leaf *l = n->attr.leaf;
        size_t size = (size_t)shape_size(l->type.shape) * (size_t)(l->ring && !rest ? l->ring : 1);
        total += (long)size;
        if (d)
            array(d, format(e->mem, "%s_start_%s", e->prefix, state_field(e, l->name)), rest ? value[l->index] : eval(oracle, l->start, NULL),
                  (long)size, format(e->mem, rest ? "%s%s at rest" : "%s%s before the first step", l->name, dims(e->mem, l->type)),
                  p->o->double_precision, image);
    }
    eval_free(oracle);
    return total;
}

void reset_code(Emit *e, Text *out, const char *name)
{
    const Plan *p = e->p;
    const bool rest = p->g->model->rest.file;
    line(out, 0, "void %s_reset(%s_state *s)", name, name);
    line(out, 0, "{");
    if (rest && has_ring(p, 0))
        line(out, 1, "size_t i;");
    line(out, 1, "rt_clear(s, sizeof *s);");
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        if (!is_started(p, n))
            continue;
        const Leaf *l = n->attr.leaf;
        const char *field = state_field(e, l->name);
        const long row = shape_size(l->type.shape);
        if (rest && l->ring) {
            line(out, 1, "for (i = 0; i < %d; i++)", l->ring);
            line(out, 2, "memcpy(s->%s + i * %ld, %s_start_%s, %ld * sizeof(real));", field, row, e->prefix, field, row);
        } else
            line(out, 1, "memcpy(s->%s, %s_start_%s, sizeof s->%s);", field, e->prefix, field, field);
    }
    line(out, 0, "}");
    put_text(out, "\n");
}
