/* rt_product.h -- matrix products whose sizes and strides are constants where they are called: register tiles that
 * the compiler unrolls. Takes arrays, gives arrays; may use no library. C99 and C++11; blocks as in rt_vector.h.
 * How a sum over K is added up depends on the kernel and on K alone, never on M, N or the place in the result.
 */
#ifndef RT_PRODUCT_H
#define RT_PRODUCT_H

#include "rt_pack.h"

/* ---- RT_FETCH: the line at p into the second cache; RT_FETCH_NEAR: into the first ---- */
#ifdef __GNUC__
#define RT_FETCH(p) __builtin_prefetch(p, 0, 2)
#define RT_FETCH_NEAR(p) __builtin_prefetch(p, 0, 3)
#else
#define RT_FETCH(p) (void)(p)
#define RT_FETCH_NEAR(p) (void)(p)
#endif

/* ---- RT_NEAR: bytes that stay in the second cache beside others; what is larger is fetched ahead ---- */
#define RT_NEAR (512 * 1024)
#define RT_LINE ((ptrdiff_t)(64 / sizeof(real)))

/* ---- RT_TILE: rows and vectors of a register tile; RT_ROWS_AHEAD: so many rows of b ahead of its sums are fetched into the first
 * cache. Low tiles read b so often that whoever fetches by himself comes late ---- */
#define RT_ROWS_AHEAD (RT_BYTES == 64 ? 0 : 6)
#if RT_BYTES == 64
#define RT_TILE 14
#define RT_TILE_VECS 2
#elif RT_BYTES == 32
#define RT_TILE 6
#define RT_TILE_VECS 2
#elif RT_VECTORS && defined __aarch64__
#define RT_TILE 6
#define RT_TILE_VECS 4
#else
#define RT_TILE 3
#define RT_TILE_VECS 4
#endif

/* ---- RT_SHORT: sums of so few terms, of b as it is, are written out, in tiles of RT_TILE_SHORT rows where those divide M well: the end of a loop is
 * mistaken once a tile, and of six rows gcc keeps copies that find no register. RT_OPAQUE: an address that the compiler knows nothing of,
 * else it reads all of b before the loop over tiles, into the stack ---- */
#if RT_BYTES == 32
#define RT_SHORT 25
#define RT_TILE_SHORT 5
#else
#define RT_SHORT 0
#define RT_TILE_SHORT RT_TILE
#endif
#if defined __GNUC__ && RT_SHORT
#define RT_IS_SHORT(K) (__builtin_constant_p(K) && (K) <= RT_SHORT)
#define RT_OPAQUE(p) __asm__("" : "+r"(p))
#else
#define RT_IS_SHORT(K) ((void)(K), 0)
#define RT_OPAQUE(p) (void)0
#endif

/* ---- rt_lanes_of: how many lanes of vector v lie within the columns ---- */
RT_INLINE int rt_lanes_of(const int columns, const int v)
{
    const int n = columns - v * RT_LANES;
    return n < 0 ? 0 : n < RT_LANES ? n : RT_LANES;
}

/* ---- rt_soon: what a tile does for those after it, so that they need not wait. For each k it fetches a line at `ahead`
 * and lays what is at `from` at `side`, each a step further every time; and it claims the rows of the next tile, at `to` ---- */
typedef struct { const real *ahead, *from, *to; real *side; ptrdiff_t ahead_step, from_step, side_step; } rt_soon;
RT_INLINE rt_soon rt_sooner(rt_soon s, const ptrdiff_t k)
{
    s.ahead += k * s.ahead_step, s.from += k * s.from_step;
    if (s.side_step)                    /* else it may be no address at all, to which C lets nobody add even 0 */
        s.side += k * s.side_step;
    return s;
}

/* ---- rt_side: `rows` of a for one k, side by side ---- */
#define RT_SIDE ((RT_TILE + RT_LANES - 1) / RT_LANES * RT_LANES)
RT_INLINE void rt_side(const int rows, const real *a, real *side)
{
    int i;
    RT_UNROLL
    for (i = 0; i < rows; i += RT_LANES)
        rtv_store(side + i, rows - i < RT_LANES ? rtv_load_n(a + i, rows - i) : rtv_load(a + i));
}

