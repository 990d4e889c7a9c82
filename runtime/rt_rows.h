/* rt_rows.h -- small pieces of generated code beside rt_math.h and rt_product.h. Blocks as there: pasted where used. */
#ifndef RT_ROWS_H
#define RT_ROWS_H

#include "rt_math.h"
#include "rt_matvec.h"

/* ---- rt_clear: zeros; without a library not even memset, which compilers would see in a plain loop ---- */
RT_INLINE void rt_clear(void *p, size_t bytes)
{
#ifdef RT_FREESTANDING
    volatile unsigned char *c = (volatile unsigned char *)p;
    volatile uint32_t *w = (volatile uint32_t *)p;
    size_t i, words = ((uintptr_t)p & 3) ? 0 : bytes / 4;
    for (i = 0; i < words; i++)
        w[i] = 0;
    for (i = words * 4; i < bytes; i++)
        c[i] = 0;
#else
    memset(p, 0, bytes);
#endif
}

/* ---- rt_zero: n zeros ---- */
RT_INLINE void rt_zero(real *p, ptrdiff_t n) { rt_clear(p, (size_t)n * sizeof *p); }

/* ---- rt_sampled: how many of `length` steps a sampled axis has ---- */
RT_INLINE int32_t rt_sampled(int32_t length, int32_t stride, int32_t offset)
{
    const int32_t n = length - 1 - offset < 0 ? 0 : (length - 1 - offset) / stride + 1;
    return n;
}

/* ---- rt_dots_tile: rows by columns of rt_product_dots ---- */
RT_INLINE void rt_dots_tile(const int rows, const int columns, const ptrdiff_t K, const real *a, const ptrdiff_t am, const real *b,
                            const ptrdiff_t bn, real *c, const ptrdiff_t cm, const ptrdiff_t cn, const int accumulate)
{
    const ptrdiff_t whole = K / RT_LANES * RT_LANES;
    rtv s[4][4], y[4];
    ptrdiff_t k;
    int i, j;
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (j = 0; j < columns; j++)
            s[i][j] = rtv_set((real)0);
    RT_ROLLED
    for (k = 0; k < whole; k += RT_LANES) {
        RT_UNROLL
        for (j = 0; j < columns; j++)
            y[j] = rtv_load(b + j * bn + k);
        RT_UNROLL
        for (i = 0; i < rows; i++) {
            const rtv x = rtv_load(a + i * am + k);
            RT_UNROLL
            for (j = 0; j < columns; j++)
                s[i][j] = rtv_fma(x, y[j], s[i][j]);
        }
    }
    if (whole < K) {
        const int n = (int)(K - whole);
        RT_UNROLL
        for (i = 0; i < rows; i++) {
            const rtv x = rtv_load_n(a + i * am + whole, n);
            RT_UNROLL
            for (j = 0; j < columns; j++)
                s[i][j] = rtv_fma(x, rtv_load_n(b + j * bn + whole, n), s[i][j]);
        }
    }
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (j = 0; j < columns; j++) {
            real *to = c + i * cm + j * cn;
            const real sum = rtv_sum(s[i][j]);
            *to = accumulate ? *to + sum : sum;
        }
}

/* ---- rt_dots_rows: so many rows of rt_product_dots ---- */
RT_INLINE void rt_dots_rows(const int rows, const ptrdiff_t N, const ptrdiff_t K, const real *a, const ptrdiff_t am, const real *b,
                            const ptrdiff_t bn, real *c, const ptrdiff_t cm, const ptrdiff_t cn, const int accumulate)
{
    const ptrdiff_t tiled = N / 4 * 4;
    ptrdiff_t n;
    RT_ROLLED
    for (n = 0; n < tiled; n += 4)
        rt_dots_tile(rows, 4, K, a, am, b + n * bn, bn, c + n * cn, cm, cn, accumulate);
    RT_ROLLED
    for (; n < N; n++)
        rt_dots_tile(rows, 1, K, a, am, b + n * bn, bn, c + n * cn, cm, cn, accumulate);
}

