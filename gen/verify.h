/* verify.h -- what cmd_verify.c is made of. */
#ifndef VERIFY_H
#define VERIFY_H

#include "rnnc.h"

/* Gradients of g (roots R_LOSS, R_GRAD) against central differences; the number of leaves that fail. */
int verify_derivatives(Graph *g, int batch, uint64_t seed, double rtol, bool verbose);

#endif
