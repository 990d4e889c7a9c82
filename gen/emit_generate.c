/* emit_generate.c -- NAME_generate and NAME_beam of a predictor that steps from a class id to the probabilities of the next:
 * whether it does, and the functions as text (templates/generate.c). Takes the plan of a step and the graph as read.
 */
#include "emit_predictor.h"
#include "lua_text.h"

#include <string.h>

static bool is_probability(const Graph *read, const char *output, int classes)
{
    for (int i = 0; i < read->roots; i++) {
        const Root *r = &read->root[i];
        if (r->kind == R_OUTPUT && !strcmp(r->name, output))
            return r->node->op == Osoftmax && r->node->type.shape.rank == 1 && r->node->type.shape.dim[0] == classes;
    }
    return false;
}

/* The only input of a step, if it is a class id; NULL */
static const Leaf *only_ids(const Plan *step)
{
    const Leaf *only = NULL;
    for (int i = 0; i < step->order.n; i++) {
        const Node *n = step->order.node[i];
        if (n->op != Oinput || n->attr.leaf->role == STATE)
            continue;
        if (only)
            return NULL;
        only = n->attr.leaf;
    }
    return only && only->classes ? only : NULL;
}

const Leaf *generates(const Graph *read, const Plan *step, int *output)
{
    const Model *m = read->model;
    const Leaf *into = only_ids(step);
    int found = 0;
    for (int i = 0; into && i < step->g->roots; i++) {
        const Root *r = &step->g->root[i];
        if (r->kind != R_OUTPUT || !is_probability(read, r->name, into->classes))
            continue;
        if (m->generate.from && strcmp(m->generate.from, r->name))
            continue;
        *output = i, found++;
    }
    if (m->generate.from && found != 1)
        err(m->generate.loc, "generate: a step takes more than the class id '%s', so its own answer is not enough to go on",
            m->generate.into->name);
    return found == 1 ? into : NULL;
}

void generate_code(Emit *e, const Leaf *into, int output, const Symbols *symbols, const char *name, Text *d, Text *code)
{
    const Plan *p = e->p;
    Text g = { 0 }, call = { 0 };
    put(&g, "return { name="), quote(&g, name);
    put(&g, ", classes=%d, symbols=", into->classes);
    if (symbols)
        quote(&g, identifier(e->mem, symbols->name));
    else
        put(&g, "false");
    put(&g, ", others={\n");
    for (int i = 0; i < p->g->roots; i++) {
        if (p->g->root[i].kind != R_OUTPUT)
            continue;
        const char *to = i == output ? "p" : format(e->mem, "other_%d", i);
        put(&call, ", %s", to);
        if (i != output)
            put(&g, "{ name=\"%s\", size=%ld },\n", to, numbers_of(p->g->root[i].node->type));
    }
    put(&g, "}, call="), quote(&g, call.s), put(&g, " }");
    render(e->mem, "generate.c", g.s, code);
    put(d, "generate={ into="), quote(d, argument(e, into->name, false));
    put(d, ", from="), quote(d, argument(e, p->g->root[output].name, true)), put(d, " },\n");
    text_free(&g), text_free(&call);
}
