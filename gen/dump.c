/* dump.c -- a graph in the language's own terms, for -d PASS: a line a node, operands first. */
#include "graph.h"

#include <string.h>

static void put_attr(FILE *out, const Node *n)
{
    const Attr *a = &n->attr;
    switch (n->op) {
    case Oslice: fprintf(out, "[%d:%d]", a->lo, a->hi); break;
    case Opad: fprintf(out, " (%d before, %d after)", a->lo, a->hi); break;
    case Oonehot: fprintf(out, " (%d classes)", a->hi); break;
    case Odelay: case Oedge: case Oplace: fprintf(out, " (%+d)", -a->k); break;
    case Ocontract:
        fprintf(out, " (%s,%s->%s%s%s)", a->lx, a->lw, a->lo_, a->drop & DROP_T ? ", over time" : "",
                a->drop & DROP_B ? ", over the batch" : "");
        break;
    case Osum:
        fprintf(out, " (%s%s", a->drop & DROP_T ? "time " : "", a->drop & DROP_B ? "batch " : "");
        for (int i = 0; i < MAX_RANK; i++)
            if (a->dims >> i & 1)
                fprintf(out, "dim%d ", i);
        fputs(")", out);
        break;
    default: break;
    }
}

void dump(Graph *g, FILE *out)
{
    Arena *mem = arena_new();
    Order order = topo_roots(mem, g);
    int *number = alloc(mem, ((size_t)g->n + 1) * sizeof *number);
    for (int i = 0; i < order.n; i++)
        number[order.node[i]->id] = i + 1;
    for (int i = 0; i < order.n; i++) {
        const Node *n = order.node[i];
        fprintf(out, "t%-4d = ", i + 1);
        if (n->op == Oconst)
            fprintf(out, "%.9g", n->attr.value);
        else if (n->op == Oparam || n->op == Oinput)
            fprintf(out, "%s \"%s\"", op_info[n->op].name, n->attr.leaf->name);
        else
            fputs(op_info[n->op].name, out);
        for (int j = 0; j < n->nargs; j++)
            fprintf(out, "%s t%d", j ? "," : "", number[n->args[j]->id]);
        put_attr(out, n);
        fprintf(out, "  : %s", type_text(mem, n->type));
        if (n->name && n->op != Oparam && n->op != Oinput)
            fprintf(out, "  '%s'", n->name);
        if (n->loc.file)
            fprintf(out, "  -- %s%s:%d", n->adjoint ? "d of " : "", n->loc.file, n->loc.line);
        fputc('\n', out);
    }
    static const char *const kind[] = { "output", "loss", "final", "gradient" };
    for (int i = 0; i < g->roots; i++)
        fprintf(out, "%s %s = t%d\n", kind[g->root[i].kind], g->root[i].name ? g->root[i].name : "",
                number[g->root[i].node->id]);
    arena_free(mem);
}
