/* rt_parts.h -- several rows with weights that are packed by units (rt_pack_units), as rt_matvec_packed adds up one: what a block
 * of steps multiplies at once where one step reads the weights unit by unit. Takes arrays, gives arrays; blocks as in rt_vector.h.
 */
#ifndef RT_PARTS_H
#define RT_PARTS_H

#include "rt_matvec.h"

/* ---- rt_parts_tile: rows by columns from the n-th of a panel packed by units (rt_product_parts) ---- */
RT_INLINE void rt_parts_tile(const int rows, const int columns, const ptrdiff_t n, const ptrdiff_t unit, const ptrdiff_t inner,
                             const ptrdiff_t K, const real *a, const ptrdiff_t am, const ptrdiff_t ak, const real *b,
                             const ptrdiff_t bk, real *c, const ptrdiff_t cm, const int accumulate, const int fetch,
                             const rt_soon soon)
{
    const int vecs = columns / RT_LANES;
    rtv s[RT_TILE][RT_TILE_VECS];
    int i, v;
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            s[i][v] = rtv_set((real)0);
    rt_tile_sums(rows, columns, 1, K, a, am, ak, b, bk, s, fetch, 0, 0, soon);
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (v = 0; v < vecs; v++) {
            const ptrdiff_t at = n + v * RT_LANES;
            real *to = c + i * cm + at / unit * inner + at % unit;
            rtv_store(to, accumulate ? rtv_load(to) + s[i][v] : s[i][v]);
        }
}

/* ---- rt_parts_stripe: all rows of these columns, chain after chain; the first tiles fetch what is read `next` ---- */
RT_INLINE void rt_parts_stripe(const rt_split s, const int columns, const ptrdiff_t n, const ptrdiff_t unit, const ptrdiff_t inner,
                               const ptrdiff_t K, const real *a, const ptrdiff_t am, const ptrdiff_t ak, const real *b,
                               const ptrdiff_t bk, real *c, const ptrdiff_t cm, const real *next, const int fetch)
{
    const ptrdiff_t part = K / RT_CHAINS;
    ptrdiff_t i, t;
    RT_ROLLED
    for (i = 0; i < RT_CHAINS; i++) {
        const ptrdiff_t size = i < RT_CHAINS - 1 ? part : K - i * part;
        RT_ROLLED
        for (t = 0; t < s.tiles; t++) {
            const ptrdiff_t m = rt_first_row(s, t);
            rt_soon soon = { b, b, c, 0, 0, 0, 0 };
            if (t * RT_LINE < columns) {
                soon.ahead = (i < RT_CHAINS - 1 ? b + part * bk : next) + t * RT_LINE;
                soon.ahead_step = bk;
            }
            if (t < s.tall)
                rt_parts_tile(s.high, columns, n, unit, inner, size, a + m * am, am, ak, b, bk, c + m * cm, cm, i > 0, fetch, soon);
            else if (s.high > 1)
                rt_parts_tile(s.high - 1, columns, n, unit, inner, size, a + m * am, am, ak, b, bk, c + m * cm, cm, i > 0, fetch, soon);
        }
        a += part * ak, b += part * bk;
    }
}

/* ---- rt_product_parts: rt_product_chains with weights packed by units: so many columns of each of `parts` even parts lie in
 * panels of their own, then as many of the next; what comes of them lies part after part, `inner` each ---- */
RT_INLINE void rt_product_parts(const ptrdiff_t M, const ptrdiff_t unit, const ptrdiff_t parts, const ptrdiff_t inner,
                                const ptrdiff_t K, const real *a, const ptrdiff_t am, const ptrdiff_t ak, const real *b, real *c,
                                const ptrdiff_t cm)
{
    const rt_split s = rt_split_rows(M);
    const ptrdiff_t all = unit * parts;
    const int stripe = RT_TILE_VECS * RT_LANES, rest = stripe > 16 ? 16 : stripe;  /* panels are multiples of 16 */
    const int fetch = parts * inner * K * (ptrdiff_t)sizeof(real) > RT_NEAR;
    ptrdiff_t m, panel, n;
    RT_ROLLED
    for (m = 0; m < inner; m += unit) {
        RT_ROLLED
        for (panel = 0; panel < all; panel += RT_WIDE) {
            const ptrdiff_t width = all - panel < RT_WIDE ? all - panel : RT_WIDE;
            const real *from = b + (m * parts + panel) * K, *after = from + width * K < b + inner * parts * K ? from + width * K : b;
            RT_ROLLED
            for (n = 0; n + stripe <= width; n += stripe)
                rt_parts_stripe(s, stripe, panel + n, unit, inner, K, a, am, ak, from + n, width, c + m, cm,
                                n + stripe < width ? from + n + stripe : after, fetch);
            if (n < width)
                rt_parts_stripe(s, rest, panel + n, unit, inner, K, a, am, ak, from + n, width, c + m, cm, after, fetch);
        }
    }
}

#endif /* RT_PARTS_H */
