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

/* Is the identifier s[0..n) defined in the block: the word before '(' at the start of a definition, or after #define? */
static bool defines(const Block *b, const char *s, size_t n)
{
    for (const char *at = b->s; at + n <= b->s + b->n; at++) {
        if (*at != *s || memcmp(at, s, n) || (at > b->s && word(at[-1])) || word(at[n]))
            continue;
        const char *start = at;
        while (start > b->s && start[-1] != '\n')
            start--;
        if (!strncmp(start, "#define ", 8) && start + 8 == at)
            return true;
        const char *paren = memchr(start, '(', (size_t)(b->s + b->n - start)), *after = at + n;
        bool function = !strncmp(start, "RT_INLINE", 9) || !strncmp(start, "RT_NOINLINE", 11);
        if (function && paren == after)
            return true;
        if (!strncmp(start, "typedef", 7) && (*after == ';' || !strncmp(after, " __attribute__", 14)))
            return true;
    }
    return false;
}

static void want(Block *block, int n, const char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        if (!word(text[i])) {
            i++;
            continue;
        }
        size_t len = 0;
        while (i + len < size && word(text[i + len]))
            len++;
        if (ours(text + i))
            for (int j = 0; j < n; j++)
                if (!block[j].wanted && !block[j].base && defines(&block[j], text + i, len)) {
                    block[j].wanted = true;
                    want(block, n, block[j].s, block[j].n);
                }
        i += len;
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
    want(block, n, used_by, strlen(used_by));
    for (int i = 0; i < n; i++)
        if (block[i].base)
            want(block, n, block[i].s, block[i].n);
    for (int i = 0; i < n; i++)
        if (block[i].wanted || block[i].base)
            put(&part[block[i].part], "%.*s", (int)block[i].n, block[i].s);
}
