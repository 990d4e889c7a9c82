/* verify.h -- what cmd_verify.c is made of. */
#ifndef VERIFY_H
#define VERIFY_H

#include "rnnc.h"

/* A gradient that is 0 but for rounding is held to the scale of the others: this share of the largest root mean square. */
#define VERIFY_SHARE 1e-4
double largest_gradient(Eval *e, const Graph *g);

/* Gradients of g (roots R_LOSS, R_GRAD) against central differences; the number of leaves that fail. */
int verify_derivatives(Graph *g, int batch, uint64_t seed, double rtol, bool verbose);

#endif
