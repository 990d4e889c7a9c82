/* decimal.c -- a single-precision number as C's "%.9g" writes it, but fast: weights are written by the million. */
#include "lua_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 9, LEAST = -5, MOST = 8 };              /* "%g" has an exponent below 1e-4, and from 1e9 on */

/* Nine digits by one product or quotient, whose error is far below the digit after; where that is close to a half, or the
 * exponent is unusual, the library decides. */
static int fast(double x, char *s)
{
    static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14 };
    const double m = fabs(x);
    int e = MOST;                                       /* m is between 10^e and 10^(e + 1) */
    if (!(m >= 1e-4 && m < 1e9))
        return 0;
    while (e > LEAST && (e >= 0 ? m < power[e] : m * power[-e] < 1))
        e--;
    const double scaled = m * power[MOST - e], whole = floor(scaled), rest = scaled - whole;
    long n = (long)whole + (rest > 0.5);
    if (fabs(rest - 0.5) < 1e-5 || n < 100000000 || n > 999999999)
        return 0;
    char digit[DIGITS], *to = s;
    int used = DIGITS;
    for (int i = DIGITS - 1; i >= 0; i--, n /= 10)
        digit[i] = (char)('0' + n % 10);
    while (used > 1 && digit[used - 1] == '0')
        used--;
    if (x < 0)
        *to++ = '-';
    if (e < 0) {
        *to++ = '0', *to++ = '.';
        for (int i = -1; i > e; i--)
            *to++ = '0';
    }
    for (int i = 0; i < used || i <= e; i++) {
        if (i == e + 1 && e >= 0)
            *to++ = '.';
        *to++ = i < used ? digit[i] : '0';
    }
    *to = 0;
    return (int)(to - s);
}

void put_decimal(Text *t, double x, bool twice)
{
    char s[40];
    if (twice || !fast((float)x, s))
        snprintf(s, sizeof s, twice ? "%.17g" : "%.9g", twice ? x : (double)(float)x);
    put_text(t, s);
    if (!strpbrk(s, ".e"))
        put_text(t, ".0");
}
