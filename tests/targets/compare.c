/* compare.c -- compare A B [BOUND]: numbers as bits, one a line; the same to the last, or within BOUND of each other,
 * norm-wise. Says so on one line, or what differs; exit 1.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    FILE *a = argc > 2 ? fopen(argv[1], "r") : NULL, *b = a ? fopen(argv[2], "r") : NULL;
    unsigned x, y;
    double e = 0, n = 0, bound = argc > 3 ? atof(argv[3]) : 0;
    long count = 0, differ = 0;
    int got_a = 0, got_b = 0;
    if (!b)
        return 2;
    while ((got_a = fscanf(a, "%x", &x)) == 1 && (got_b = fscanf(b, "%x", &y)) == 1) {
        float f, g;
        memcpy(&f, &x, sizeof f), memcpy(&g, &y, sizeof g);
        differ += x != y, count++;
        e += ((double)f - g) * ((double)f - g), n += (double)g * g;
    }
    if (count < 100 || got_a != EOF || fscanf(b, "%x", &y) == 1) {
        printf("they differ in length: %ld numbers\n", count);
        return 1;
    }
    if (argc > 3 ? sqrt(e) <= bound * sqrt(n) : differ == 0) {
        printf("%s\n", argc > 3 ? "the same numbers" : "the same bits");
        return 0;
    }
    printf("they differ: %ld of %ld numbers, by %g\n", differ, count, sqrt(e / n));
    return 1;
}
