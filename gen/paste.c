/* paste.c -- the blocks of the runtime's headers that a text uses, so that a predictor stands alone and contains no more
 * than it needs. A block begins with a line that says its name; it is needed if an identifier that it defines is used by
 * the text or by a needed block. What is pasted is what was tested: the text is not changed.
 */
#include "emit.h"

#include <ctype.h>
#include <string.h>

typedef struct { const char *s; size_t n; bool wanted, base; PastePart part; } Block;

static bool word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static bool ours(const char *s) { return !strncmp(s, "rt_", 3) || !strncmp(s, "rtv_", 4) || !strncmp(s, "RT_", 3); }

/* A name and a block that defines it; names of one hash follow each other by `next`, from the table on. */
typedef struct { const char *s; size_t n; int block, next; } Definition;

enum { SLOTS = 1024 };

typedef struct { Block *block; Definition *definition; int definitions, cap, first[SLOTS]; } Index;

static unsigned slot(const char *s, size_t n) { return (unsigned)(hash_bytes(0, s, n) % SLOTS); }

/* Is the identifier s[0..n) of the block defined there: the word before '(' at the start of a definition, or after #define? */
static bool defined(const Block *b, const char *s, size_t n)
{
    const char *start = s, *after = s + n;
    while (start > b->s && start[-1] != '\n')
        start--;
    if (!strncmp(start, "#define ", 8) && start + 8 == s)
        return true;
    if (!strncmp(start, "RT_INLINE", 9) || !strncmp(start, "RT_NOINLINE", 11))
        return memchr(start, '(', (size_t)(b->s + b->n - start)) == after;
    return !strncmp(start, "typedef", 7) && (*after == ';' || !strncmp(after, " __attribute__", 14));
}

/* the next identifier of ours in text[*at..size): its length, or 0 */
static size_t next_name(const char *text, size_t size, size_t *at)
{
    for (size_t len; *at < size; *at += len ? len : 1) {
        for (len = 0; *at + len < size && word(text[*at + len]); len++) {}
        if (len && ours(text + *at))
            return len;
    }
    return 0;
}

static void index_block(Arena *mem, Index *x, int block)
{
    const Block *b = &x->block[block];
    size_t at = 0;
    for (size_t n; (n = next_name(b->s, b->n, &at)); at += n)
        if (defined(b, b->s + at, n)) {
            int *first = &x->first[slot(b->s + at, n)];
            x->definition = grow(mem, x->definition, x->definitions, &x->cap, sizeof *x->definition);
            x->definition[x->definitions] = (Definition){ b->s + at, n, block, *first };
            *first = x->definitions++;
        }
}

static void want(Index *x, const char *text, size_t size)
{
    size_t at = 0;
    for (size_t n; (n = next_name(text, size, &at)); at += n)
        for (int i = x->first[slot(text + at, n)]; i >= 0; i = x->definition[i].next) {
            const Definition *d = &x->definition[i];
            Block *b = &x->block[d->block];
            if (d->n == n && !memcmp(d->s, text + at, n) && !b->wanted && !b->base) {
                b->wanted = true;
                want(x, b->s, b->n);
            }
        }
}

static int split_blocks(Arena *mem, const char *text, PastePart part, Block **block, int n, int *cap)
{
    const char *at = strstr(text, "/* ---- ");
    while (at) {
        const char *end = strstr(at + 1, "\n/* ---- ");
        const char *stop = end ? end + 1 : strstr(at, "\n#endif /* RT_");
        size_t len = stop ? (size_t)(stop - at) : strlen(at);
        *block = grow(mem, *block, n, cap, sizeof **block);
        const bool first = !strncmp(at, "/* ---- base:", 13), width = !strncmp(at, "/* ---- width:", 14);
        (*block)[n++] = (Block){ at, len, false, first || width, first ? PASTE_ONCE : part };
        at = end ? end + 1 : NULL;
    }
    return n;
}

void paste_runtime(Arena *mem, const char *used_by, Text part[PASTE_PARTS])
{
    static const struct { const char *name; PastePart part; } file[] = {
        { "runtime/rt_vector.h", PASTE_EACH }, { "runtime/rt_lanes.h", PASTE_EACH }, { "runtime/rt_free.h", PASTE_EACH },
        { "runtime/rt_math.h", PASTE_EACH }, { "runtime/rt_pack.h", PASTE_EACH }, { "runtime/rt_product.h", PASTE_EACH },
        { "runtime/rt_matvec.h", PASTE_EACH }, { "runtime/rt_parts.h", PASTE_EACH },
        { "runtime/rt_rows.h", PASTE_EACH }, { "runtime/rt_generate.h", PASTE_LAST }, { "runtime/rt_symbols.h", PASTE_LAST },
    };
    Block *block = NULL;
    int n = 0, cap = 0;
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        size_t size;
        const char *text = embedded_text(file[i].name, &size);
        if (!text)
            DIE("%s is not embedded", file[i].name);
        n = split_blocks(mem, text, file[i].part, &block, n, &cap);
    }
    Index x = { .block = block };
    memset(x.first, -1, sizeof x.first);
    for (int i = 0; i < n; i++)
        index_block(mem, &x, i);
    want(&x, used_by, strlen(used_by));
    for (int i = 0; i < n; i++)
        if (block[i].base)
            want(&x, block[i].s, block[i].n);
    for (int i = 0; i < n; i++)
        if (block[i].wanted || block[i].base)
            put(&part[block[i].part], "%.*s", (int)block[i].n, block[i].s);
}
