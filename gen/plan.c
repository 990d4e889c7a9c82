/* plan.c -- the plan of a program, pass by pass (plan.h names them). Takes a graph that no pass will change any more. */
#include "plan.h"

#include <string.h>

bool by_arguments(const Plan *p) { return p->fixed_weights && p->purpose == FOR_STEP; }

static bool is_delayed(const Plan *p, const Node *x)    /* then its array has rows before the first step */
{
    for (int i = 0; i < p->order.n; i++)
        if (p->order.node[i]->op == Odelay && stored_base(p, p->order.node[i]->args[0]) == x)
            return true;
    return false;
}

/* Roots that are computed straight into their own array; the others are copied at the end (-2), or read by who asks (-3). */
static void own_roots(Plan *p)
{
    bool *taken = alloc(p->mem, (size_t)p->g->n);
    for (int i = 0; i < p->g->roots; i++) {
        Root *r = &p->g->root[i];
        How how = p->how[r->node->id];
        bool computed = how == BY_ROWS || how == BY_PARTS || how == BY_PRODUCT || how == BY_SCATTER;
        bool state_of_caller = r->kind == R_FINAL && p->fixed_weights && !by_arguments(p);   /* the old one may still be read */
        p->root_at[i] = computed && !taken[r->node->id] && p->home[r->node->id] != -2 && !state_of_caller ? -1 : -2;
        if (p->purpose == FOR_BLOCK && (r->kind == R_FINAL || is_delayed(p, r->node)))
            p->root_at[i] = r->kind == R_FINAL ? -3 : -2;
        if (p->root_at[i] == -1)
            taken[r->node->id] = true;
    }
}

static Plan *plan_passes(Plan *p)
{
    Graph *g = p->g;
    const Purpose purpose = p->purpose;
    const Options *o = p->o;
    p->mem = g->mem;
    p->batch = purpose & (FOR_BLOCK | FOR_STEP | FOR_SAMPLE | FOR_BEGIN | FOR_OUTPUT) ? 1 : o->batch ? o->batch : g->model->batch;
    p->keep_all = purpose == FOR_LOSS;
    int axes = 0;
    for (Axis *a = g->model->axes; a; a = a->next)
        axes++;
    p->port = alloc(p->mem, (size_t)(g->model->leaves + 1) * sizeof *p->port);
    p->length_at = alloc(p->mem, (size_t)(axes + 1) * sizeof *p->length_at);
    p->root_at = alloc(p->mem, (size_t)(g->roots + 1) * sizeof *p->root_at);
    for (int i = 0; i < g->model->leaves; i++)
        p->port[i] = -1;
    plan_order(p);
    own_roots(p);
    plan_fuse(p);
    plan_sink(p);
    plan_tape(p);
    plan_pick(p);
    plan_pair(p);
    plan_join(p);
    plan_turn(p);
    plan_cut(p);
    plan_place(p);
    if (p->work > 0x7fffffff)
        err((Loc){ g->model->file, 0 }, "the workspace would take %ld numbers, more than 2^31: a smaller batch or fewer steps", p->work);
    return p;
}

Plan *plan_program(Graph *g, Purpose purpose, bool fixed_weights, const Options *o)
{
    Plan *p = alloc(g->mem, sizeof *p);
    p->g = g, p->purpose = purpose, p->o = o, p->fixed_weights = fixed_weights;
    return plan_passes(p);
}

Plan *plan_like(Graph *g, int steps, Node **source, Plan *step)
{
    Plan *p = alloc(g->mem, sizeof *p);
    p->g = g, p->purpose = FOR_BLOCK, p->o = step->o, p->fixed_weights = true;
    p->like = step, p->steps = steps, p->source = source;
    p->pack = step->pack, p->packs = step->packs, p->packs_cap = step->packs;   /* weights lie packed once for both */
    return plan_passes(p);
}

Node *step_node(const Plan *p, Node *n)
{
    return p->source && p->source[n->id] ? p->source[n->id] : n;
}
