/* emit_image.c -- weights as one safetensors file that a predictor reads from memory: its header is known to the letter when
 * code is generated, so that NAME_load need not parse it; only the hash of the numbers is free. Takes arrays in order,
 * gives the file's bytes.
 */
#include "emit_predictor.h"

#include <inttypes.h>
#include <string.h>

static const char hash_begins[] = "{\"__metadata__\":{\"hash\":\"";

void image_begin(Image *f, Arena *mem, long data_bytes)
{
    *f = (Image){ .data = alloc(mem, (size_t)data_bytes + 1) };
}

void image_add(Image *f, const char *name, const double *x, long n, bool twice)
{
    const long size = twice ? 8 : 4;
    put(&f->entries, ",\"%s\":{\"dtype\":\"F%ld\",\"shape\":[%ld],\"data_offsets\":[%ld,%ld]}", name, size * 8, n, f->n, f->n + n * size);
    for (long i = 0; i < n; i++, f->n += size) {
        float y = (float)x[i];
        uint64_t bits = 0;
        if (twice)
            memcpy(&bits, &x[i], 8);
        else {
            uint32_t low;
            memcpy(&low, &y, 4);
            bits = low;
        }
        for (long j = 0; j < size; j++)                 /* the lowest byte first, wherever rnnc runs */
            f->data[f->n + j] = (unsigned char)(bits >> 8 * j);
    }
}

/* Everything but the 16 digits of the hash is the same for all weights of one network. */
void image_end(Image *f, Arena *mem, const char *name, uint64_t model_hash)
{
    Text t = { 0 };
    put(&t, "%s%016" PRIx64 "\",\"name\":\"%s\",\"model\":\"%016" PRIx64 "\"}%s}", hash_begins, hash_bytes(0, f->data, (size_t)f->n), name,
        model_hash, f->entries.s ? f->entries.s : "");
    while ((8 + t.n) % 64)
        put(&t, " ");
    f->head = (long)(8 + t.n);
    f->size = f->head + f->n;
    f->bytes = alloc(mem, (size_t)f->size);
    for (int j = 0; j < 8; j++)
        f->bytes[j] = (char)(t.n >> 8 * j & 255);
    memcpy(f->bytes + 8, t.s, t.n);
    memcpy(f->bytes + f->head, f->data, (size_t)f->n);
    f->hash_at = 8 + (long)strlen(hash_begins);
    f->head_hash = hash_bytes(hash_bytes(0, f->bytes, (size_t)f->hash_at), f->bytes + f->hash_at + 16, (size_t)(f->head - f->hash_at - 16));
    text_free(&t), text_free(&f->entries);
}