/* ---- rt_tile_load: vector v of a row of b ---- */
RT_INLINE rtv rt_tile_load(const int columns, const int padded, const real *b, const int v)
{
    const int n = rt_lanes_of(columns, v);
    return padded || n == RT_LANES ? rtv_load(b + v * RT_LANES) : rtv_load_n(b + v * RT_LANES, n);
}

/* ---- rt_tile_sums: K terms more to the sums of a tile; whole vectors of b are read if it is padded ---- */
RT_INLINE void rt_tile_term(const int rows, const int columns, const int padded, const ptrdiff_t k, const real *a,
                            const ptrdiff_t am, const ptrdiff_t ak, const real *b, const ptrdiff_t bk,
                            rtv (*s)[RT_TILE_VECS], const int fetch, const int lay, const rt_soon soon)
{
    const int vecs = (columns + RT_LANES - 1) / RT_LANES;
    rtv x[RT_TILE_VECS];
    int i, v;
    x[0] = rt_tile_load(columns, padded, b + k * bk, 0);    /* no loop: Clang takes it for a copy into memory */
    if (vecs > 1)
        x[1] = rt_tile_load(columns, padded, b + k * bk, 1);
#if RT_TILE_VECS > 2
    if (vecs > 2)
        x[2] = rt_tile_load(columns, padded, b + k * bk, 2);
    if (vecs > 3)
        x[3] = rt_tile_load(columns, padded, b + k * bk, 3);
#endif
    RT_UNROLL
    for (i = 0; i < rows; i++) {
        const rtv y = rtv_set(a[i * am + k * ak]);
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            s[i][v] = rtv_fma(y, x[v], s[i][v]);
    }
    if (fetch) {
        RT_FETCH(soon.ahead + k * soon.ahead_step);
        if (RT_ROWS_AHEAD && !padded)
            RT_FETCH_NEAR(b + (k + RT_ROWS_AHEAD) * bk);
    }
    if (lay)
        rt_side(lay, soon.from + k * soon.from_step, soon.side + k * soon.side_step);
}
RT_INLINE void rt_tile_sums(const int rows, const int columns, const int padded, const ptrdiff_t K, const real *a,
                            const ptrdiff_t am, const ptrdiff_t ak, const real *b, const ptrdiff_t bk,
                            rtv (*s)[RT_TILE_VECS], const int fetch, const int lay, const int claim, const rt_soon soon)
{
    ptrdiff_t k;
    if (RT_IS_SHORT(K) && !padded && !claim) {
        RT_OPAQUE(b);
        RT_UNROLL
        for (k = 0; k < K; k++)
            rt_tile_term(rows, columns, padded, k, a, am, ak, b, bk, s, fetch, lay, soon);
        return;
    }
    RT_ROLLED
    for (k = 0; k < K; k++)
        rt_tile_term(rows, columns, padded, k, a, am, ak, b, bk, s, fetch, lay, soon);
}

/* ---- rt_tile: `rows` by `columns` of c (=|+=) a b ---- */
RT_INLINE void rt_tile(const int rows, const int columns, const int padded, const ptrdiff_t K, const real *a,
                       const ptrdiff_t am, const ptrdiff_t ak, const real *b, const ptrdiff_t bk, real *c,
                       const ptrdiff_t cm, const int accumulate, const int fetch, const int lay, const int claim,
                       const rt_soon soon)
{
    const int vecs = (columns + RT_LANES - 1) / RT_LANES;
    const ptrdiff_t part = claim ? K / RT_TILE : 0, last = part * rows;
    rtv s[RT_TILE][RT_TILE_VECS];
    int i, v;
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            s[i][v] = rtv_set((real)0);
    if (claim) {                                        /* a row at a time: all at once would fill the queue of misses */
        RT_ROLLED
        for (i = 0; i < rows; i++) {
            const ptrdiff_t k = i * part;
            RT_UNROLL
            for (v = 0; v < columns; v += (int)RT_LINE)
                RT_CLAIM(soon.to + i * cm + v);
            rt_tile_sums(rows, columns, padded, part, a + k * ak, am, ak, b + k * bk, bk, s, fetch, lay, claim, rt_sooner(soon, k));
        }
    }
    rt_tile_sums(rows, columns, padded, K - last, a + last * ak, am, ak, b + last * bk, bk, s, fetch, lay, claim, rt_sooner(soon, last));
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (v = 0; v < vecs; v++) {
            real *to = c + i * cm + v * RT_LANES;
            const int n = rt_lanes_of(columns, v);
            if (n == RT_LANES)
                rtv_store(to, accumulate ? rtv_load(to) + s[i][v] : s[i][v]);
            else
                rtv_store_n(to, accumulate ? rtv_load_n(to, n) + s[i][v] : s[i][v], n);
        }
}