/* ---- rt_dots_turning: one row of rt_product_dots, back from the last column at every other call: what was read last is still near ---- */
RT_INLINE void rt_dots_turning(const ptrdiff_t N, const ptrdiff_t K, const real *a, const real *b, const ptrdiff_t bn, real *c, const ptrdiff_t cn,
                               const ptrdiff_t call)
{
    const ptrdiff_t some = 32, groups = N / some, rest = N % some;
    ptrdiff_t i;
    if (rest && call % 2)
        rt_dots_rows(1, rest, K, a, 0, b + groups * some * bn, bn, c + groups * some * cn, 0, cn, 0);
    RT_ROLLED
    for (i = 0; i < groups; i++) {
        const ptrdiff_t n = (call % 2 ? groups - 1 - i : i) * some;
        rt_dots_rows(1, some, K, a, 0, b + n * bn, bn, c + n * cn, 0, cn, 0);
    }
    if (rest && call % 2 == 0)
        rt_dots_rows(1, rest, K, a, 0, b + groups * some * bn, bn, c + groups * some * cn, 0, cn, 0);
}
/* ---- rt_product_dots: c[m cm + n cn] (=|+=) sum over k of a[m am + k] b[n bn + k], each in one vector of sums ---- */
RT_INLINE void rt_product_dots(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t K, const real *a, const ptrdiff_t am, const real *b,
                               const ptrdiff_t bn, real *c, const ptrdiff_t cm, const ptrdiff_t cn, const int accumulate)
{
    const ptrdiff_t tiled = M / 4 * 4;
    ptrdiff_t m;
    RT_ROLLED
    for (m = 0; m < tiled; m += 4)
        rt_dots_rows(4, N, K, a + m * am, am, b, bn, c + m * cm, cm, cn, accumulate);
    RT_ROLLED
    for (; m < M; m++)
        rt_dots_rows(1, N, K, a + m * am, am, b, bn, c + m * cm, cm, cn, accumulate);
}

/* ---- RT_LANES_TILE: rows and columns of products whose vectors both run along what is summed ---- */
#if RT_BYTES == 64 || (RT_VECTORS && defined __aarch64__)
#define RT_LANES_ROWS 4
#define RT_LANES_COLUMNS 5
#define RT_LANES_MOST 5                     /* columns of fewer rows */
#else
#define RT_LANES_ROWS 4
#define RT_LANES_COLUMNS 2
#define RT_LANES_MOST 4
#endif
#define RT_LANES_PARTS 1024                 /* vectors of sums that stay in the nearest cache, more or less */
#define RT_LANES_BLOCK 16384                /* reals of both operands: one of them, and rows of the other, stay there too */

/* ---- RT_HELD: a vector, in a register of its own. With 16 of them gcc reads it from memory wherever it is used instead, which
 * the two ports that load do not bear ---- */
#if RT_VECTORS && RT_BYTES < 64 && defined __GNUC__ && !defined __clang__ && defined __x86_64__
#define RT_HELD(v) __asm__("" : "+x"(v))
#else
#define RT_HELD(v) (void)0
#endif

/* ---- rt_lanes_tile: part[row][column] (=|+=) a b lane by lane, over T steps of K numbers ---- */
RT_INLINE void rt_lanes_tile(const int rows, const int columns, const ptrdiff_t T, const ptrdiff_t K, const real *a,
                             const ptrdiff_t at, const ptrdiff_t am, const real *b, const ptrdiff_t bt,
                             const ptrdiff_t bn, real *part, const ptrdiff_t width, const int more)
{
    rtv s[RT_LANES_ROWS][RT_LANES_MOST], y[RT_LANES_MOST];
    ptrdiff_t t, k;
    int i, j;
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (j = 0; j < columns; j++)
            s[i][j] = more ? rtv_load(part + (i * width + j) * RT_LANES) : rtv_set((real)0);
    RT_ROLLED
    for (t = 0; t < T; t++) {
        RT_ROLLED
        for (k = 0; k < K; k += RT_LANES) {
            RT_UNROLL
            for (j = 0; j < columns; j++) {
                rtv z = rtv_load(b + t * bt + j * bn + k);
                if (rows > 1)
                    RT_HELD(z);
                y[j] = z;
            }
            RT_UNROLL
            for (i = 0; i < rows; i++) {
                rtv x = rtv_load(a + t * at + i * am + k);
                RT_HELD(x);
                RT_UNROLL
                for (j = 0; j < columns; j++)
                    s[i][j] = rtv_fma(x, y[j], s[i][j]);
            }
        }
    }
    RT_UNROLL
    for (i = 0; i < rows; i++)
        RT_UNROLL
        for (j = 0; j < columns; j++)
            rtv_store(part + (i * width + j) * RT_LANES, s[i][j]);
}

