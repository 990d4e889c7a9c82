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
bool made_of_weights(const Node *n);                    /* of parameters and constants alone: the same for all steps and examples */
bool nonnegative(const Node *n);                        /* certainly, also in the padding */
Node *concat_dim(Graph *g, int n, Node **parts, int dim);              /* over any feature dimension */
Node *slice_dim(Graph *g, Node *x, int dim, int lo, int hi);

/* opt_centre.c */
bool is_row_mean(const Node *mean, const Node *x);      /* the sum over x's last dimension, divided by its size */

/* fold_map.c */
Node *fold_map(Graph *g, Op op, int n, Node **a, Type type);

/* eval_map.c */
double map_value(Op op, double a, double b, double c);

/* ---- opt_*.c: graph -> smaller graph ------------------------------------------------------------------------------ */

Graph *opt_distribute(Graph *g);    /* a product with a concatenation is the sum of the products with its parts */
Graph *opt_moments(Graph *g);       /* sums of squares of rows, where less than a sweep over the row tells them */
Graph *opt_centre(Graph *g);        /* products less their mean are products with weights less theirs */
Graph *opt_lookup(Graph *g);        /* what follows from a row of a matrix alone is a row of a table */
Graph *opt_certain(Graph *g);       /* random values become what they are outside of training */
Graph *opt_dead(Graph *g);          /* keeps what the roots need */
Graph *opt_masks(Graph *g);         /* drops masks over what is 0 past the length anyway */
Graph *opt_pack(Graph *g);          /* one product where several share an operand, within one component */
Graph *opt_stream(Graph *g, Purpose purpose, const char **why);   /* one step of an axis; or (begin) what comes before it, or NULL */
Graph *opt_block(Graph *step, int steps, Node ***source);         /* so many steps at once; by new id: the node of the step */
Graph *opt_lower(Graph *g);         /* softmax as reductions and maps */
Graph *opt_factor(Graph *g);        /* what is the same along a row is worked with once a row */
Graph *opt_late(Graph *g);          /* sums and products take what is known last at last */
Graph *opt_split(Graph *g);         /* a slice of a map is the map of slices */
Graph *opt_flow(Graph *g);          /* of a loss over all steps only what the last step of each example adds */
int flow_states(Graph *g, Node **value, const char **name, int most);   /* recurrences the description names: h.next */

#endif
