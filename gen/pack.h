/* pack.h -- weights packed at generation time, by the same code that packs them in a trainer. */
#ifndef PACK_H
#define PACK_H

#include "plan.h"

void pack_values(const Pack *q, const double *from, double *to);     /* from: the view's first element */

#endif
