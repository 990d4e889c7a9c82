/* rest.h -- the state to which a step leads on inputs of 0 (rest.c). */
#ifndef REST_H
#define REST_H

#include "graph.h"

/* By Leaf.index: of each state one row, that of all rows of a ring. parameter: by Leaf.index. */
double **rest_of(Graph *step, double **parameter, Loc loc);

#endif
