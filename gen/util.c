/* util.c -- arenas, growing text, files and errors. Takes nothing of the compiler's; gives what every other file
 * stands on, and is the only one that calls malloc or ends the process.
 */
#define _POSIX_C_SOURCE 200809L
#include "rnnc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Chunk Chunk;
struct Chunk {
    Chunk *next;
    size_t used, size;
    max_align_t data[];
};

struct Arena {
    Chunk *chunk;
};

enum { CHUNK_BYTES = 1 << 16, MESSAGE_BYTES = 4000 };

static void *must(void *p)
{
    if (!p) {
        fputs("rnnc: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

Arena *arena_new(void) { return must(calloc(1, sizeof(Arena))); }

void arena_free(Arena *a)
{
    if (!a)
        return;
    for (Chunk *c = a->chunk, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    free(a);
}

void *alloc(Arena *a, size_t bytes)
{
    const size_t unit = sizeof(max_align_t);
    if (bytes > SIZE_MAX / 2)
        must(NULL);
    bytes = (bytes + unit - 1) / unit * unit;
    Chunk *c = a->chunk;
    if (!c || c->size - c->used < bytes) {
        size_t size = bytes > CHUNK_BYTES / 4 ? bytes : CHUNK_BYTES;
        Chunk *fresh = must(calloc(1, sizeof *fresh + size));
        fresh->size = size;
        if (c && size == bytes) {       /* a large piece of its own: small ones go on filling the current chunk */
            fresh->next = c->next;
            c->next = fresh;
        } else {
            fresh->next = c;
            a->chunk = fresh;
        }
        c = fresh;
    }
    void *p = (char *)c->data + c->used;
    c->used += bytes;
    return p;
}

void *grow(Arena *a, void *old, int n, int *cap, size_t size)
{
    if (n < *cap)
        return old;
    int fresh_cap = *cap ? 2 * *cap : 8;
    void *p = alloc(a, (size_t)fresh_cap * size);
    if (n)
        memcpy(p, old, (size_t)n * size);
    *cap = fresh_cap;
    return p;
}

char *copy_text(Arena *a, const char *s)
{
    size_t n = strlen(s);
    char *p = alloc(a, n + 1);
    memcpy(p, s, n);
    return p;
}

char *format(Arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n < 0)
        DIE("cannot format %s", fmt);
    char *p = alloc(a, (size_t)n + 1);
    va_start(args, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, args);
    va_end(args);
    return p;
}

static void reserve(Text *t, size_t more)
{
    if (more > SIZE_MAX / 4 || t->n > SIZE_MAX / 4)
        must(NULL);
    if (t->n + more + 1 <= t->cap)
        return;
    size_t cap = t->cap ? t->cap : 256;
    while (cap < t->n + more + 1)
        cap *= 2;
    t->s = must(realloc(t->s, cap));
    t->cap = cap;
}

void put(Text *t, const char *fmt, ...)
{
    va_list args;
    reserve(t, 80);
    va_start(args, fmt);
    int n = vsnprintf(t->s + t->n, t->cap - t->n, fmt, args);
    va_end(args);
    if (n < 0)
        DIE("cannot format %s", fmt);
    if ((size_t)n >= t->cap - t->n) {                   /* it was cut */
        reserve(t, (size_t)n);
        va_start(args, fmt);
        vsnprintf(t->s + t->n, (size_t)n + 1, fmt, args);
        va_end(args);
    }
    t->n += (size_t)n;
}

void put_bytes(Text *t, const char *s, size_t n)
{
    reserve(t, n);
    memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = 0;
}

void put_text(Text *t, const char *s) { put_bytes(t, s, strlen(s)); }

void text_free(Text *t)
{
    free(t->s);
    *t = (Text){0};
}

static const Loc nowhere = {0};

/* whole content of an open stream; NULL with errno if it cannot be read */
static char *read_all(Arena *a, FILE *f, size_t *size)
{
    size_t n = 0, cap = 1 << 14;
    char *buffer = must(malloc(cap));
    for (;;) {
        size_t got = fread(buffer + n, 1, cap - n, f);
        n += got;
        if (n < cap)
            break;
        if (cap > SIZE_MAX / 4)
            must(NULL);
        cap *= 2;
        buffer = must(realloc(buffer, cap));
    }
    char *p = NULL;
    if (!ferror(f)) {
        p = alloc(a, n + 1);
        memcpy(p, buffer, n);
        if (size)
            *size = n;
    }
    int saved = errno;
    free(buffer);
    errno = saved;
    return p;
}

char *read_file(Arena *a, const char *path, size_t *size)
{
    bool standard = strcmp(path, "-") == 0;
    errno = 0;
    FILE *f = standard ? stdin : fopen(path, "rb");
    if (!f)
        err(nowhere, "cannot read %s: %s", path, strerror(errno));
    char *p = read_all(a, f, size);
    if (!p)
        err(nowhere, "cannot read %s: %s", path, strerror(errno));
    if (!standard)
        fclose(f);
    return p;
}

static bool says_the_same(const char *path, const char *s, size_t n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    Arena *a = arena_new();
    size_t size = 0;
    char *old = read_all(a, f, &size);
    bool same = old && size == n && (n == 0 || memcmp(old, s, n) == 0);
    arena_free(a);
    fclose(f);
    return same;
}

void write_file(const char *path, const char *s, size_t n)
{
    if (strcmp(path, "-") == 0) {
        if (fwrite(s, 1, n, stdout) != n || fflush(stdout))
            err(nowhere, "cannot write to standard output: %s", strerror(errno));
        return;
    }
    if (says_the_same(path, s, n))
        return;
    Arena *a = arena_new();
    char *temporary = format(a, "%s.%ld.tmp", path, (long)getpid());
    errno = 0;
    FILE *f = fopen(temporary, "wb");
    if (!f)
        err(nowhere, "cannot write %s: %s", path, strerror(errno));
    bool good = fwrite(s, 1, n, f) == n;
    good = fclose(f) == 0 && good;
    good = good && rename(temporary, path) == 0;
    if (!good) {
        int saved = errno;
        remove(temporary);
        err(nowhere, "cannot write %s: %s", path, strerror(saved));
    }
    arena_free(a);
}

static void message(Loc loc, const char *what, const char *fmt, va_list args)
{
    fflush(stdout);
    if (loc.file && loc.line > 0)
        fprintf(stderr, "%s:%d: ", loc.file, loc.line);
    else if (loc.file)
        fprintf(stderr, "%s: ", loc.file);
    else
        fputs("rnnc: ", stderr);
    fputs(what, stderr);
    char text[MESSAGE_BYTES];                           /* without what a terminal would obey, and of a length to be read */
    const int n = vsnprintf(text, sizeof text, fmt, args);
    for (char *s = text; n > 0 && *s; s++)
        if (((unsigned char)*s < 32 && *s != '\n' && *s != '\t') || *s == 127)
            *s = '?';
    fprintf(stderr, n < (int)sizeof text ? "%s\n" : "%s ...\n", n > 0 ? text : fmt);
}

void err(Loc loc, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message(loc, "", fmt, args);
    va_end(args);
    exit(1);
}

void usage_err(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message(nowhere, "", fmt, args);
    va_end(args);
    exit(2);
}

void warn(Loc loc, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    message(loc, "warning: ", fmt, args);
    va_end(args);
}

void die(const char *file, int line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fprintf(stderr, "rnnc: a defect of the compiler itself, found at %s:%d: ", file, line);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}

uint64_t hash_bytes(uint64_t seed, const void *p, size_t n)
{
    const unsigned char *s = p;
    uint64_t h = seed ^ UINT64_C(14695981039346656037);
    for (size_t i = 0; i < n; i++)
        h = (h ^ s[i]) * UINT64_C(1099511628211);
    return h;
}

static int least(int a, int b) { return a < b ? a : b; }

static int edit_distance(const char *a, const char *b)  /* two neighbours that changed places are one mistake */
{
    enum { LONGEST = 64 };
    int rows[3][LONGEST + 1];
    int n = (int)strnlen(a, LONGEST + 1), m = (int)strnlen(b, LONGEST + 1);
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (int j = 0; j <= m; j++)
        rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        const int *before = rows[(i + 1) % 3], *above = rows[(i + 2) % 3];
        int *row = rows[i % 3];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

const char *nearest(const char *word, const char *const *words, int n)
{
    const char *best = NULL;
    int limit = (int)strlen(word) / 3 + 1, least_so_far = limit + 1;
    for (int i = 0; i < n; i++) {
        int d = edit_distance(word, words[i]);
        if (d < least_so_far) {
            least_so_far = d;
            best = words[i];
        }
    }
    return best;
}