/* ---- rt_split_rows: M rows in tiles of almost the same height: 50 into 13, 13, 12, 12 ---- */
typedef struct { ptrdiff_t tiles, tall; int high; } rt_split;   /* `tall` tiles have `high` rows, others one less */
RT_INLINE rt_split rt_split_rows_by(const ptrdiff_t M, const int most)
{
    rt_split s;
    s.tiles = (M + most - 1) / most;
    s.high = (int)((M + s.tiles - 1) / s.tiles);
    s.tall = M - s.tiles * (s.high - 1);
    return s;
}
RT_INLINE rt_split rt_split_rows(const ptrdiff_t M) { return rt_split_rows_by(M, RT_TILE); }
RT_INLINE rt_split rt_split_rows_short(const ptrdiff_t M, const ptrdiff_t K)
{
    const ptrdiff_t tiles = (M + RT_TILE_SHORT - 1) / RT_TILE_SHORT, lower = tiles * RT_TILE_SHORT - M;
    return rt_split_rows_by(M, RT_IS_SHORT(K) && 4 * lower <= tiles ? RT_TILE_SHORT : RT_TILE);
}
RT_INLINE ptrdiff_t rt_first_row(const rt_split s, const ptrdiff_t tile)
{
    return tile < s.tall ? tile * s.high : s.tall + tile * (s.high - 1);
}

/* ---- rt_tiles: a stripe of columns of c, from one tile to another; the first of them fetch the panel at `next` ---- */
RT_INLINE void rt_tiles(const rt_split s, const ptrdiff_t from, const ptrdiff_t to, const int columns,
                        const int padded, const ptrdiff_t K, const real *a, const ptrdiff_t am, const ptrdiff_t ak,
                        const real *b, const ptrdiff_t bk, real *c, const ptrdiff_t cm, const int accumulate,
                        const int fetch, const int claim, const real *next)
{
    const int low = s.high - 1, lines = (int)(RT_PANEL / RT_LINE);
    ptrdiff_t t;
    RT_ROLLED
    for (t = from; t < to; t++) {
        const ptrdiff_t m = rt_first_row(s, t), after = t + 1 < to ? rt_first_row(s, t + 1) : m;
        rt_soon soon = { b, b, c + after * cm, 0, 0, 0, 0 };
        if (t - from < lines)
            soon.ahead = next + (t - from) * K * RT_LINE, soon.ahead_step = RT_LINE;
        if (t < s.tall)
            rt_tile(s.high, columns, padded, K, a + m * am, am, ak, b, bk, c + m * cm, cm, accumulate, fetch, 0, claim, soon);
        else if (low)
            rt_tile(low, columns, padded, K, a + m * am, am, ak, b, bk, c + m * cm, cm, accumulate, fetch, 0, claim, soon);
    }
}

/* ---- rt_stripes: all columns of c, from one tile to another, a stripe after the other ---- */
RT_INLINE void rt_stripes(const rt_split s, const ptrdiff_t from, const ptrdiff_t to, const ptrdiff_t N,
                          const int padded, const ptrdiff_t K, const real *a, const ptrdiff_t am,
                          const ptrdiff_t ak, const real *b, const ptrdiff_t bk, real *c, const ptrdiff_t cm,
                          const int accumulate, const int fetch, const int claim, const real *next)
{
    const int stripe = RT_TILE_VECS * RT_LANES, rest = (int)(N % stripe);
    ptrdiff_t n = 0;
    RT_ROLLED
    for (; n < N - rest; n += stripe)
        rt_tiles(s, from, to, stripe, padded, K, a, am, ak, b + n, bk, c + n, cm, accumulate, fetch, claim, next);
    if (rest)
        rt_tiles(s, from, to, rest, padded, K, a, am, ak, b + n, bk, c + n, cm, accumulate, fetch, claim, next);
}

