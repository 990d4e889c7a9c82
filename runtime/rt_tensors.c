/* rt_tensors.c -- the reader of safetensors files. Takes bytes that nobody vouches for, gives arrays whose every
 * element lies inside those bytes. A file is: 8 bytes, the length of the header; the header, JSON of one known
 * form; the data, covered by the tensors without gap or overlap. It may not trust a number before having checked
 * it.
 */
#include "rt_tensors.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_METAS = 4096 };

struct rt_tensors_rest {
    unsigned char *bytes;          /* the whole file */
    char *text;                    /* names and metadata, unescaped */
    size_t *begin, *end;           /* of each tensor, in the data */
    int *by_offset, *by_name;      /* tensors sorted */
    int room, meta_room;
};

typedef struct {
    const char *path;
    const char *p, *end, *start;
    char *text;                    /* where the next string goes: no longer than the header in all */
    char *error;
    size_t errors;
} Reader;

static int fail(Reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int fail(Reader *r, const char *fmt, ...)
{
    char what[400];
    va_list v;
    va_start(v, fmt);
    vsnprintf(what, sizeof what, fmt, v);
    va_end(v);
    snprintf(r->error, r->errors, "%s: %s", r->path, what);
    return 0;
}

static int bad_header(Reader *r, const char *expected)
{
    if (r->p >= r->end)
        return fail(r, "header: expected %s, found its end", expected);
    unsigned char c = (unsigned char)*r->p;
    const size_t where = (size_t)(r->p - r->start);
    return c > 32 && c < 127 ? fail(r, "header: byte %zu: expected %s, found '%c'", where, expected, c)
                             : fail(r, "header: byte %zu: expected %s, found byte %d", where, expected, c);
}

static void blanks(Reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
        r->p++;
}

static int at(Reader *r, char c)
{
    blanks(r);
    return r->p < r->end && *r->p == c;
}

static int take(Reader *r, char c, const char *expected)
{
    if (!at(r, c))
        return bad_header(r, expected);
    r->p++;
    return 1;
}

static int hex4(Reader *r, unsigned *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, r->p++) {
        char c = r->p < r->end ? *r->p : 0;
        int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (d < 0)
            return bad_header(r, "four hexadecimal digits after \\u");
        *out = *out * 16 + (unsigned)d;
    }
    return 1;
}

static char *put_utf8(char *to, unsigned c)
{
    if (c < 0x80)
        *to++ = (char)c;
    else if (c < 0x800)
        *to++ = (char)(0xc0 | c >> 6), *to++ = (char)(0x80 | (c & 63));
    else if (c < 0x10000)
        *to++ = (char)(0xe0 | c >> 12), *to++ = (char)(0x80 | (c >> 6 & 63)), *to++ = (char)(0x80 | (c & 63));
    else
        *to++ = (char)(0xf0 | c >> 18), *to++ = (char)(0x80 | (c >> 12 & 63)), *to++ = (char)(0x80 | (c >> 6 & 63)),
        *to++ = (char)(0x80 | (c & 63));
    return to;
}

/* one character that is not ASCII: shortest form, no surrogate, at most 10FFFF */
static int copy_utf8(Reader *r, char **to)
{
    const unsigned char *s = (const unsigned char *)r->p;
    size_t left = (size_t)(r->end - r->p);
    int n = s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;
    if (!n || (size_t)n > left)
        return fail(r, "header: byte %zu: not UTF-8", (size_t)(r->p - r->start));
    unsigned c = s[0] & (0x7fu >> n);
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return fail(r, "header: byte %zu: not UTF-8", (size_t)(r->p - r->start));
        c = c << 6 | (s[i] & 63);
    }
    if ((n == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) || (n == 4 && (c < 0x10000 || c > 0x10ffff)))
        return fail(r, "header: byte %zu: not UTF-8", (size_t)(r->p - r->start));
    memcpy(*to, s, (size_t)n);
    *to += n;
    r->p += n;
    return 1;
}

static int escape(Reader *r, char **to)
{
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    char c = r->p < r->end ? *r->p : 0;
    const char *k = c ? strchr(from, c) : NULL;
    if (k) {
        *(*to)++ = into[k - from];
        r->p++;
        return 1;
    }
    if (c != 'u')
        return bad_header(r, "an escape of JSON");
    r->p++;
    unsigned code, low;
    if (!hex4(r, &code))
        return 0;
    if (code >= 0xd800 && code < 0xdc00) {
        if (r->end - r->p < 2 || r->p[0] != '\\' || r->p[1] != 'u')
            return bad_header(r, "the second half of a surrogate pair");
        r->p += 2;
        if (!hex4(r, &low))
            return 0;
        if (low < 0xdc00 || low > 0xdfff)
            return fail(r, "header: byte %zu: half of a surrogate pair", (size_t)(r->p - r->start));
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code < 0xe000)
        return fail(r, "header: byte %zu: half of a surrogate pair", (size_t)(r->p - r->start));
    if (code == 0)
        return fail(r, "header: byte %zu: the character U+0000 in a string", (size_t)(r->p - r->start));
    *to = put_utf8(*to, code);
    return 1;
}