/* ---- rt_lanes_tiles: one row of tiles; the fewer its rows, the more columns they have, since an addition waits for the one before ---- */
RT_INLINE void rt_lanes_tiles(const int rows, const ptrdiff_t N, const ptrdiff_t T, const ptrdiff_t K, const real *a,
                              const ptrdiff_t at, const ptrdiff_t am, const real *b, const ptrdiff_t bt,
                              const ptrdiff_t bn, real *part, const int more)
{
    const int all = RT_LANES_ROWS * RT_LANES_COLUMNS / rows, columns = all < RT_LANES_MOST ? all : RT_LANES_MOST, rest = (int)(N % columns);
    ptrdiff_t n = 0;
    RT_ROLLED
    for (; n < N - rest; n += columns)
        rt_lanes_tile(rows, columns, T, K, a, at, am, b + n * bn, bt, bn, part + n * RT_LANES, N, more);
    if (rest)
        rt_lanes_tile(rows, rest, T, K, a, at, am, b + n * bn, bt, bn, part + n * RT_LANES, N, more);
}

/* ---- rt_lanes_sums: elements i, i + 1, .. of rows of N in c (=|+=) the sums of n vectors, which lie `every` apart ---- */
RT_INLINE void rt_lanes_sums(const int n, const ptrdiff_t N, const ptrdiff_t i, const real *part, const ptrdiff_t every,
                             real *c, const ptrdiff_t cm, const int accumulate)
{
    RT_ALIGNED real sum[RT_LANES];
    rtv v[RT_LANES];
    int j;
    RT_UNROLL
    for (j = 0; j < RT_LANES; j++)
        v[j] = j < n ? rtv_load(part + j * every) : rtv_set((real)0);
    rtv_store(sum, rtv_sums(v));
    if (cm == N && !accumulate) {
        rtv_store_n(c + i, rtv_load(sum), n);
        return;
    }
    for (j = 0; j < n; j++) {
        real *to = c + (i + j) / N * cm + (i + j) % N;
        *to = accumulate ? *to + sum[j] : sum[j];
    }
}

/* ---- rt_product_lanes: c[m cm + n] (=|+=) sum over t and k of a[t at + m am + k] b[t bt + n bn + k], K whole vectors:
 * lanes are added up across only at the end ---- */
RT_INLINE void rt_product_lanes(const ptrdiff_t M, const ptrdiff_t N, const ptrdiff_t T, const ptrdiff_t K,
                                const real *a, const ptrdiff_t at, const ptrdiff_t am, const real *b,
                                const ptrdiff_t bt, const ptrdiff_t bn, real *c, const ptrdiff_t cm,
                                const int accumulate)
{
    RT_ALIGNED real part[RT_LANES_PARTS * RT_LANES];
    const ptrdiff_t fit = RT_LANES_PARTS / N / RT_LANES_ROWS * RT_LANES_ROWS, strip = M < fit ? M : fit;
    const ptrdiff_t wish = RT_LANES_BLOCK / ((strip + N) * K), block = wish < 1 ? 1 : wish < T ? wish : T;
    ptrdiff_t m, t, i;
    RT_ROLLED
    for (m = 0; m < M; m += strip) {
        const ptrdiff_t here = M - m < strip ? M - m : strip;
        const int rest = (int)(here % RT_LANES_ROWS);
        RT_ROLLED
        for (t = 0; t < T; t += block) {
            const ptrdiff_t steps = T - t < block ? T - t : block;
            const real *from = a + t * at + m * am;
            RT_ROLLED
            for (i = 0; i < here - rest; i += RT_LANES_ROWS)
                rt_lanes_tiles(RT_LANES_ROWS, N, steps, K, from + i * am, at, am, b + t * bt, bt, bn, part + i * N * RT_LANES, t > 0);
            if (M % RT_LANES_ROWS && rest)
                rt_lanes_tiles((int)(M % RT_LANES_ROWS), N, steps, K, from + i * am, at, am, b + t * bt, bt, bn, part + i * N * RT_LANES,
                               t > 0);
        }
        RT_ROLLED
        for (i = 0; i < here * N; i += RT_LANES)
            rt_lanes_sums(here * N - i < RT_LANES ? (int)(here * N - i) : RT_LANES, N, i, part + i * RT_LANES, RT_LANES,
                          c + m * cm, cm, accumulate);
    }
}

