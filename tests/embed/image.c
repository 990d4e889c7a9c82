/* image.c -- a predictor whose weights are a file in memory. image FILE: the outputs; image FILE all: every byte of the file
 * is changed in turn, every shorter length tried, in a buffer of exactly that size: each must be refused.
 */
#include "charlm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int outputs(void)
{
    charlm_state s;
    float next[CHARLM_NEXT_SIZE];
    int32_t i;
    int j;
    charlm_reset(&s);
    for (i = 0; i < 10; i++) {
        charlm_step(&s, &i, next);
        for (j = 0; j < CHARLM_NEXT_SIZE; j++)
            printf("%.9g\n", (double)next[j]);
    }
    return 0;
}

#ifndef CHARLM_IMAGE_BYTES
int main(void) { return outputs(); }
#else
int main(int argc, char **argv)
{
    FILE *f = argc > 1 ? fopen(argv[1], "rb") : NULL;
    unsigned char *image = (unsigned char *)calloc(CHARLM_IMAGE_BYTES + 8, 1);
    const size_t n = f && image ? fread(image, 1, CHARLM_IMAGE_BYTES + 8, f) : 0;
    size_t i, refused = 0, tried = 0;
    int there, crooked;
    const int code = charlm_load(image, n);
    if (code) {
        printf("refused: %d\n", code);
        free(image);
        return 0;
    }
    if (argc < 3)
        there = outputs(), free(image);
    if (argc < 3)
        return there;
    for (i = 0; i < n; i++) {
        image[i] ^= (unsigned char)(1 + i % 255);
        refused += charlm_load(image, n) != 0;
        image[i] ^= (unsigned char)(1 + i % 255);
    }
    printf("%d bytes changed: %s\n", (int)n, refused == n ? "all refused" : "NOT all refused");
    for (i = 0, refused = 0; i < n; i += 1 + n / 300, tried++) {
        unsigned char *less = (unsigned char *)malloc(i ? i : 1);
        memcpy(less, image, i);
        refused += charlm_load(less, i) == 1;
        free(less);
    }
    printf("cut short: %s\n", refused == tried ? "all refused" : "NOT all refused");
    there = charlm_load(NULL, n);
    crooked = charlm_load(memmove(image + 1, image, n), n);
    memmove(image, image + 1, n);
    printf("not there: %d, not aligned: %d, as it was: %d\n", there, crooked, charlm_load(image, n));
    free(image);
    return fclose(f);
}
#endif