static int string(Reader *r, const char **out, const char *expected)
{
    if (!take(r, '"', expected))
        return 0;
    char *to = r->text;
    *out = to;
    for (;;) {
        if (r->p >= r->end)
            return bad_header(r, "the closing quote of a string");
        unsigned char c = (unsigned char)*r->p;
        if (c < 32)
            return bad_header(r, "no control character inside a string");
        if (c >= 128) {
            if (!copy_utf8(r, &to))
                return 0;
            continue;
        }
        r->p++;
        if (c == '"')
            break;
        if (c != '\\')
            *to++ = (char)c;
        else if (!escape(r, &to))
            return 0;
    }
    *to++ = 0;
    r->text = to;
    return 1;
}

/* a number without sign, fraction, exponent or leading zero */
static int natural(Reader *r, uint64_t *out, const char *expected)
{
    blanks(r);
    const char *s = r->p;
    *out = 0;
    for (; r->p < r->end && *r->p >= '0' && *r->p <= '9'; r->p++) {
        if (*out > (UINT64_MAX / 2 - 9) / 10)
            return fail(r, "header: byte %zu: the number is too large", (size_t)(s - r->start));
        *out = *out * 10 + (uint64_t)(*r->p - '0');
    }
    if (r->p == s || (r->p - s > 1 && *s == '0'))
        return r->p = s, bad_header(r, expected);
    return 1;
}

static void *more(void *old, int n, int *room, size_t size)
{
    if (n < *room)
        return old;
    *room = *room ? *room * 2 : 16;
    return realloc(old, (size_t)*room * size);
}

static int metadata(Reader *r, rt_tensors *t)
{
    if (!take(r, '{', "'{' after \"__metadata__\""))
        return 0;
    if (at(r, '}'))
        return r->p++, 1;
    do {
        rt_meta m;
        if (!string(r, &m.key, "a key of the metadata") || !take(r, ':', "':'") ||
            !string(r, &m.value, "a string as value of the metadata"))
            return 0;
        if (t->metas == MOST_METAS)
            return fail(r, "metadata: more than %d entries", (int)MOST_METAS);
        if (rt_tensors_meta(t, m.key))
            return fail(r, "metadata: the key \"%.80s\" stands twice", m.key);
        rt_meta *grown = more(t->meta, t->metas, &t->rest->meta_room, sizeof *grown);
        if (!grown)
            return fail(r, "out of memory");
        t->meta = grown;
        t->meta[t->metas++] = m;
    } while (at(r, ',') && r->p++);
    return take(r, '}', "',' or '}' in the metadata");
}

static int shape_of(Reader *r, rt_tensor *t)
{
    t->rank = 0;
    t->count = 1;
    if (!take(r, '[', "'[' of a shape"))
        return 0;
    if (at(r, ']'))
        return r->p++, 1;
    do {
        uint64_t d;
        if (!natural(r, &d, "a size"))
            return 0;
        if (t->rank == RT_TENSOR_RANK)
            return fail(r, "tensor %.80s: more than %d dimensions", t->name, (int)RT_TENSOR_RANK);
        if (d > INT32_MAX || (d && t->count > (SIZE_MAX / 16) / d))
            return fail(r, "tensor %.80s: its shape is too large", t->name);
        t->shape[t->rank++] = (long)d;
        t->count *= (size_t)d;
    } while (at(r, ',') && r->p++);
    return take(r, ']', "',' or ']' in a shape");
}

static int dtype_of(Reader *r, rt_tensor *t)
{
    const char *s;
    if (!string(r, &s, "the name of a dtype"))
        return 0;
    int d = rt_dtype_named(s);
    if (d >= 0)
        return t->dtype = (rt_dtype)d, 1;
    return fail(r, "tensor %.80s: dtype %.20s is not known here (F64, F32, F16, BF16, integers, BOOL)", t->name,
                s);
}

