/* symbols_test.c -- text to class ids and back: by byte, code point and word; unknown ones; too long; backwards. */
#include "../../runtime/rt_symbols.h"

#include <stdio.h>

static int passed, failed;

static void check(int good, const char *what, double found)
{
    good ? passed++ : failed++;
    if (!good)
        printf("failed: %s (%.9g)\n", what, found);
}

static const char *const letters[] = { "", "", "a", "\xed\x95\x9c", "b", "\xf0\x9f\x99\x82", "\xc3\xa9" };
static const char *const words[] = { "", "", "the", "a", "cat" };

static void is(const char *const *table, int classes, int unit, int unknown, int start, int reverse, const char *text, int most,
               int want, const char *digits)
{
    int32_t ids[16], i, n = rt_encode(table, classes, unit, unknown, start, reverse, text, ids, most);
    check(n == want, text, n);
    for (i = 0; digits[i]; i++)
        check(ids[i] == digits[i] - '0', text, ids[i]);
}

static void written(const char *const *table, int classes, int unit, const char *digits, size_t room, const char *want, size_t bytes)
{
    int32_t ids[16], n;
    char text[64] = "????????????????????????????????";
    size_t all;
    for (n = 0; digits[n]; n++)
        ids[n] = digits[n] - '0';
    all = rt_decode(table, classes, unit, ids, n, text, room);
    check(all == bytes && (room == 0 || !strcmp(text, want)), want, (double)all);
}

int main(void)
{
    is(letters, 7, 1, 1, 0, 0, "ab\xed\x95\x9c\xc3\xa9\xf0\x9f\x99\x82", 16, 5, "24365");
    is(letters, 7, 1, 1, 0, 0, "axb\xed\x95\xff", 16, 5, "21411");
    is(letters, 7, 1, -1, 0, 0, "axb", 16, -1, "");
    is(letters, 7, 1, 1, 1, 0, "abba", 3, 5, "024");
    is(letters, 7, 1, 1, 1, 1, "aab", 16, 4, "0422");
    is(letters, 7, 1, 1, 0, 1, "aab\xed\x95\x9c", 16, 4, "3422");
    is(letters, 7, 0, 1, 0, 0, "a\xc3\xa9", 16, 3, "211");
    is(letters, 7, 1, 1, 0, 0, "", 16, 0, "");
    is(words, 5, 2, 1, 0, 0, " the  cat dog a", 16, 4, "2413");
    written(letters, 7, 1, "2365", 64, "a\xed\x95\x9c\xc3\xa9\xf0\x9f\x99\x82", 10);
    written(letters, 7, 1, "20149", 64, "ab", 2);
    written(letters, 7, 1, "222222", 4, "aaa", 6);
    written(letters, 7, 1, "222222", 0, "", 6);
    written(words, 5, 2, "2143", 64, "the cat a", 9);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