/* ---- rt_product_packed: c[m cm + n] (=|+=) sum over k of a[m am + k ak] B(k, n), B packed by rt_pack ---- */
#define RT_GROUP (512 * 1024)               /* bytes of a that stay in the cache while all of b passes */
RT_INLINE void rt_product_packed(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t K, const real *a,
                                 const ptrdiff_t am, const ptrdiff_t ak, const real *b, real *c, const ptrdiff_t cm,
                                 const int accumulate)
{
    const rt_split s = rt_split_rows(M);
    const ptrdiff_t rest = N % RT_PANEL, row = K * (ptrdiff_t)sizeof(real);
    const ptrdiff_t group = M * row <= 2 * RT_GROUP ? s.tiles : RT_GROUP / (row * RT_TILE) + 1;
    const int fetch = N * row > 2 * RT_NEAR && s.tiles > 1;
    const int claim = M * N * (ptrdiff_t)sizeof(real) > RT_NEAR && K >= 4 * RT_TILE;
    ptrdiff_t n, from;
    RT_ROLLED
    for (from = 0; from < s.tiles; from += group) {
        const ptrdiff_t to = s.tiles - from < group ? s.tiles : from + group;
        RT_ROLLED
        for (n = 0; n < N - rest; n += RT_PANEL)
            rt_stripes(s, from, to, RT_PANEL, 1, K, a, am, ak, b + n * K, RT_PANEL, c + n, cm, accumulate, fetch, claim,
                       n + 2 * RT_PANEL <= N ? b + (n + RT_PANEL) * K : b);
        if (rest)
            rt_stripes(s, from, to, rest, 1, K, a, am, ak, b + n * K, rest > 16 ? 32 : 16, c + n, cm, accumulate, 0, claim, b);
    }
}

/* ---- rt_gathered: all columns of one tile, whose rows of a lie side by side for each k. Those of the tile after it are
 * fetched with the first columns and laid side by side, into `other`, with the last; the first tiles fetch what is `below` b.
 * panels: b is packed, all panels whole ---- */
RT_INLINE void rt_gathered(const int rows, const ptrdiff_t N, const ptrdiff_t K, const real *side, real *other, const int lay,
                           const real *next, const real *ahead, const ptrdiff_t ak, const real *b, const ptrdiff_t bk, const int panels,
                           const real *below, real *c, const ptrdiff_t cm, const int accumulate, const int claim,
                           const ptrdiff_t t)
{
    const int stripe = RT_TILE_VECS * RT_LANES, rest = (int)((N - 1) % stripe + 1);
    const ptrdiff_t last = N - rest, row = panels ? RT_PANEL : bk;
    ptrdiff_t n, line = t * (last / stripe) * RT_LINE;          /* of those below */
    rt_soon laid = { side, next, c + last, other, 0, ak, RT_SIDE };
    RT_ROLLED
    for (n = 0; n < last; n += stripe) {
        const real *here = panels ? b + n / RT_PANEL * RT_PANEL * K + n % RT_PANEL : b + n;
        rt_soon soon = { ahead, side, c + n + stripe, other, ak, 0, 0 };
        if (n + stripe < last && line < N)
            soon.ahead = below + line, soon.ahead_step = bk, line += RT_LINE;
        rt_tile(rows, stripe, 0, K, side, 1, RT_SIDE, here, row, c + n, cm, accumulate, 1, 0, claim, soon);
    }
    b += panels ? last / RT_PANEL * RT_PANEL * K + last % RT_PANEL : last;
    laid.ahead = line < N ? below + line : side, laid.ahead_step = line < N ? bk : 0;
    rt_tile(rows, rest, 0, K, side, 1, RT_SIDE, b, row, c + last, cm, accumulate, 1, lay, claim, laid);
}

/* ---- rt_rows_block: a block of K of rt_product_rows, where a lies the other way: it would cost a line for each tile and k.
 * Many rows are worth packing b ---- */
