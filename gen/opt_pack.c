/* opt_pack.c -- one product where several share an operand: gates that were written one by one. Only among
 * products of one component, or of none: a head packed with a recurrent product would be drawn into the loop.
 */
#include "graph.h"

#include <string.h>

typedef struct {
    int *leader;                    /* by id: the first product of its group; -1: alone */
    int *at;                        /* by id: its first column in the packed product */
    int *next;                      /* by id: the next of the group; -1: last */
    Node **packed;                  /* by leader's id, in the new graph */
    Graph *from;
} Packs;

static bool weights(const Node *n)
{
    return n->op == Oparam && n->type.shape.rank == 2;
}

/* x W with one letter of x summed, one of W kept */
static bool packs(const Node *n)
{
    const Attr *a = &n->attr;
    return n->op == Ocontract && !n->adjoint && !a->drop && weights(n->args[1]) && !weights(n->args[0]) &&
           strlen(a->lo_) == 1 && strlen(a->lx) == 1 && strchr(a->lw, a->lo_[0]) && strchr(a->lw, a->lx[0]) &&
           n->args[0]->op != Oonehot;
}

static bool together(const Components *c, const Node *a, const Node *b)
{
    bool loop_a = c->comp[c->of[a->id]].loop, loop_b = c->comp[c->of[b->id]].loop;
    return a->args[0] == b->args[0] && a->args[1] != b->args[1] && !strcmp(a->attr.lx, b->attr.lx) &&
           !strcmp(a->attr.lw, b->attr.lw) && (loop_a || loop_b ? c->of[a->id] == c->of[b->id] : true);
}

static Node *joined_weights(Rewrite *r, const Packs *p, Node *first)
{
    Node **part = NULL;
    int n = 0, cap = 0;
    for (int i = first->id; i >= 0; i = p->next[i]) {
        part = grow(r->to->mem, part, n, &cap, sizeof *part);
        part[n++] = rewritten(r, p->from->node[i]->args[1]);
    }
    return concat_dim(r->to, n, part, first->attr.lw[0] == first->attr.lo_[0] ? 0 : 1);
}

static Node *pack(Rewrite *r, Node *old)
{
    Packs *p = r->data;
    int leader = p->leader[old->id];
    if (leader < 0)
        return NULL;
    Node *first = p->from->node[leader];
    if (!p->packed[leader])
        p->packed[leader] = contract_of(r->to, rewritten(r, first->args[0]), joined_weights(r, p, first),
                                        first->attr.lx, first->attr.lw, first->attr.lo_, 0);
    return slice_of(r->to, p->packed[leader], p->at[old->id], p->at[old->id] + old->type.shape.dim[0]);
}

Graph *opt_pack(Graph *g)
{
    Arena *mem = arena_new();
    size_t n = (size_t)g->n + 1;
    Packs p = {alloc(mem, n * sizeof(int)), alloc(mem, n * sizeof(int)), alloc(mem, n * sizeof(int)),
               alloc(mem, n * sizeof(Node *)), g};
    Components c = components(mem, g);
    Order order = topo_roots(mem, g);
    for (int i = 0; i < g->n; i++)
        p.leader[i] = p.next[i] = -1;
    for (int i = 0; i < order.n; i++) {
        Node *a = order.node[i];
        if (!packs(a) || p.leader[a->id] >= 0)
            continue;
        int last = a->id, columns = a->type.shape.dim[0];
        for (int j = i + 1; j < order.n; j++) {
            Node *b = order.node[j];
            if (!packs(b) || p.leader[b->id] >= 0 || !together(&c, a, b))
                continue;
            p.leader[a->id] = p.leader[b->id] = a->id;
            p.next[last] = b->id;
            p.at[b->id] = columns;
            columns += b->type.shape.dim[0];
            last = b->id;
        }
    }
    Graph *to = rewrite(g, pack, &p);
    arena_free(mem);
    return to;
}