/* ---- rt_add_lanes: n sums that were kept lane by lane, 16 reals apart ---- */
RT_INLINE void rt_add_lanes(const ptrdiff_t n, const real *part, real *sum)
{
    ptrdiff_t i;
    for (i = 0; i < n; i += RT_LANES)
        rt_lanes_sums(n - i < RT_LANES ? (int)(n - i) : RT_LANES, n, i, part + i * 16, 16, sum, n, 0);
}

/* ---- RT_FEW: before a loop over a few vectors, the last of them not whole: all of it, so that masks are constants ---- */
#if RT_BYTES < 64
#define RT_FEW
#elif defined __clang__
#define RT_FEW RT_UNROLL
#else
#define RT_FEW _Pragma("GCC unroll 8")
#endif

/* ---- rt_copy_rows: out[k][n] = in[k ks + n ns], four by four where the columns of one lie as the rows of the other ---- */
RT_INLINE void rt_copy_rows(ptrdiff_t K, ptrdiff_t N, const real *in, ptrdiff_t ks, ptrdiff_t ns, real *out)
{
    ptrdiff_t i, j, k4 = 0, n4 = 0;
#if RT_VECTORS && !defined RT_DOUBLE
    if (ks == 1) {
        k4 = K / 4 * 4, n4 = N / 4 * 4;
        rt_turned(N, K, in, ns, out, N);
    }
#endif
    for (i = 0; i < K; i++)
        for (j = i < k4 ? n4 : 0; j < N; j++)
            out[i * N + j] = in[i * ks + j * ns];
}

/* ---- rt_add_row: sum[j] += a[j every] ---- */
RT_INLINE void rt_add_row(const int n, const real *a, const ptrdiff_t every, real *sum)
{
    const int whole = every == 1 ? n / RT_LANES * RT_LANES : 0;
    int j;
    for (j = 0; j < whole; j += RT_LANES)
        rtv_store(sum + j, rtv_load(sum + j) + rtv_load(a + j));
    for (j = whole; j < n; j++)
        sum[j] += a[j * every];
}

/* ---- rt_from_ring: the `rows` oldest of a ring of k, oldest first ---- */
RT_INLINE void rt_from_ring(const int rows, const int k, const ptrdiff_t size, const real *ring, const int32_t oldest, real *to)
{
    const int end = k - oldest < rows ? (int)(k - oldest) : rows;
    memcpy(to, ring + oldest * size, (size_t)(end * size) * sizeof *to);
    memcpy(to + end * size, ring, (size_t)((rows - end) * size) * sizeof *to);
}

/* ---- rt_to_ring: `rows` of values, `every` apart, into a ring of k from row `at` on ---- */
RT_INLINE void rt_to_ring(const int rows, const int k, const ptrdiff_t size, const real *from, const ptrdiff_t every, real *ring, int32_t at)
{
    int i;
    RT_ROLLED
    for (i = 0; i < rows; i++) {
        memcpy(ring + at * size, from + i * every, (size_t)size * sizeof *ring);
        at = at < k - 1 ? at + 1 : 0;
    }
}

/* ---- rt_total, rt_add_parts: sums by chunk of the batch, added in their order ---- */
RT_INLINE double rt_total(const int chunks, const ptrdiff_t every, const double *part)
{
    double sum = part[0];
    int i;
    for (i = 1; i < chunks; i++)
        sum += part[i * every];
    return sum;
}
RT_INLINE void rt_add_parts(const int chunks, const int n, const ptrdiff_t every, const real *part, real *sum)
{
    int i;
    memcpy(sum, part, (size_t)n * sizeof *sum);
    for (i = 1; i < chunks; i++)
        rt_add_row(n, part + i * every, 1, sum);
}

#endif /* RT_ROWS_H */
