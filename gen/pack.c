/* pack.c -- weights packed at generation time. The layouts are rt_product.h's, and so is the code: compiled here for doubles
 * on one lane; the layout does not depend on the width of vectors.
 */
#define RT_DOUBLE
#define RT_SCALAR
#include "rt_matvec.h"
#include "rt_rows.h"

#include "pack.h"

void pack_values(const Pack *q, const double *from, double *to)
{
    if (q->kind == PACK_PANELS)
        rt_pack(q->n, q->k, from, q->ns, q->ks, to);
    else if (q->parts)                                  /* units m, m + 1, ... of every part, then the next */
        for (int m = 0; m < q->n / q->parts; m += q->unit)
            rt_pack_units(q->unit, q->parts, q->n / q->parts, q->k, from + m * q->ns, q->ns, q->ks, to + (long)m * q->parts * q->k);
    else if (q->kind == PACK_WIDE)
        rt_pack_wide(q->n, q->k, from, q->ns, q->ks, to);
    else
        rt_copy_rows(q->k, q->n, from, q->ks, q->ns, to);
}
