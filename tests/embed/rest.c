/* rest.c -- two networks on silence: how far the first output after NAME_reset is from that of twenty thousand samples later. */
#include "amp.h"
#include "cabinet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef AMP_IMAGE_BYTES
static void *image_of(const char *path, size_t bytes)
{
    FILE *f = fopen(path, "rb");
    void *image = malloc(bytes);
    if (!f || !image || fread(image, 1, bytes, f) != bytes)
        exit(2);
    fclose(f);
    return image;
}
#endif

static void said(const char *name, float first, float last)
{
    const double off = fabs((double)first - (double)last);
    if (off < 2e-6)
        printf("%s: no click\n", name);
    else
        printf("%s: %s click\n", name, off > 1e-3 ? "a loud" : "some");
}

int main(int argc, char **argv)
{
    static amp_state a;
    static cabinet_state c;
    const float nothing = 0;
    float first, last;
    int i;
#ifdef AMP_IMAGE_BYTES
    void *ai = image_of(argv[1], AMP_IMAGE_BYTES), *ci = image_of(argv[2], CABINET_IMAGE_BYTES);
    if (argc != 3 || amp_load(ai, AMP_IMAGE_BYTES) || cabinet_load(ci, CABINET_IMAGE_BYTES))
        return 2;
#else
    (void)argc, (void)argv;
#endif
    amp_reset(&a);
    amp_step(&a, &nothing, &first);
    for (i = 0; i < 20000; i++)
        amp_step(&a, &nothing, &last);
    said("amp", first, last);
    cabinet_reset(&c);
    cabinet_step(&c, &nothing, &first);
    for (i = 0; i < 20000; i++)
        cabinet_step(&c, &nothing, &last);
    said("cabinet", first, last);
#ifdef AMP_IMAGE_BYTES
    free(ai), free(ci);
#endif
    return 0;
}
