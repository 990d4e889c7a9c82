/* emit_run.c -- NAME_run of a predictor that steps: a loop of NAME_step, or whole blocks of steps by a function of their own
 * and single steps for the rest. From the plans of a step and of a block (or NULL) to text; the names are those of the step.
 */
#include "emit_predictor.h"

#include <string.h>

static const Leaf *described(const Model *m, const char *name)
{
    for (int i = 0; i < m->leaves; i++)
        if (m->leaf[i]->role == INPUT && !strcmp(m->leaf[i]->name, name))
            return m->leaf[i];
    return NULL;
}

/* the inputs and outputs as NAME_run hands them on: ", x + i * 64, y + i * 10" */
static const char *passed(Emit *e)
{
    const Plan *p = e->p;
    Text t = { 0 };
    for (int i = 0; i < p->g->model->leaves; i++)
        for (int j = 0; j < p->order.n; j++) {
            Node *n = p->order.node[j];
            if (n->op != Oinput || n->attr.leaf->role == STATE || n->attr.leaf != p->g->model->leaf[i])
                continue;
            const Leaf *l = described(p->g->model, n->attr.leaf->name);
            put(&t, ", %s", argument(e, n->attr.leaf->name, false));
            if (l && l->type.axis)
                put(&t, " + i * %ld", shape_size(n->type.shape));
        }
    for (int i = 0; i < p->g->roots; i++)
        if (p->g->root[i].kind == R_OUTPUT)
            put(&t, ", %s + i * %ld", argument(e, p->g->root[i].name, true), shape_size(p->g->root[i].node->type.shape));
    const char *s = copy_text(e->mem, t.s ? t.s : "");
    text_free(&t);
    return s;
}

static void rings_in(Emit *e, Text *out)
{
    const Plan *p = e->p;
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        const Leaf *l = n->op == Oinput ? n->attr.leaf : NULL;
        if (!l || !l->ring)
            continue;
        const int rows = l->type.axis ? l->type.axis->steps : l->ring;
        const long size = shape_size(l->type.shape) / (l->type.axis ? 1 : l->ring);
        line(out, 1, "rt_from_ring(%d, %d, %ld, s->%s, s->ring_%d, work + %s);", rows, l->ring, size, state_field(e, l->name), l->ring,
             array_name(e, n));
    }
}

static void states_out(Emit *e, Text *out, int steps)
{
    const Plan *p = e->p;
    for (int i = 0; i < p->g->roots; i++) {
        const Root *r = &p->g->root[i];
        View v;
        if (r->kind != R_FINAL)
            continue;
        if (!view_of(p, r->node, &v))
            DIE("the next value of '%s' is nowhere", r->name);
        const char *field = state_field(e, r->name);
        const long size = shape_size(r->node->type.shape);
        const int ring = r->leaf->ring, rows = ring < steps ? ring : steps;
        if (ring)
            line(out, 1, "rt_to_ring(%d, %d, %ld, %s, %ld, s->%s, (s->ring_%d + %d) %% %d);", rows, ring, size,
                 row_address(e, NULL, &v, format(e->mem, "%d", steps - rows), NULL, false), v.st, field, ring, steps - rows, ring);
        else
            line(out, 1, "memcpy(s->%s, %s, sizeof s->%s);", field, row_address(e, NULL, &v, format(e->mem, "%d", steps - 1), NULL, false), field);
    }
    for (int i = 0; i < p->g->roots; i++) {             /* where the oldest rows are, once for each length of ring */
        const int k = p->g->root[i].kind == R_FINAL ? p->g->root[i].leaf->ring : 0;
        bool said = !k;
        for (int j = 0; j < i; j++)
            said = said || (p->g->root[j].kind == R_FINAL && p->g->root[j].leaf->ring == k);
        if (!said)
            line(out, 1, "s->ring_%d = (s->ring_%d + %d) %% %d;", k, k, steps, k);
    }
}

static void block_code(Emit *e, Text *out, const char *params, const char *name, int steps)
{
    const Plan *p = e->p;
    Text body = { 0 };
    name_arrays(e);
    emit_block_body(e, &body);
    put_text(out, e->products.s ? e->products.s : "");
    line(out, 0, "/* %d steps: what does not wait for the step before is computed for all of them at once. */", steps);
    line(out, 0, "RT_NOINLINE void %s_block(%s_state *s, %s)", name, name, params);
    line(out, 0, "{");
    if (e->arrays.n) {
        line(out, 1, "enum {  /* places in work */");
        for (char *c = e->arrays.s, *end; *c; c = end + 1) {
            end = strchr(c, '\n');
            line(out, 1, "%.*s", (int)(end - c), c);
        }
        line(out, 2, "block_size = %ld", p->work);
        line(out, 1, "};");
        line(out, 1, "RT_ALIGNED real work[block_size];");
    }
    line(out, 1, "(void)s;");
    rings_in(e, out);
    put_text(out, body.s ? body.s : "");
    states_out(e, out, steps);
    line(out, 0, "}");
    put_text(out, "\n");
    text_free(&body), text_free(&e->arrays), text_free(&e->products);
}

void run_code(Emit *step, Plan *block, Text *out, const char *params, const char *name)
{
    Emit e = *step;
    const char *each = passed(step);
    int steps = 0;
    if (block) {
        e.p = block;
        steps = block->steps;
        e.products = e.arrays = e.body = (Text){ 0 };
        block_code(&e, out, params, name, steps);
    }
    line(out, 0, "RT_WHOLE void %s_run(%s_state *s, size_t steps, %s)", name, name, params);
    line(out, 0, "{");
    line(out, 1, block ? "size_t i = 0;" : "size_t i;");
    if (block) {
        line(out, 1, "for (; steps - i >= %d; i += %d)", steps, steps);
        line(out, 2, "%s_block(s%s);", name, each);
    }
    line(out, 1, block ? "for (; i < steps; i++)" : "for (i = 0; i < steps; i++)");
    line(out, 2, "%s_step(s%s);", name, each);
    put(out, "}\n");
}
