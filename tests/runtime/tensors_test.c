/* tensors_test.c -- safetensors: what is written is read back; whatever is wrong is refused with a sentence, and no
 * damaged file makes the reader touch memory that is not its own (build with -fsanitize=address,undefined).
 * sources: rt_tensors.c rt_tensors_write.c
 */
#include "../../runtime/rt_tensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int passed, failed;
static char error[600], path[200];

static void check(int good, const char *what)
{
    good ? passed++ : failed++;
    if (!good)
        printf("failed: %s (last message: %s)\n", what, error);
}

static size_t file(const char *header, size_t data, unsigned char *out)
{
    size_t n = strlen(header);
    for (int i = 0; i < 8; i++)
        out[i] = (unsigned char)(n >> (8 * i));
    memcpy(out + 8, header, n);
    memset(out + 8 + n, 0, data);
    return 8 + n + data;
}

static void refused(const char *header, size_t data, const char *expected)
{
    unsigned char bytes[4096];
    size_t n = file(header, data, bytes);
    error[0] = 0;
    rt_tensors *t = rt_tensors_parse("x", bytes, n, error, sizeof error);
    check(!t && strstr(error, expected), expected);
    rt_tensors_close(t);
}

static void accepted(const char *header, size_t data)
{
    unsigned char bytes[4096];
    size_t n = file(header, data, bytes);
    rt_tensors *t = rt_tensors_parse("x", bytes, n, error, sizeof error);
    check(t != NULL, header);
    rt_tensors_close(t);
}

static unsigned char *load(size_t *n)
{
    FILE *f = fopen(path, "rb");
    unsigned char *b = malloc(1 << 16);
    *n = f && b ? fread(b, 1, 1 << 16, f) : 0;
    if (f)
        fclose(f);
    return b;
}

static uint32_t random_state = 1;
static uint32_t next(void) { return (random_state = random_state * 1664525u + 1013904223u) >> 8; }

