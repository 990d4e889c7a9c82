/* emit_once.c -- a function of a predictor that runs a whole program once, in a workspace: NAME_run over a sequence that
 * looks ahead, NAME_begin before the first step. Copies arguments in, cleared past their lengths, and results out.
 */
#include "emit_predictor.h"

bool uses_axis(const Plan *p, const Axis *axis)
{
    for (int i = 0; i < p->order.n; i++) {
        const Node *n = p->order.node[i];
        for (int j = 0; j < 2; j++)
            for (const Axis *a = j ? n->attr.axis : n->type.axis; a; a = a->parent)
                if (a == axis)
                    return true;
    }
    return false;
}

bool has_steps(const Plan *p)
{
    for (int i = 0; i < p->order.n; i++)
        if (p->order.node[i]->type.axis)
            return true;
    return false;
}

static void copy_in(Emit *e, Text *out)
{
    const Plan *p = e->p;
    for (int i = 0; i < p->order.n; i++) {
        Node *n = p->order.node[i];
        if (n->op != Oinput)
            continue;
        const char *arg = argument(e, n->attr.leaf->name, false);
        long at = p->port[n->attr.leaf->index];
        if (n->attr.leaf->role == STATE)                /* carried from window to window; this is the first one */
            line(out, 1, "rt_clear(work + %ld, %ld * sizeof(real));", at, numbers_of(n->type));
        else
            line(out, 1, "memcpy(work + %ld, %s, %ld * sizeof *%s);", at, arg, numbers_of(n->type), arg);
    }
    int k = 0;
    for (const Axis *a = p->g->model->axes; a; a = a->next, k++) {
        if (p->length_at[k] < 0 || !uses_axis(p, a))
            continue;
        const char *length = length_argument(e->mem, a), *n_steps = format(e->mem, "steps_%s", identifier(e->mem, a->name));
        line(out, 1, "const int32_t %s = %s[0] < 0 ? 0 : %s[0] > %d ? %d : %s[0];", n_steps, length, length, a->steps, a->steps, length);
        line(out, 1, "memcpy(work + %ld, &%s, sizeof %s);", p->length_at[k], n_steps, n_steps);
        for (int i = 0; i < p->order.n; i++) {          /* what lies past the length is zero inside */
            Node *n = p->order.node[i];
            if (n->op != Oinput || n->type.axis != a)
                continue;
            const char *size = n->attr.leaf->classes ? "sizeof(int32_t)" : "sizeof(real)";
            line(out, 1, "rt_clear((char *)(work + %ld) + (size_t)%s * %ld * %s, (size_t)(%d - %s) * %ld * %s);",
                 p->port[n->attr.leaf->index], n_steps, shape_size(n->type.shape), size, a->steps, n_steps, shape_size(n->type.shape), size);
        }
    }
}

void once_code(Emit *e, Text *out, const char *head, Emit *states, bool workspace)
{
    const Plan *p = e->p;
    emit_program(e, out);
    put_text(out, "\n");
    line(out, 0, "%s", head);
    line(out, 0, "{");
    if (workspace)
        line(out, 1, "real *work = (real *)workspace;");
    else
        line(out, 1, "RT_ALIGNED real work[%ld];", p->work ? p->work : 1);
    if (states)
        line(out, 1, "rt_clear(s, sizeof *s);");
    e->arguments = true;
    copy_in(e, out);
    line(out, 1, "%s_run(NULL, NULL, work);", e->prefix);
    for (int i = 0; i < p->g->roots; i++) {
        const Root *r = &p->g->root[i];
        const char *to = r->kind == R_FINAL && states ? format(e->mem, "s->%s", state_field(states, r->name)) : argument(e, r->name, true);
        line(out, 1, "memcpy(%s, work + %ld, %ld * sizeof(real));", to, p->root_at[i], numbers_of(r->node->type));
    }
    e->arguments = false;
    line(out, 0, "}");
}
