/* graph_kit.h -- a short notation for graphs in C, and what every model of graph_test.c is held to. */
#ifndef GRAPH_KIT_H
#define GRAPH_KIT_H

#include "graph.h"

typedef struct {
    const char *title;
    Model *m;
    Graph *g;                       /* as described: loss and outputs are its roots */
    int extra;                      /* steps of padding added to every ragged axis */
    int batch;
    uint64_t seed;
} Case;

typedef void Build(Case *c);

extern int passed, failed;
void expect(bool good, const char *title, const char *fmt, ...) PRINTF(3, 4);

/* everything: derivatives, passes, components, padding, streaming where the model can step */
void hold(const char *title, Build *build, uint64_t seed, bool steps);

/* ---- notation ---- */

Axis *axis_of(Case *c, const char *name, int steps, bool has_lengths);
Node *leaf(Case *c, Role role, const char *name, Axis *axis, bool batch, int rank, int d0, int d1);
Node *weight(Case *c, const char *name, int rows, int columns);         /* columns 0: a vector */
Node *given(Case *c, const char *name, Axis *axis, int size);
Node *ids(Case *c, const char *name, Axis *axis, int classes);          /* one-hot already */
Node *start_of(Case *c, const char *name, int rows, int size);          /* a given initial state; rows 0: one */
Node *num(Case *c, double v);
Node *add(Case *c, Node *x, Node *y);
Node *sub(Case *c, Node *x, Node *y);
Node *mul(Case *c, Node *x, Node *y);
Node *over(Case *c, Node *x, Node *y);                                  /* x / y, guarded */
Node *f(Case *c, Op op, Node *x);
Node *dot(Case *c, Node *x, Node *w);                                   /* i,oi->o */
Node *with(Case *c, Node *x, Node *y);                                  /* concatenation */
Node *part(Case *c, Node *x, int i, int n);                             /* the i-th of n equal parts */
Node *vec(Case *c, Node *x, int size);                                  /* reshape to one dimension, 0: to none */
Node *memory(Case *c, Axis *axis, int size, int k, Node *init, const char *name);
Node *total(Case *c, Node *x);                                          /* over everything that it has */
Node *peak_of(Case *c, Node *x);
Node *along_of(Case *c, Node *x, Axis *axis);
void loss_is(Case *c, Node *loss);
void output_is(Case *c, const char *name, Node *x);

#endif
