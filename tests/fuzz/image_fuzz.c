/* image_fuzz.c -- libFuzzer's target for weights given at run time. Of each input the first byte says how the rest lies in memory and
 * whether the hash of its numbers is mended, so that any numbers get in. Only what has the right
 * length and alignment may be accepted, and what is accepted must be harmless to run.
 */
#include "net.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

enum { CROOKED = 3, MEND = 4 };

static void mend(unsigned char *image)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325), words = 0;
    unsigned char *at = (unsigned char *)strstr((char *)image + 8, "\"hash\":\"");
    for (int i = 0; i < 8; i++)
        words |= (uint64_t)image[i] << 8 * i;
    if (!at || words > NET_IMAGE_BYTES - 8 || at + 24 > image + NET_IMAGE_BYTES)
        return;
    for (size_t i = 8 + words; i < NET_IMAGE_BYTES; i++)
        h = (h ^ image[i]) * UINT64_C(0x100000001b3);
    for (int i = 0; i < 16; i++)
        at[8 + i] = (unsigned char)"0123456789abcdef"[h >> (60 - 4 * i) & 15];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const int how = n ? bytes[0] : 0;
    const size_t size = n ? n - 1 : 0, crooked = (size_t)(how & CROOKED);
    unsigned char *room = malloc(size + crooked + 1), *image = room + crooked;   /* one byte more, for the 0 that ends strstr */
    memcpy(image, bytes + (n > 0), size);
    image[size] = 0;
    if (size == NET_IMAGE_BYTES && how & MEND)
        mend(image);
    unsigned char *exact = malloc(size + crooked);
    if (size)
        memcpy(exact + crooked, image, size);
    const int code = net_load(size ? exact + crooked : NULL, size);
    if (code < 0 || code > 4 || (code == 0 && crooked) || (size != NET_IMAGE_BYTES && code != 1))
        abort();
    if (code == 0) {
        net_state s;
        float next[NET_NEXT_SIZE];
        net_reset(&s);
        for (int32_t i = 0; i < NET_CHARS_CLASSES; i++)
            net_step(&s, &i, next);
        net_options may = { 12, -1 };
        int32_t ids[12];
        may.temperature = 1, may.seed = 3;
        net_generate(&s, &may, 1, ids);
    }
    free(room), free(exact);
    return 0;
}
