/* eval_map.c -- the value of a map in double precision, compiled from the very text of ops.h that generated
 * code contains.
 */
#define RT_DOUBLE
#define RT_SCALAR
#include "rt_math.h"

#include "graph.h"

double map_value(Op op, double a, double b, double c)
{
    (void)a, (void)b, (void)c;
    switch (op) {
#define OP(name, in, type, vjp, kind, ...) case O##name: return __VA_ARGS__;
#include "ops.h"
#undef OP
    default:
        return 0;
    }
}