#if RT_BYTES == 64
#define RT_BLOCK 128
#else                                       /* what a low tile reads again lies in 32 KB */
#define RT_BLOCK 80
#endif
#define RT_BROAD ((ptrdiff_t)(2048 / sizeof(real)))
RT_INLINE void rt_rows_block(const rt_split s, const ptrdiff_t N, const ptrdiff_t K, const real *a, const ptrdiff_t ak,
                             const real *b, const ptrdiff_t bk, real *c, const ptrdiff_t cm, const int accumulate,
                             const int claim, real *panels, const int pack)
{
    RT_ALIGNED real side[2][RT_BLOCK * RT_SIDE];
    const int low = s.high - 1;
    const ptrdiff_t lower = s.tiles - s.tall;
    const real *from = pack ? panels : b, *below = b + K * bk;
    ptrdiff_t t, i;
    if (pack)
        rt_pack(N, K, b, 1, bk, panels);
    RT_ROLLED
    for (i = 0; i < K; i++)
        rt_side(s.high, a + i * ak, side[0] + i * RT_SIDE);
    RT_ROLLED
    for (t = 0; t < s.tiles; t++) {                     /* the low ones first, so that as much as a tall one can be read */
        const ptrdiff_t m = t < lower ? t * low : t * s.high - lower;
        const real *next = a + (t + 1 == s.tiles ? m : m + (t < lower ? low : s.high));
        const real *ahead = t + 1 == s.tiles ? a + K * ak : next + s.high - 1;   /* or the next block's first */
        real *now = side[t % 2], *other = side[1 - t % 2];
        if (t >= lower)
            rt_gathered(s.high, N, K, now, other, s.high, next, ahead, ak, from, bk, pack, below, c + m * cm, cm, accumulate, claim, t);
        else if (low)
            rt_gathered(low, N, K, now, other, s.high, next, ahead, ak, from, bk, pack, below, c + m * cm, cm, accumulate, claim, t);
    }
}

/* ---- rt_narrow: a few columns of c where a lies the other way: vectors run down the rows, which are turned at the end, since
 * across them most lanes would be empty; each sum as in a tile ---- */
#if RT_BYTES == 64 && !defined RT_DOUBLE
#define RT_NARROW 4
#define RT_NARROW_ROWS (4 * RT_LANES)
RT_INLINE void rt_narrow_tile(const int rows, const int columns, const ptrdiff_t K, const real *a, const ptrdiff_t ak, const real *b, const ptrdiff_t bk, real *c, const ptrdiff_t cm)
{
    const int vecs = (rows + RT_LANES - 1) / RT_LANES, fours = columns == 4 ? rows / 4 * 4 : 0;
    RT_ALIGNED real sum[RT_NARROW][RT_NARROW_ROWS];
    rtv s[RT_NARROW][4], x[4];
    ptrdiff_t k;
    int i, j, v;
    RT_UNROLL
    for (j = 0; j < columns; j++)
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            s[j][v] = rtv_set((real)0);
    RT_ROLLED
    for (k = 0; k < K; k++) {
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            x[v] = rtv_load_n(a + k * ak + v * RT_LANES, rt_lanes_of(rows, v));
        RT_UNROLL
        for (j = 0; j < columns; j++) {
            const rtv y = rtv_set(b[k * bk + j]);
            RT_UNROLL
            for (v = 0; v < vecs; v++)
                s[j][v] = rtv_fma(x[v], y, s[j][v]);
        }
    }
    RT_UNROLL
    for (j = 0; j < columns; j++)
        RT_UNROLL
        for (v = 0; v < vecs; v++)
            rtv_store(sum[j] + v * RT_LANES, s[j][v]);
    RT_ROLLED
    for (i = 0; i < fours; i += 4)
        rt_turn4(sum[0] + i, RT_NARROW_ROWS, c + i * cm, cm);
    for (i = fours; i < rows && i < RT_NARROW_ROWS; i++)
        for (j = 0; j < columns; j++)
            c[i * cm + j] = sum[j][i];
}
RT_INLINE void rt_narrow(const ptrdiff_t M, const int columns, const ptrdiff_t K, const real *a, const ptrdiff_t ak, const real *b,
                         const ptrdiff_t bk, real *c, const ptrdiff_t cm)
{
    const ptrdiff_t rest = M % RT_NARROW_ROWS;
    ptrdiff_t m = 0;
    RT_ROLLED
    for (; m < M - rest; m += RT_NARROW_ROWS)
        rt_narrow_tile(RT_NARROW_ROWS, columns, K, a + m, ak, b, bk, c + m * cm, cm);
    if (rest)
        rt_narrow_tile((int)rest, columns, K, a + m, ak, b, bk, c + m * cm, cm);
}
#else
#define RT_NARROW 0
#define rt_narrow(M, columns, K, a, ak, b, bk, c, cm) (void)0
#endif