static int tensor(Reader *r, rt_tensors *t, const char *name)
{
    rt_tensor *x = &t->tensor[t->tensors];
    uint64_t begin = 0, end = 0;
    int seen = 0;
    *x = (rt_tensor){ .name = name };
    if (!take(r, '{', "'{' after the name of a tensor"))
        return 0;
    do {
        const char *key;
        if (!string(r, &key, "\"dtype\", \"shape\" or \"data_offsets\"") || !take(r, ':', "':'"))
            return 0;
        int bit = !strcmp(key, "dtype") ? 1 : !strcmp(key, "shape") ? 2 : !strcmp(key, "data_offsets") ? 4 : 0;
        if (!bit)
            return fail(r, "tensor %.80s: unknown field \"%.40s\", not dtype, shape, data_offsets", name, key);
        if (seen & bit)
            return fail(r, "tensor %.80s: %s stands twice", name, key);
        seen |= bit;
        if (bit == 1 ? !dtype_of(r, x) : bit == 2 ? !shape_of(r, x)
                     : !take(r, '[', "'[' of the offsets") || !natural(r, &begin, "an offset") ||
                         !take(r, ',', "','") ||
                       !natural(r, &end, "an offset") || !take(r, ']', "']' after two offsets"))
            return 0;
    } while (at(r, ',') && r->p++);
    if (!take(r, '}', "',' or '}' in a tensor"))
        return 0;
    if (seen != 7)
        return fail(r, "tensor %.80s: %s is missing", name, !(seen & 1) ? "dtype" : !(seen & 2) ? "shape"
                    : "data_offsets");
    char shape[120];
    size_t size = x->count * rt_dtype_size(x->dtype);
    if (end < begin || end - begin != size)
        return fail(r, "tensor %.80s: %s of shape %s takes %zu bytes, its offsets %llu..%llu give another size",
                    name,
                    rt_dtype_name(x->dtype), rt_shape_text(shape, sizeof shape, x->rank, x->shape), size,
                    (unsigned long long)begin, (unsigned long long)end);
    t->rest->begin[t->tensors] = (size_t)begin;
    t->rest->end[t->tensors] = (size_t)end;
    t->tensors++;
    return 1;
}

/* Merge sort of indices: qsort has no argument for the arrays that it should look into. */
static void sort(int *index, int *spare, int n, const rt_tensors *t, int by_name)
{
    if (n < 2)
        return;
    int h = n / 2, i = 0, j = h, k = 0;
    sort(index, spare, h, t, by_name);
    sort(index + h, spare, n - h, t, by_name);
    while (i < h && j < n) {
        int a = index[i], b = index[j];
        const size_t *begin = t->rest->begin, *end = t->rest->end;
        int later = by_name ? strcmp(t->tensor[a].name, t->tensor[b].name) > 0
                            : begin[a] > begin[b] || (begin[a] == begin[b] && end[a] > end[b]);
        spare[k++] = later ? index[j++] : index[i++];
    }
    while (i < h)
        spare[k++] = index[i++];
    memcpy(index, spare, (size_t)k * sizeof *index);
}

static int in_order(Reader *r, rt_tensors *t, const unsigned char *data, size_t size)
{
    struct rt_tensors_rest *q = t->rest;
    int n = t->tensors, *spare = malloc(((size_t)n + 1) * sizeof *spare);
    q->by_offset = malloc(((size_t)n + 1) * sizeof *spare);
    q->by_name = malloc(((size_t)n + 1) * sizeof *spare);
    if (!spare || !q->by_offset || !q->by_name)
        return free(spare), fail(r, "out of memory");
    for (int i = 0; i < n; i++)
        q->by_offset[i] = q->by_name[i] = i;
    sort(q->by_offset, spare, n, t, 0);
    sort(q->by_name, spare, n, t, 1);
    free(spare);
    for (int i = 1; i < n; i++)
        if (!strcmp(t->tensor[q->by_name[i - 1]].name, t->tensor[q->by_name[i]].name))
            return fail(r, "tensor %.80s stands twice", t->tensor[q->by_name[i]].name);
    size_t here = 0;
    for (int i = 0; i < n; i++) {
        int k = q->by_offset[i];
        if (q->begin[k] != here)
            return fail(r, "tensor %.80s: begins at offset %zu, expected %zu: data have no gap and no overlap",
                        t->tensor[k].name, q->begin[k], here);
        if (q->end[k] > size)
            return fail(r, "tensor %.80s: ends at offset %zu, but the file has %zu bytes of data (cut short?)",
                        t->tensor[k].name,
                        q->end[k], size);
        here = q->end[k];
        t->tensor[k].data = data + q->begin[k];
    }
    return here == size ? 1 : fail(r, "%zu bytes after the last tensor", size - here);
}

