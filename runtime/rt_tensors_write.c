/* rt_tensors_write.c -- the elements of a tensor as numbers, and the writer of safetensors files. Takes arrays,
 * gives a file in one step: whoever opens the path, at any moment and after any interruption, finds the old file or
 * the new.
 */
#include "rt_tensors.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *rt_tensors_meta(const rt_tensors *t, const char *key)
{
    for (int i = 0; i < t->metas; i++)
        if (!strcmp(t->meta[i].key, key))
            return t->meta[i].value;
    return NULL;
}

/* ---- elements ---- */

static const struct { const char *name; size_t size; int whole; } dtypes[] = {
    [RT_BOOL] = { "BOOL", 1, 1 }, [RT_U8] = { "U8", 1, 1 }, [RT_I8] = { "I8", 1, 1 }, [RT_U16] = { "U16", 2, 1 },
    [RT_I16] = { "I16", 2, 1 }, [RT_F16] = { "F16", 2, 0 }, [RT_BF16] = { "BF16", 2, 0 },
        [RT_U32] = { "U32", 4, 1 },
    [RT_I32] = { "I32", 4, 1 }, [RT_F32] = { "F32", 4, 0 }, [RT_U64] = { "U64", 8, 1 }, [RT_I64] = { "I64", 8, 1 },
    [RT_F64] = { "F64", 8, 0 },
};
enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

const char *rt_dtype_name(rt_dtype d) { return dtypes[d].name; }
size_t rt_dtype_size(rt_dtype d) { return dtypes[d].size; }
int rt_dtype_whole(rt_dtype d) { return dtypes[d].whole; }

int rt_dtype_named(const char *name)
{
    for (int i = 0; i < DTYPES; i++)
        if (!strcmp(name, dtypes[i].name))
            return i;
    return -1;
}

static double half(uint16_t h)
{
    int e = h >> 10 & 31, m = h & 1023;
    double x = e == 31 ? (m ? (double)NAN : (double)INFINITY) : 0;
    if (e < 31) {
        uint64_t scale = (uint64_t)(1023 - 24 + (e ? e - 1 : 0)) << 52;
        double unit;
        memcpy(&unit, &scale, sizeof unit);
        x = unit * (e ? m + 1024 : m);
    }
    return h >> 15 ? -x : x;
}

#define READ(type, from) type v; memcpy(&v, from, sizeof v)

double rt_tensor_value(const rt_tensor *t, size_t i)
{
    const unsigned char *p = (const unsigned char *)t->data + i * rt_dtype_size(t->dtype);
    switch (t->dtype) {
    case RT_F32: { READ(float, p); return (double)v; }
    case RT_F64: { READ(double, p); return v; }
    case RT_F16: { READ(uint16_t, p); return half(v); }
    case RT_BF16: {
        READ(uint16_t, p);
        uint32_t wide = (uint32_t)v << 16;
        float f;
        memcpy(&f, &wide, sizeof f);
        return (double)f;
    }
    case RT_U64: { READ(uint64_t, p); return (double)v; }
    default: return (double)rt_tensor_whole(t, i);
    }
}

int64_t rt_tensor_whole(const rt_tensor *t, size_t i)
{
    const unsigned char *p = (const unsigned char *)t->data + i * rt_dtype_size(t->dtype);
    switch (t->dtype) {
    case RT_BOOL: case RT_U8: return *p;
    case RT_I8: { READ(int8_t, p); return v; }
    case RT_U16: { READ(uint16_t, p); return v; }
    case RT_I16: { READ(int16_t, p); return v; }
    case RT_U32: { READ(uint32_t, p); return v; }
    case RT_I32: { READ(int32_t, p); return v; }
    case RT_U64: { READ(uint64_t, p); return v > INT64_MAX ? INT64_MAX : (int64_t)v; }
    case RT_I64: { READ(int64_t, p); return v; }
    default: return 0;
    }
}

void rt_tensor_doubles(const rt_tensor *t, double *out)
{
    if (t->dtype == RT_F64 && t->count)
        memcpy(out, t->data, t->count * sizeof *out);
    for (size_t i = 0; t->dtype != RT_F64 && i < t->count; i++)
        out[i] = rt_tensor_value(t, i);
}

void rt_tensor_floats(const rt_tensor *t, float *out)
{
    if (t->dtype == RT_F32 && t->count)
        memcpy(out, t->data, t->count * sizeof *out);
    for (size_t i = 0; t->dtype != RT_F32 && i < t->count; i++)
        out[i] = (float)rt_tensor_value(t, i);
}

char *rt_shape_text(char *out, size_t n, int rank, const long *shape)
{
    size_t k = (size_t)snprintf(out, n, "[");
    for (int i = 0; i < rank && k < n; i++)
        k += (size_t)snprintf(out + k, n - k, "%s%ld", i ? ", " : "", shape[i]);
    if (k < n)
        snprintf(out + k, n - k, "]");
    return out;
}

