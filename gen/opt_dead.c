/* opt_dead.c -- keeps what the roots need: marks through all operands, since counting references would keep
 * dead cycles.
 */
#include "graph.h"

Graph *opt_dead(Graph *g) { return rewrite(g, NULL, NULL); }