/* ---- rt_product_rows: the same with B(k, n) = b[k bk + n]; K in even blocks that stay in the cache ---- */
RT_INLINE void rt_product_rows(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t K, const real *a,
                               const ptrdiff_t am, const ptrdiff_t ak, const real *b, const ptrdiff_t bk, real *c,
                               const ptrdiff_t cm, const int accumulate)
{
    const rt_split s = rt_split_rows_short(M, K);
    const ptrdiff_t blocks = K > RT_BLOCK ? (K + RT_BLOCK - 1) / RT_BLOCK : 1, size = (K + blocks - 1) / blocks;
    const int gather = am == 1 && M >= 4 && K >= 64 && N >= 2 * RT_TILE_VECS * RT_LANES;
    const int pack = gather && M >= 128 && N >= (RT_BYTES == 64 ? RT_BROAD / 2 : 128) && N % RT_PANEL == 0 && K >= 4 * RT_BLOCK;
    const int claim = M * N * (ptrdiff_t)sizeof(real) > RT_NEAR && size >= 4 * RT_TILE;
    const int last = (int)(N % (RT_TILE_VECS * RT_LANES)), narrow = am == 1 && !gather && blocks == 1 && !accumulate && M >= 32 && last <= RT_NARROW ? last : 0;
    ptrdiff_t k, n;
    if (pack) {
        RT_ALIGNED real panels[RT_BLOCK * RT_BROAD];
        const ptrdiff_t broad = N % RT_BROAD;
        for (n = 0; n < N - broad; n += RT_BROAD)
            for (k = 0; k < K; k += size)
                rt_rows_block(s, RT_BROAD, K - k < size ? K - k : size, a + k * ak, ak, b + k * bk + n, bk, c + n, cm,
                              accumulate || k > 0, claim, panels, 1);
        for (k = 0; broad && k < K; k += size)
            rt_rows_block(s, broad, K - k < size ? K - k : size, a + k * ak, ak, b + k * bk + n, bk, c + n, cm,
                          accumulate || k > 0, claim, panels, 1);
    } else if (narrow) {
        rt_stripes(s, 0, s.tiles, N - narrow, 0, K, a, am, ak, b, bk, c, cm, 0, 0, claim, b);
        rt_narrow(M, narrow, K, a, ak, b + (N - narrow), bk, c + (N - narrow), cm);
    } else if (blocks == 1 && !gather)
        rt_stripes(s, 0, s.tiles, N, 0, K, a, am, ak, b, bk, c, cm, accumulate, 0, claim, b);
    else {
        RT_ROLLED
        for (k = 0; k < K; k += size) {
            const ptrdiff_t here = K - k < size ? K - k : size;
            const int more = accumulate || k > 0;
            if (gather)
                rt_rows_block(s, N, here, a + k * ak, ak, b + k * bk, bk, c, cm, more, claim, (real *)0, 0);
            else
                rt_stripes(s, 0, s.tiles, N, 0, here, a + k * ak, am, ak, b + k * bk, bk, c, cm, more, 0, claim, b);
        }
    }
}

/* ---- rt_product_any: plain loops, any strides ---- */
RT_INLINE void rt_product_any(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t K, const real *a,
                              const ptrdiff_t am, const ptrdiff_t ak, const real *b, const ptrdiff_t bk,
                              const ptrdiff_t bn, real *c, const ptrdiff_t cm, const ptrdiff_t cn,
                              const int accumulate)
{
    ptrdiff_t m, n, k;
    for (m = 0; m < M; m++)
        for (n = 0; n < N; n++) {
            real sum = (real)0;
            for (k = 0; k < K; k++)
                sum += a[m * am + k * ak] * b[k * bk + n * bn];
            c[m * cm + n * cn] = accumulate ? c[m * cm + n * cn] + sum : sum;
        }
}

#endif /* RT_PRODUCT_H */