/* ---- the writer ---- */

typedef struct { char *s; size_t n, room; int lost; } Header;

static void put(Header *h, const char *bytes, size_t n)
{
    if (h->n + n > h->room && !h->lost) {
        size_t room = (h->n + n) * 2 + 256;
        char *grown = realloc(h->s, room);
        h->lost = !grown;
        h->s = grown ? grown : h->s;
        h->room = grown ? room : h->room;
    }
    if (!h->lost && n)
        memcpy(h->s + h->n, bytes, n), h->n += n;
}

static void put_text(Header *h, const char *s) { put(h, s, strlen(s)); }

static void put_number(Header *h, size_t x)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", x);
    put_text(h, text);
}

static void put_string(Header *h, const char *s)
{
    put(h, "\"", 1);
    for (; *s; s++) {
        char code[8];
        if ((unsigned char)*s < 32)
            snprintf(code, sizeof code, "\\u%04x", (unsigned)*s), put_text(h, code);
        else if (*s == '"' || *s == '\\')
            put(h, "\\", 1), put(h, s, 1);
        else
            put(h, s, 1);
    }
    put(h, "\"", 1);
}

static size_t bytes_of(const rt_tensor *t)
{
    size_t n = rt_dtype_size(t->dtype);
    for (int i = 0; i < t->rank; i++)
        n *= (size_t)t->shape[i];
    return n;
}

static void build(Header *h, const rt_tensor *tensor, int tensors, const rt_meta *meta, int metas)
{
    size_t offset = 0;
    char length[8];
    put(h, "\0\0\0\0\0\0\0\0{", 9);
    if (metas)
        put_text(h, "\"__metadata__\":{");
    for (int i = 0; i < metas; i++)
        put_string(h, meta[i].key), put_text(h, ":"), put_string(h, meta[i].value),
            put_text(h, i < metas - 1 ? "," : "}");
    for (int i = 0; i < tensors; i++) {
        const rt_tensor *t = &tensor[i];
        put_text(h, i || metas ? "," : ""), put_string(h, t->name);
        put_text(h, ":{\"dtype\":\""), put_text(h, rt_dtype_name(t->dtype)), put_text(h, "\",\"shape\":[");
        for (int k = 0; k < t->rank; k++)
            put_text(h, k ? "," : ""), put_number(h, (size_t)t->shape[k]);
        put_text(h, "],\"data_offsets\":["), put_number(h, offset), put_text(h, ","),
            put_number(h, offset + bytes_of(t)), put_text(h, "]}");
        offset += bytes_of(t);
    }
    put_text(h, "}");
    while (!h->lost && h->n % 64)
        put(h, " ", 1);
    for (int i = 0; i < 8; i++)
        length[i] = (char)(unsigned char)((h->n - 8) >> (8 * i) & 255);
    if (!h->lost)
        memcpy(h->s, length, 8);
}

static int failed(char *error, size_t n, const char *path, const char *what)
{
    snprintf(error, n, "%s: %s", path, what);
    return -1;
}

/* The name of a file lasts only when its folder has reached the disk too. */
static void sync_folder(const char *path, char *copy)
{
    strcpy(copy, path);
    char *slash = strrchr(copy, '/');
    if (slash)
        slash[slash == copy] = 0;
    int d = open(slash ? copy : ".", O_RDONLY);
    if (d >= 0)
        fsync(d), close(d);            /* some file systems refuse; the renaming was atomic all the same */
}

int rt_tensors_save(const char *path, const rt_tensor *tensor, int tensors, const rt_meta *meta, int metas,
                    char *error,
                    size_t errors)
{
    Header h = { 0 };
    char *copy = malloc(strlen(path) + 40);
    build(&h, tensor, tensors, meta, metas);
    if (h.lost || !copy)
        return free(h.s), free(copy), failed(error, errors, path, "out of memory");
    sprintf(copy, "%s.part", path);
    int d = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    FILE *f = d >= 0 ? fdopen(d, "wb") : NULL;
    if (!f)
        return failed(error, errors, copy, strerror(errno)), free(h.s), free(copy), -1;
    int good = fwrite(h.s, 1, h.n, f) == h.n;
    for (int i = 0; i < tensors && good; i++)
        good = fwrite(tensor[i].data, 1, bytes_of(&tensor[i]), f) == bytes_of(&tensor[i]);
    good = good && !fflush(f) && !fsync(d);
    int wrong = errno;
    if (fclose(f) && good)
        good = 0, wrong = errno;
    if (good && rename(copy, path))
        good = 0, wrong = errno;
    if (!good) {
        unlink(copy);
        failed(error, errors, path, strerror(wrong));
    } else
        sync_folder(path, copy);
    free(h.s), free(copy);
    return good ? 0 : -1;
}
