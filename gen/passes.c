/* passes.c -- the table of passes and its driver: from a graph as read to one that can be planned. The table is executed:
 * a row is run if the program's purpose is among its own; invariants are checked after each, outputs before and after
 * compared with --verify-passes, the graph printed after the one that -d names.
 */
#include "passes.h"
#include "graph.h"

#include <string.h>

enum { DERIVED = FOR_GRADIENT | FOR_SENSITIVITY | FOR_FLOW, STREAM = FOR_STEP | FOR_SAMPLE | FOR_BEGIN,
       KNOWN = FOR_LOSS | STREAM | FOR_OUTPUT | FOR_FLOW, ALL = KNOWN | DERIVED,
       TRAIN = FOR_LOSS | DERIVED, CONSTANT = FOR_STEP | FOR_OUTPUT };      /* CONSTANT: the weights are, too */

static Graph *keep_roots(Graph *g, Purpose purpose)
{
    Graph *to = rewrite(g, NULL, NULL);
    int n = 0;
    for (int i = 0; i < to->roots; i++) {
        RootKind k = to->root[i].kind;
        bool predicts = purpose & (FOR_OUTPUT | STREAM);
        bool keep = k == R_OUTPUT ? purpose != FOR_GRADIENT && purpose != FOR_FLOW : !predicts;
        if (keep)
            to->root[n++] = to->root[i];
    }
    to->roots = n;
    return to;
}

static Graph *add_gradients(Graph *g, Purpose purpose)
{
    Graph *to = rewrite(g, NULL, NULL);
    Leaf **wrt = alloc(g->mem, (size_t)(g->model->leaves + 1) * sizeof *wrt);
    int n = 0;
    for (int i = 0; i < g->model->leaves; i++) {
        Leaf *l = g->model->leaf[i];
        if (l->role == PARAM || (purpose == FOR_SENSITIVITY && !l->classes && (l->role == INPUT || l->role == STATE) && !l->streamed))
            wrt[n++] = l;
    }
    for (int i = 0; i < to->roots; i++)
        if (to->root[i].kind == R_LOSS) {
            derive(to, to->root[i].node, wrt, n);
            return to;
        }
    err((Loc){ g->model->file, 0 }, "the description has no loss to derive");
}

static Graph *add_flow(Graph *g)
{
    Graph *to = rewrite(g, NULL, NULL);
    Node **value = alloc(g->mem, (size_t)(g->model->states + 1) * sizeof *value);
    const char **name = alloc(g->mem, (size_t)(g->model->states + 1) * sizeof *name);
    int n = flow_states(to, value, name, g->model->states);
    for (int i = 0; i < to->roots; i++)
        if (to->root[i].kind == R_LOSS) {
            derive_at(to, to->root[i].node, value, name, n);
            break;
        }
    return to;
}

typedef struct {
    const char *name;
    Graph *(*pass)(Graph *g);
    int purposes;
    const char *about;
} Pass;

static const Pass table[] = {
    { "read",       NULL,           ALL,        "run the description, build the graph" },
    { "roots",      NULL,           ALL,        "keep what the program is for: loss, outputs, final states" },
    { "certain",    opt_certain,    KNOWN,      "random values become what they are outside of training" },
    { "stream",     NULL,           STREAM,     "one step of the axis: delays become states; what comes before the first step" },
    { "last step",  NULL,           FOR_FLOW,   "of a loss over all steps what the last one adds: how far back it reaches" },
    { "distribute", opt_distribute, ALL,        "a product with a concatenation is the sum of the products with its parts" },
    { "centre",     opt_centre,     CONSTANT | TRAIN, "products less their mean along a row are products with weights less theirs" },
    { "lookup",     opt_lookup,     TRAIN,      "what follows from a row of a matrix alone is a row of a table, where classes are few" },
    { "derive",     NULL,           DERIVED,    "add adjoints; delays turn round, which is backpropagation through time" },
    { "dead",       opt_dead,       ALL,        "drop what no root needs" },
    { "masks",      opt_masks,      ALL,        "drop masks over what is 0 past the length anyway" },
    { "pack",       opt_pack,       ALL,        "one product where several share an operand" },
    { "lower",      opt_lower,      ALL,        "softmax as reductions and maps, so that they fuse" },
    { "moments",    opt_moments,    CONSTANT,   "sums of squares of a row: with those about its mean in one sweep, or without any" },
    { "factor",     opt_factor,     ALL,        "what is the same along a row leaves its sums, and divides it as a reciprocal" },
    { "late",       opt_late,       CONSTANT,   "sums and products take weights first, and last what is known last" },
    { "split",      opt_split,      ALL,        "slices of maps as maps of slices, so that gates fuse" },
    { "late again", opt_late,       CONSTANT,   "the same of what the slices became" },
    { "dead again", opt_dead,       ALL,        "drop what the passes left over" },
};

/* what the planner does next; listed with the passes, run by plan_program() */
static const char *const planned[][2] = {
    { "order", "components become loops; what feeds one loop only is drawn into it" },
    { "fuse",  "kernels over the same rows, in an order" },
    { "sink",  "what only a later kernel of a loop uses moves there" },
    { "tape",  "what is stored, for which steps; what is computed again" },
    { "pick",  "a kernel for each product, by shape" },
    { "join",  "in one step, products inside the kernel that alone reads them" },
    { "place", "lifetimes become offsets in one workspace" },
    { "emit",  "spell it as C" },
};

static const char *purposes_text(int p)
{
    return p == ALL ? "all" : p == DERIVED ? "gradients" : p == STREAM ? "one step" : p == FOR_FLOW ? "seeing"
         : p == KNOWN ? "forward" : "some";
}

void print_passes(FILE *out)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        fprintf(out, "%-11s %-10s %s\n", table[i].name, purposes_text(table[i].purposes), table[i].about);
    for (size_t i = 0; i < sizeof planned / sizeof *planned; i++)
        fprintf(out, "%-11s %-10s %s\n", planned[i][0], "all", planned[i][1]);
}

bool is_pass(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].name, name))
            return true;
    return false;
}

const char *nearest_pass(const char *name)
{
    const char *names[sizeof table / sizeof *table];
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        names[i] = table[i].name;
    return nearest(name, names, (int)(sizeof table / sizeof *table));
}

Graph *reference_graph(Graph *read)
{
    return add_gradients(keep_roots(read, FOR_SENSITIVITY), FOR_SENSITIVITY);
}

Graph *described_gradient(Graph *read, Purpose purpose)
{
    return opt_dead(add_gradients(opt_distribute(keep_roots(read, purpose)), purpose));
}

Graph *run_passes(Graph *read, Purpose purpose, const Options *o, const char **why)
{
    Graph *g = read;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const Pass *p = &table[i];
        Graph *before = g;
        if (!(p->purposes & (int)purpose))
            continue;
        bool same = p->pass && p->pass != opt_certain;  /* same roots with the same values */
        if (p->pass)
            g = p->pass(g);
        else if (!strcmp(p->name, "roots"))
            g = keep_roots(g, purpose);
        else if (!strcmp(p->name, "derive"))
            g = purpose == FOR_FLOW ? add_flow(g) : add_gradients(g, purpose);
        else if (!strcmp(p->name, "last step"))
            g = opt_flow(g);
        else if (!strcmp(p->name, "stream"))
            g = opt_stream(g, purpose, why);
        if (!g)
            return NULL;
        if (o->check)
            check(g, p->name);
        if (o->verify_passes && same)
            verify_pass(before, g, p->name);
        if (o->dump_after && !strcmp(o->dump_after, p->name))
            dump(g, stdout);
    }
    return g;
}
