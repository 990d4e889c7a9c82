/* rt_squares.h -- a matrix packed once for products of one row with it and with its transpose: squares of 4 x 4, row after
 * row of squares, each row by row in 16 reals, zeros where the matrix ends. A vector holds as many rows of a square as fit, so
 * whichever way is summed, sums lie in several lanes and are added up at the end. Takes arrays, gives arrays; C99 and C++11.
 * How a sum is added up depends on the number of its terms alone.
 */
#ifndef RT_SQUARES_H
#define RT_SQUARES_H

#include "rt_pack.h"

#define rt_squares_size(rows, columns) (((rows) + 3) / 4 * (((columns) + 3) / 4) * 16)

/* vectors of a square, and of the sums of its columns; squares whose sums registers hold, in fours where four fill a vector */
#define RT_SQUARE (16 / RT_LANES)
#define RT_ACROSS (RT_LANES < 4 ? 4 / RT_LANES : 1)
#if RT_BYTES == 64
#define RT_SUMS 28
#elif RT_VECTORS && defined __aarch64__
#define RT_SUMS 24
#else
#define RT_SUMS 12
#endif

/* ---- rt_pack_squares: from src[row rs + column cs] ---- */
RT_INLINE void rt_pack_square(const ptrdiff_t rows, const ptrdiff_t columns, const real *src, const ptrdiff_t rs,
                              const ptrdiff_t cs, real *to)
{
    ptrdiff_t i, j;
    for (i = 0; i < 4; i++)
        for (j = 0; j < 4; j++)
            to[4 * i + j] = i < rows && j < columns ? src[i * rs + j * cs] : (real)0;
}
RT_INLINE void rt_pack_squares(const ptrdiff_t rows, const ptrdiff_t columns, const real *src, const ptrdiff_t rs,
                               const ptrdiff_t cs, real *to)
{
    const ptrdiff_t across = (columns + 3) / 4;
    ptrdiff_t r, c;
    RT_ROLLED
    for (r = 0; r < rows; r += 4) {
        const real *from = src + r * rs;
        real *row = to + r * across * 4;
        c = 0;
#if RT_TURN16
        if (cs == 1 && r + 4 <= rows)
            for (; c + 16 <= columns; c += 16) {
                const rtv a = rtv_load(from + c), b = rtv_load(from + rs + c);
                const rtv d = rtv_load(from + 2 * rs + c), e = rtv_load(from + 3 * rs + c);
                const rtv ab = __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
                const rtv AB = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
                const rtv de = __builtin_shufflevector(d, e, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
                const rtv DE = __builtin_shufflevector(d, e, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
                rtv_store(row + c * 4, __builtin_shufflevector(ab, de, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
                rtv_store(row + c * 4 + 16, __builtin_shufflevector(ab, de, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
                rtv_store(row + c * 4 + 32, __builtin_shufflevector(AB, DE, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
                rtv_store(row + c * 4 + 48, __builtin_shufflevector(AB, DE, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
            }
#endif
#if RT_VECTORS && !defined RT_DOUBLE
        if (cs == 1 && r + 4 <= rows)
            for (; c + 4 <= columns; c += 4) {
                rt_four square[4];
                int i;
                RT_UNROLL
                for (i = 0; i < 4; i++)
                    square[i] = *(const rt_four_loose *)(const void *)(from + i * rs + c);
                memcpy(row + c * 4, square, sizeof square);
            }
#endif
        for (; c < columns; c += 4)
            rt_pack_square(rows - r, columns - c, from + c * cs, rs, cs, row + c * 4);
    }
}

/* ---- rt_square_x: four reals as vector v of a square wants them: along its rows, and each across one of them ---- */
#if RT_LANES <= 4
RT_INLINE rtv rt_square_along(const real *x, const int v) { return rtv_load(x + v * RT_LANES % 4); }
RT_INLINE rtv rt_square_across(const real *x, const int v) { return rtv_set(x[v * RT_LANES / 4]); }
#elif defined RT_DOUBLE
RT_INLINE rtv rt_square_along(const real *x, const int v)
{
    const rtv y = { x[0], x[1], x[2], x[3], x[0], x[1], x[2], x[3] };
    (void)v;
    return y;
}
RT_INLINE rtv rt_square_across(const real *x, const int v)
{
    const real low = x[2 * v], high = x[2 * v + 1];
    const rtv y = { low, low, low, low, high, high, high, high };
    return y;
}
#elif RT_LANES == 8
RT_INLINE rtv rt_square_along(const real *x, const int v)
{
    (void)v;
    return rtv_four(x);
}
RT_INLINE rtv rt_square_across(const real *x, const int v)
{
    const int a = 2 * v, b = a + 1;
    const rtv_lanes at = { a, a, a, a, b, b, b, b };
    return (rtv)_mm256_permutevar_ps((rt_mm)rt_square_along(x, v), (__m256i)at);
}
#else
RT_INLINE rtv rt_square_along(const real *x, const int v)
{
    (void)v;
    return rtv_four(x);
}
RT_INLINE rtv rt_square_across(const real *x, const int v)
{
    const rtv_lanes at = { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3 };
    return (rtv)_mm512_maskz_permutevar_ps((rtv_mask)-1, (rt_mm)rt_square_along(x, v), (__m512i)at);
}
#endif

/* ---- rt_squares_end: n < 4 reals and zeros behind them ---- */
RT_INLINE const real *rt_squares_end(const real *x, const int n, real *four)
{
    int i;
    RT_UNROLL
    for (i = 0; i < 4; i++)
        four[i] = i < n ? x[i] : (real)0;
    return four;
}

/* ---- rt_squares_put: the sums of `squares`, each in so many vectors, four of each to y but `last` of the last one;
 * rows: those of their rows ---- */
#if RT_BYTES == 64 && !defined RT_DOUBLE
RT_INLINE void rt_squares_put(const int rows, const int squares, const rtv *s, const int each, const int last, real *y)
{
    const rtv_lanes turned = { 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15 };
    int g;
    (void)each;
    RT_UNROLL
    for (g = 0; g < squares; g += 4) {                  /* those behind the last are zeros */
        const rtv a = s[g], b = s[g + 1], c = s[g + 2], d = s[g + 3];
        const int n = squares - g > 4 ? 16 : 4 * (squares - g - 1) + last;
        rtv u = rows ? rt_quarter_sums(a, b, c, d) : rt_sums_of_quarters(a, b, c, d);
        if (rows)                                       /* a square's rows lie in the quarters of a vector */
            u = (rtv)_mm512_maskz_permutexvar_ps((rtv_mask)-1, (__m512i)turned, (rt_mm)u);
        if (n == RT_LANES)
            rtv_store(y + 4 * g, u);
        else
            rtv_store_n(y + 4 * g, u, n);
    }
}
#else
RT_INLINE void rt_square_rows(const rtv *s, real *four)
{
    RT_ALIGNED real t[16];
    int i;
    RT_UNROLL
    for (i = 0; i < RT_SQUARE; i++)
        rtv_store(t + i * RT_LANES, s[i]);
#if RT_VECTORS && !defined RT_DOUBLE
    {
        rt_four row[4], u, v;
        memcpy(row, t, sizeof row);
        u = rt_shuffle(row[0], row[1], 0, 4, 1, 5) + rt_shuffle(row[0], row[1], 2, 6, 3, 7);
        v = rt_shuffle(row[2], row[3], 0, 4, 1, 5) + rt_shuffle(row[2], row[3], 2, 6, 3, 7);
        u = rt_shuffle(u, v, 0, 1, 4, 5) + rt_shuffle(u, v, 2, 3, 6, 7);
        memcpy(four, &u, sizeof u);
    }
#else
    RT_UNROLL
    for (i = 0; i < 4; i++)
        four[i] = (t[4 * i] + t[4 * i + 2]) + (t[4 * i + 1] + t[4 * i + 3]);
#endif
}
RT_INLINE void rt_square_columns(const rtv *s, real *four)
{
    RT_ALIGNED real t[RT_LANES < 4 ? 4 : RT_LANES];
    int i;
    RT_UNROLL
    for (i = 0; i < RT_ACROSS; i++)
        rtv_store(t + i * RT_LANES, s[i]);
    RT_UNROLL
    for (i = 0; i < 4; i++)
        four[i] = RT_LANES <= 4 ? t[i] : t[i] + t[i + RT_LANES - 4];
}
RT_INLINE void rt_squares_put(const int rows, const int squares, const rtv *s, const int each, const int last, real *y)
{
    RT_ALIGNED real four[4];
    int g, i;
    RT_UNROLL
    for (g = 0; g < squares; g++) {
        if (rows)
            rt_square_rows(s + g * each, four);
        else
            rt_square_columns(s + g * each, four);
        RT_UNROLL
        for (i = 0; i < 4; i++)
            if (g + 1 < squares || i < last)
                y[4 * g + i] = four[i];
    }
}
#endif

/* ---- rt_split_even: n squares in groups of almost the same size, of at most `most` ---- */
typedef struct { ptrdiff_t groups, large; int most; } rt_groups;     /* `large` groups have `most`, others one less */
RT_INLINE rt_groups rt_split_even(const ptrdiff_t n, const int most)
{
    rt_groups s;
    s.groups = (n + most - 1) / most;
    s.most = (int)((n + s.groups - 1) / s.groups);
    s.large = n - s.groups * (s.most - 1);
    return s;
}
RT_INLINE ptrdiff_t rt_group_first(const rt_groups s, const ptrdiff_t group)
{
    return group < s.large ? group * s.most : s.large + group * (s.most - 1);
}

/* ---- rt_squares_along: y[row] = sum over columns of B(row, column) x[column]; turning: back from the last rows at every odd call,
 * since what was read last is still near ---- */
#define RT_ALONG_MOST (RT_SUMS / RT_SQUARE ? RT_SUMS / RT_SQUARE : 1)
RT_INLINE void rt_along_add(const int squares, const ptrdiff_t stride, const real *x, const real *b, rtv (*s)[RT_SQUARE])
{
    int g, v;
    RT_UNROLL
    for (v = 0; v < RT_SQUARE; v++) {
        const rtv xx = rt_square_along(x, v);
        RT_UNROLL
        for (g = 0; g < squares; g++)
            s[g][v] = rtv_fma(xx, rtv_load(b + g * stride + v * RT_LANES), s[g][v]);
    }
}
RT_INLINE void rt_along_group(const int squares, const ptrdiff_t columns, const real *x, const real *b, const int last, real *y)
{
    const ptrdiff_t stride = (columns + 3) / 4 * 16;
    const int rest = (int)(columns % 4);
    rtv s[RT_ALONG_MOST + 3][RT_SQUARE];
    ptrdiff_t c;
    int g, v;
    RT_UNROLL
    for (g = 0; g < squares + 3; g++)
        RT_UNROLL
        for (v = 0; v < RT_SQUARE; v++)
            s[g][v] = rtv_set((real)0);
    RT_ROLLED
    for (c = 0; c < columns - rest; c += 4)
        rt_along_add(squares, stride, x + c, b + 4 * c, s);
    if (rest) {
        RT_ALIGNED real four[4];
        rt_along_add(squares, stride, rt_squares_end(x + c, rest, four), b + 4 * c, s);
    }
    rt_squares_put(1, squares, s[0], RT_SQUARE, last, y);
}
RT_INLINE void rt_squares_along_turning(const ptrdiff_t rows, const ptrdiff_t columns, const real *x, const real *b, real *y, const ptrdiff_t call)
{
    const rt_groups s = rt_split_even((rows + 3) / 4, RT_ALONG_MOST);
    const int last = (int)((rows + 3) % 4 + 1);
    const ptrdiff_t stride = (columns + 3) / 4 * 16, end = s.groups - 1;
    ptrdiff_t i;
    RT_ROLLED
    for (i = 0; i <= end; i++) {
        const ptrdiff_t g = call % 2 ? end - i : i, r = rt_group_first(s, g);
        if (g == end)
            rt_along_group(s.large > end ? s.most : s.most - 1, columns, x, b + r * stride, last, y + 4 * r);
        else if (g < s.large)
            rt_along_group(s.most, columns, x, b + r * stride, 4, y + 4 * r);
        else
            rt_along_group(s.most - 1, columns, x, b + r * stride, 4, y + 4 * r);
    }
}
RT_INLINE void rt_squares_along(const ptrdiff_t rows, const ptrdiff_t columns, const real *x, const real *b, real *y)
{
    rt_squares_along_turning(rows, columns, x, b, y, 0);
}

/* ---- rt_squares_across: y[column] = sum over rows of B(row, column) x[row]; turning: back from the last columns ---- */
#define RT_ACROSS_MOST (RT_SUMS / RT_ACROSS)
RT_INLINE void rt_across_add(const int squares, const real *x, const real *b, rtv (*s)[RT_ACROSS])
{
    int g, v;
    RT_UNROLL
    for (v = 0; v < RT_SQUARE; v++) {
        const rtv xx = rt_square_across(x, v);
        RT_UNROLL
        for (g = 0; g < squares; g++)
            s[g][v % RT_ACROSS] = rtv_fma(xx, rtv_load(b + g * 16 + v * RT_LANES), s[g][v % RT_ACROSS]);
    }
}
RT_INLINE void rt_across_group(const int squares, const ptrdiff_t rows, const ptrdiff_t stride, const real *x, const real *b,
                               const int last, real *y)
{
    const int rest = (int)(rows % 4);
    rtv s[RT_ACROSS_MOST + 3][RT_ACROSS];
    ptrdiff_t r;
    int g, v;
    RT_UNROLL
    for (g = 0; g < squares + 3; g++)
        RT_UNROLL
        for (v = 0; v < RT_ACROSS; v++)
            s[g][v] = rtv_set((real)0);
    RT_ROLLED
    for (r = 0; r < rows - rest; r += 4)
        rt_across_add(squares, x + r, b + r / 4 * stride, s);
    if (rest) {
        RT_ALIGNED real four[4];
        rt_across_add(squares, rt_squares_end(x + r, rest, four), b + r / 4 * stride, s);
    }
    rt_squares_put(0, squares, s[0], RT_ACROSS, last, y);
}
RT_INLINE void rt_squares_across_turning(const ptrdiff_t rows, const ptrdiff_t columns, const real *x, const real *b, real *y, const ptrdiff_t call)
{
    const rt_groups s = rt_split_even((columns + 3) / 4, RT_ACROSS_MOST);
    const int last = (int)((columns + 3) % 4 + 1);
    const ptrdiff_t stride = (columns + 3) / 4 * 16, end = s.groups - 1;
    ptrdiff_t i;
    RT_ROLLED
    for (i = 0; i <= end; i++) {
        const ptrdiff_t g = call % 2 ? end - i : i, c = rt_group_first(s, g);
        if (g == end)
            rt_across_group(s.large > end ? s.most : s.most - 1, rows, stride, x, b + c * 16, last, y + 4 * c);
        else if (g < s.large)
            rt_across_group(s.most, rows, stride, x, b + c * 16, 4, y + 4 * c);
        else
            rt_across_group(s.most - 1, rows, stride, x, b + c * 16, 4, y + 4 * c);
    }
}
RT_INLINE void rt_squares_across(const ptrdiff_t rows, const ptrdiff_t columns, const real *x, const real *b, real *y)
{
    rt_squares_across_turning(rows, columns, x, b, y, 0);
}

#endif /* RT_SQUARES_H */
