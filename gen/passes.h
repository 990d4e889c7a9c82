/* passes.h -- the table of passes, for the command line. */
#ifndef PASSES_H
#define PASSES_H

#include "rnnc.h"

void print_passes(FILE *out);
bool is_pass(const char *name);
const char *nearest_pass(const char *name);
Graph *reference_graph(Graph *read);        /* with all gradients, before any pass made it smaller: for the oracle */
Graph *described_gradient(Graph *read, Purpose purpose);   /* with gradients, products as the description has them */

#endif