static int header(Reader *r, rt_tensors *t)
{
    if (r->p >= r->end || *r->p != '{')
        return bad_header(r, "'{' as its first byte");
    r->p++;
    int seen = 0;
    if (at(r, '}'))
        r->p++;
    else {
        do {
            const char *name;
            if (!string(r, &name, "the name of a tensor") || !take(r, ':', "':'"))
                return 0;
            if (!strcmp(name, "__metadata__")) {
                if (seen++)
                    return fail(r, "header: __metadata__ stands twice");
                if (!metadata(r, t))
                    return 0;
                continue;
            }
            int room = t->rest->room;
            rt_tensor *grown = more(t->tensor, t->tensors, &t->rest->room, sizeof *grown);
            t->tensor = grown ? grown : t->tensor;
            if (grown && room != t->rest->room) {
                size_t n = (size_t)t->rest->room * sizeof(size_t), *b = realloc(t->rest->begin, n), *e;
                t->rest->begin = b ? b : t->rest->begin;
                e = b ? realloc(t->rest->end, n) : NULL;
                t->rest->end = e ? e : t->rest->end;
                grown = e ? grown : NULL;
            }
            if (!grown)
                return fail(r, "out of memory");
            if (!tensor(r, t, name))
                return 0;
        } while (at(r, ',') && r->p++);
        if (!take(r, '}', "',' or '}' after a tensor"))
            return 0;
    }
    blanks(r);
    return r->p == r->end ? 1 : bad_header(r, "nothing but spaces after the last '}'");
}

/* takes the bytes over, also when it fails */
static rt_tensors *parse(Reader *r, unsigned char *bytes, size_t n)
{
    rt_tensors *t = calloc(1, sizeof *t);
    struct rt_tensors_rest *q = calloc(1, sizeof *q);
    uint64_t length = 0;
    if (!t || !q) {
        free(t), free(q), free(bytes);
        return fail(r, "out of memory"), NULL;
    }
    t->rest = q;
    q->bytes = bytes;
    for (int i = 7; i >= 0 && n >= 8; i--)
        length = length << 8 | bytes[i];
    if (n < 8)
        fail(r, "not a safetensors file: %zu bytes, expected 8 for the length of the header", n);
    else if (length > n - 8)
        fail(r, "not a safetensors file, or cut short: a header of %llu bytes in a file of %zu",
             (unsigned long long)length, n);
    else {
        q->text = malloc((size_t)length + 1);
        r->start = r->p = (const char *)bytes + 8;
        r->end = r->p + length;
        r->text = q->text;
        if (!q->text)
            fail(r, "out of memory");
        else if (header(r, t) && in_order(r, t, bytes + 8 + length, n - 8 - (size_t)length))
            return t;
    }
    rt_tensors_close(t);
    return NULL;
}

rt_tensors *rt_tensors_parse(const char *label, const void *bytes, size_t n, char *error, size_t errors)
{
    Reader r = { .path = label, .error = error, .errors = errors };
    unsigned char *copy = malloc(n + 1);
    if (!copy)
        return fail(&r, "out of memory"), NULL;
    if (n)
        memcpy(copy, bytes, n);
    return parse(&r, copy, n);
}

rt_tensors *rt_tensors_open(const char *path, char *error, size_t errors)
{
    Reader r = { .path = path, .error = error, .errors = errors };
    FILE *f = fopen(path, "rb");
    if (!f)
        return fail(&r, "%s", strerror(errno)), NULL;
    size_t n = 0, room = 1 << 16;
    unsigned char *bytes = malloc(room);
    while (bytes) {
        n += fread(bytes + n, 1, room - n, f);
        if (n < room)
            break;
        unsigned char *grown = realloc(bytes, room *= 2);
        if (!grown)
            free(bytes);
        bytes = grown;
    }
    int wrong = ferror(f) ? errno : 0;
    fclose(f);
    if (!bytes || wrong)
        return free(bytes), fail(&r, "%s", wrong ? strerror(wrong) : "out of memory"), NULL;
    return parse(&r, bytes, n);
}

void rt_tensors_close(rt_tensors *t)
{
    if (!t)
        return;
    free(t->rest->bytes), free(t->rest->text), free(t->rest->begin), free(t->rest->end);
    free(t->rest->by_offset), free(t->rest->by_name), free(t->rest);
    free(t->tensor), free(t->meta), free(t);
}

const rt_tensor *rt_tensors_find(const rt_tensors *t, const char *name)
{
    int low = 0, high = t->tensors;
    while (low < high) {
        int mid = (low + high) / 2, c = strcmp(name, t->tensor[t->rest->by_name[mid]].name);
        if (c == 0)
            return &t->tensor[t->rest->by_name[mid]];
        if (c < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}
