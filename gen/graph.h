/* graph.h -- what graph.c, type.c, fold.c, check.c, derive.c, eval.c and the passes say to each other only. */
#ifndef GRAPH_H
#define GRAPH_H

#include "rnnc.h"

/* type.c */
Type type_of(Graph *g, Op op, int nargs, Node *const *args, const Attr *attr);   /* err()s at g->loc */
bool broadcast_shape(Shape a, Shape b, Shape *out);     /* from the right; false: they do not fit */
bool expands(Type from, Type to);                       /* broadcasting makes `to` of `from` */
const char *shape_text(Arena *mem, Shape s);            /* "[3, 4]" */
bool ragged(const Node *n);                             /* on an axis with lengths */

/* graph.c */
void close_plain(Graph *g, Node *state, Node *next);    /* without a mask: for rewriting */
void add_init(Graph *g, Node *state, Node *init);       /* to a state without one: derive's final states */
bool is_uniform(const Node *n, double *value);          /* a constant, or one broadcast */
bool nonnegative(const Node *n);                        /* certainly, also in the padding */
Node *concat_dim(Graph *g, int n, Node **parts, int dim);              /* over any feature dimension */
Node *slice_dim(Graph *g, Node *x, int dim, int lo, int hi);

/* opt_centre.c */
bool is_row_mean(const Node *mean, const Node *x);      /* the sum over x's last dimension, divided by its size */

/* fold_map.c */
Node *fold_map(Graph *g, Op op, int n, Node **a, Type type);

/* eval_map.c */
double map_value(Op op, double a, double b, double c);

#endif