int main(void)
{
    snprintf(path, sizeof path, "%s/rnnc_tensors_%ld.safetensors", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
             (long)getpid());
    const float w[6] = { 1, -2.5f, 3, 1e-30f, 0, 7 };
    const double d[1] = { 1.0 / 3 };
    const int32_t ids[3] = { 5, -6, 7 };
    const int64_t big[2] = { INT64_MAX, INT64_MIN };
    const rt_tensor t[] = {
        { .name = "rnn.weight_ih_l0", .dtype = RT_F32, .rank = 2, .shape = { 2, 3 }, .data = w },
        { .name = "loss", .dtype = RT_F64, .rank = 0, .data = d },
        { .name = "empty", .dtype = RT_F32, .rank = 2, .shape = { 0, 3 }, .data = w },
        { .name = "ids \"x\"\\", .dtype = RT_I32, .rank = 1, .shape = { 3 }, .data = ids },
        { .name = "big", .dtype = RT_I64, .rank = 1, .shape = { 2 }, .data = big },
    };
    const rt_meta m[] = { { "name", "a model" }, { "text", "\n\t\x01 \xc3\xa4 \xf0\x9f\x98\x80 \"\\" } };
    check(!rt_tensors_save(path, t, 5, m, 2, error, sizeof error), "save");
    rt_tensors *r = rt_tensors_open(path, error, sizeof error);
    check(r && r->tensors == 5 && r->metas == 2, "open");
    if (!r)
        return puts("0 passed, 1 failed"), 1;
    for (int i = 0; i < 5; i++) {
        const rt_tensor *f = rt_tensors_find(r, t[i].name);
        check(f && f->dtype == t[i].dtype && f->rank == t[i].rank &&
              !memcmp(f->shape, t[i].shape, sizeof f->shape), t[i].name);
        check(f && !memcmp(f->data, t[i].data, f->count * rt_dtype_size(f->dtype)), "the same bytes");
    }
    for (int i = 0; i < 2; i++)
        check(rt_tensors_meta(r, m[i].key) && !strcmp(rt_tensors_meta(r, m[i].key), m[i].value), m[i].key);
    check(!rt_tensors_find(r, "rnn") && !rt_tensors_meta(r, "tex"), "nothing found under other names");
    float out[6];
    rt_tensor_floats(rt_tensors_find(r, "rnn.weight_ih_l0"), out);
    check(!memcmp(out, w, sizeof w) && rt_tensor_value(rt_tensors_find(r, "loss"), 0) == d[0], "values");
    check(rt_tensor_whole(rt_tensors_find(r, "big"), 1) == INT64_MIN &&
          rt_tensor_value(rt_tensors_find(r, "ids \"x\"\\"), 1) == -6,
          "integers");
    rt_tensors_close(r);

    const uint16_t halves[] = { 0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00, 0x3555 };
    const double as[] = { 1, -2, 0x1p-24, 65504, -INFINITY, 0.333251953125 };
    rt_tensor h = { .dtype = RT_F16, .data = halves };
    for (size_t i = 0; i < 6; i++)
        check(rt_tensor_value(&h, i) == as[i], "half precision");
    h.dtype = RT_BF16;
    check(rt_tensor_value(&h, 1) == -2, "bfloat16");

    size_t n, n2;
    unsigned char *bytes = load(&n), *again;
    check(!rt_tensors_save(path, t, 5, m, 2, error, sizeof error), "save again");
    again = load(&n2);
    check(n == n2 && !memcmp(bytes, again, n), "the same bytes for the same arguments");
    free(again);
    check(rt_tensors_save("/nowhere/at/all", t, 5, m, 2, error, sizeof error) && strstr(error, "No such file"),
          "no such folder");
    check(!rt_tensors_open("/nowhere/at/all", error, sizeof error) && strstr(error, "No such file"),
          "no such file");

    int wrong = 0;
    for (size_t i = 0; i < n; i++) {
        error[0] = 0;
        r = rt_tensors_parse("cut", bytes, i, error, sizeof error);
        wrong += r != NULL || !error[0];
        rt_tensors_close(r);
    }
    check(!wrong, "cut short at every byte");
    unsigned char *copy = malloc(n);
    double sum = 0;
    for (int k = 0; k < 20000; k++) {
        memcpy(copy, bytes, n);
        for (uint32_t c = 1 + next() % 3; c; c--)
            copy[next() % (k % 2 ? n : 500)] = (unsigned char)(next() % 3 ? next()
                                                               : (uint32_t)"0123456789\"{}[]:,\\"[next() % 18]);
        error[0] = 0;
        r = rt_tensors_parse("flipped", copy, n, error, sizeof error);
        wrong += !r && !error[0];
        for (int i = 0; r && i < r->tensors; i++)
            for (size_t j = 0; j < r->tensor[i].count; j++)
                sum += isfinite(rt_tensor_value(&r->tensor[i], j)) ? 1 : 0;
        rt_tensors_close(r);
    }
    check(!wrong && sum > 0, "bytes changed at random");
    free(copy), free(bytes), unlink(path);

#define A "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"
    accepted("{}", 0);
    accepted("{}   \n", 0);
    accepted(A "}", 8);
    accepted(A ",\"b\":{\"data_offsets\" : [8, 10], \"shape\":[], \"dtype\":\"I16\"} }", 10);
    accepted("{\"__metadata__\":{},\"\\u00e4\\ud83d\\ude00\":"
             "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}", 0);
    refused("", 0, "expected '{' as its first byte, found its end");
    refused(" {}", 0, "expected '{' as its first byte");
    refused("{}x", 0, "nothing but spaces after the last '}'");
    refused(A "}", 7, "cut short?");
    refused(A "}", 9, "1 bytes after the last tensor");
    refused(A ",\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}", 8, "tensor a stands twice");
    refused(A ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8,
            "tensor b: begins at offset 4, expected 8");
    refused(A ",\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", 16, "no gap and no overlap");
    refused(A ",\"b\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[8,16]}}", 16, "dtype F99 is not known");
    refused(A ",\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,12]}}", 12, "takes 8 bytes");
    refused(A ",\"b\":{\"dtype\":\"F64\",\"shape\":[-1],\"data_offsets\":[8,12]}}", 12,
            "expected a size, found '-'");
    refused(A ",\"b\":{\"dtype\":\"F64\",\"shape\":[1.5],\"data_offsets\":[8,12]}}", 12, "',' or ']' in a shape");
    refused(A ",\"b\":{\"dtype\":\"F64\",\"shape\":[01],\"data_offsets\":[8,12]}}", 12, "expected a size");
    refused("{\"b\":{\"dtype\":\"U8\",\"shape\":[65536,65536,65536,65536],\"data_offsets\":[0,0]}}", 0,
            "shape is too large");
    refused("{\"b\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,0]}}", 0,
            "number is too large");
    refused("{\"b\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,1]}}", 1,
            "more than 8 dimensions");
    refused("{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]}}", 1, "its offsets 1..0");
    refused("{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
            "shape stands twice");
    refused("{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}}", 1, "unknown field \"x\", not dtype");
    refused("{\"b\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "data_offsets is missing");
    refused("{\"__metadata__\":{\"a\":1}}", 0, "a string as value of the metadata");
    refused("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, "the key \"a\" stands twice");
    refused("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "__metadata__ stands twice");
    refused("{\"\\u0000\":{}}", 0, "U+0000");
    refused("{\"\\ud800x\":{}}", 0, "surrogate");
    refused("{\"\xc0\x80\":{}}", 0, "not UTF-8");
    refused("{\"\xed\xa0\x80\":{}}", 0, "not UTF-8");
    refused("{\"a\n\":{}}", 0, "control character");
    refused("{\"a", 0, "closing quote");
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
