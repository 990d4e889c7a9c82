/* rt_vocabulary.c -- what the ids of symbols and of class names stand for. Takes symbols as they are met and gives each
 * an id: names in the order of their bytes, symbols by falling count, ties by their bytes (which is the order of code
 * points). Travels with the weights as metadata: symbols between spaces, each the code points of its characters
 * between commas; -2 stands for padding, start and stop, -1 for whatever is unknown.
 */
#include "rt_examples.h"

#include <stdlib.h>
#include <string.h>

int rt_vocabulary_new(rt_vocabulary *v, const rt_vocabulary_spec *s, rt_error *e)
{
    v->spec = s;
    v->key = malloc(strlen(s->name) + 16);
    if (!v->key)
        return rt_fail(e, "out of memory");
    sprintf(v->key, "%s.%s", s->names ? "classes" : "vocabulary", s->name);
    return 0;
}

static uint64_t hash(const char *s, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 32;
}

/* its slot, or the free one where it would be */
static size_t place(const rt_vocabulary *v, const char *s, size_t n)
{
    size_t i = hash(s, n) & (v->slots - 1);
    for (; v->slot[i]; i = (i + 1) & (v->slots - 1)) {
        const rt_entry *w = &v->word[v->slot[i] - 1];
        if (w->n == n && !memcmp(w->s, s, n))
            break;
    }
    return i;
}

static int index_words(rt_vocabulary *v, rt_error *e)        /* room for as many again */
{
    size_t slots = 64;
    while (slots < 4 * v->words)
        slots *= 2;
    free(v->slot);
    v->slots = slots;
    if (!(v->slot = calloc(slots, sizeof *v->slot)))
        return rt_fail(e, "out of memory");
    for (size_t i = 0; i < v->words; i++)
        v->slot[place(v, v->word[i].s, v->word[i].n)] = (uint32_t)i + 1;
    return 0;
}

int rt_vocabulary_count(rt_vocabulary *v, const char *s, size_t n, rt_error *e)
{
    if (v->fixed)
        return 0;
    if (v->slots < 2 * (v->words + 1) && index_words(v, e))
        return -1;
    size_t at = place(v, s, n);
    if (!v->slot[at]) {
        if (v->words == v->room) {
            rt_entry *grown = v->words < UINT32_MAX / 2 ? realloc(v->word, (v->room = v->room * 2 + 64) * sizeof *grown) : NULL;
            if (!grown)
                return rt_fail(e, "out of memory");
            v->word = grown;
        }
        v->word[v->words++] = (rt_entry){ s, n, 0 };
        v->slot[at] = (uint32_t)v->words;
    }
    v->word[v->slot[at] - 1].count++;
    return 0;
}

static int by_bytes(const void *a, const void *b)
{
    const rt_entry *x = a, *y = b;
    int c = memcmp(x->s, y->s, x->n < y->n ? x->n : y->n);
    return c ? c : (x->n > y->n) - (x->n < y->n);
}

static int by_count(const void *a, const void *b)
{
    const rt_entry *x = a, *y = b;
    return x->count != y->count ? (x->count < y->count ? 1 : -1) : by_bytes(a, b);
}

static int keep(rt_vocabulary *v, rt_error *e)               /* the words' bytes, after the file is gone */
{
    size_t n = 0;
    for (size_t i = 0; i < v->words; i++)
        n += v->word[i].n;
    char *to = v->own = malloc(n + 1);
    if (!to)
        return rt_fail(e, "out of memory");
    for (size_t i = 0; i < v->words; to += v->word[i++].n)
        v->word[i].s = memcpy(to, v->word[i].s, v->word[i].n);
    v->fixed = 1;
    return index_words(v, e);
}

static void set_base(rt_vocabulary *v) { v->base = v->spec->names ? 0 : v->spec->unknown ? 2 : 1; }

int rt_vocabulary_fix(rt_vocabulary *v, const char *path, char *note, size_t room, rt_error *e)
{
    const rt_vocabulary_spec *s = v->spec;
    if (v->words)
        qsort(v->word, v->words, sizeof *v->word, s->names ? by_bytes : by_count);
    set_base(v);
    size_t most = (size_t)(s->classes - v->base), seen = v->words, lost = 0, all = 0;
    if (s->names && seen > (size_t)s->classes)
        return rt_fail(e, "%s: %zu different values of %s (from %.*s to %.*s); the network has %d classes", path, seen,
                       s->name, (int)v->word[0].n, v->word[0].s, (int)v->word[seen - 1].n, v->word[seen - 1].s,
                       s->classes);
    while (!s->names && v->words && v->word[v->words - 1].count < (size_t)s->least)
        lost += v->word[--v->words].count;
    if (!s->names && v->words > most && !s->unknown)
        return rt_fail(e, "%s: %zu different symbols of %s; the network has %d classes, and no unknown one", path,
                       v->words, s->name, s->classes);
    if (!s->names && v->words > most) {
        for (size_t i = most; i < v->words; i++)
            lost += v->word[i].count;
        v->words = most;
        for (size_t i = 0; i < v->words; i++)
            all += v->word[i].count;
        snprintf(note, room, "%s: %zu different symbols of %s, of which the %zu most frequent are kept; the others (%.3g %% of "
                 "the text) are unknown", path, seen, s->name, v->words, 100 * (double)lost / (double)(all + lost));
    }
    return keep(v, e);
}

int rt_vocabulary_id(const rt_vocabulary *v, const char *s, size_t n)
{
    size_t at = v->slots ? place(v, s, n) : 0;
    return v->slots && v->slot[at] ? v->base + (int)v->slot[at] - 1 : !v->spec->names && v->spec->unknown ? 1 : -1;
}

const rt_entry *rt_vocabulary_word(const rt_vocabulary *v, int id)
{
    return id >= v->base && (size_t)(id - v->base) < v->words ? &v->word[id - v->base] : NULL;
}

/* ---- as metadata ---- */

char *rt_vocabulary_text(const rt_vocabulary *v)
{
    size_t n = 16;
    for (size_t i = 0; i < v->words; i++)
        n += 8 * v->word[i].n + 8;
    char *s = malloc(n), *at = s;
    if (!s)
        return NULL;
    for (int i = 0; i < v->base; i++)
        at += sprintf(at, i ? " -1" : "-2");
    for (size_t i = 0; i < v->words; i++) {
        const unsigned char *c = (const unsigned char *)v->word[i].s;
        if (at > s)
            *at++ = ' ';
        for (size_t k = 0; k < v->word[i].n;) {
            int32_t code = c[k];
            int used = v->unit == RT_BYTE ? 1 : rt_text_decode(c + k, v->word[i].n - k, &code);
            at += sprintf(at, k ? ",%d" : "%d", (int)code);
            k += used > 0 ? (size_t)used : 1;                /* what is no UTF-8 was refused when it was read */
        }
    }
    *at = 0;
    return s;
}

static size_t put_code(char *to, long c, rt_unit unit)
{
    unsigned char *s = (unsigned char *)to;
    if (c < 0x80 || unit == RT_BYTE)
        return s[0] = (unsigned char)c, 1;
    if (c < 0x800)
        return s[0] = (unsigned char)(0xc0 | c >> 6), s[1] = (unsigned char)(0x80 | (c & 63)), 2;
    if (c < 0x10000)
        return s[0] = (unsigned char)(0xe0 | c >> 12), s[1] = (unsigned char)(0x80 | (c >> 6 & 63)),
               s[2] = (unsigned char)(0x80 | (c & 63)), 3;
    return s[0] = (unsigned char)(0xf0 | c >> 18), s[1] = (unsigned char)(0x80 | (c >> 12 & 63)),
           s[2] = (unsigned char)(0x80 | (c >> 6 & 63)), s[3] = (unsigned char)(0x80 | (c & 63)), 4;
}

static int bad_text(const rt_vocabulary *v, const char *at, rt_error *e)
{
    return rt_fail(e, "the weights' metadata %s is not a list of symbols, at \"%.20s\"", v->key, at);
}

static int parse(rt_vocabulary *v, const char *text, rt_error *e)
{
    char *to = malloc(strlen(text) * 2 + 8), *end;           /* a code of k digits is at most 2k bytes */
    v->own = to;
    v->room = strlen(text) / 2 + 2;
    if (!to || !(v->word = malloc(v->room * sizeof *v->word)))
        return rt_fail(e, "out of memory");
    int id = 0;
    for (const char *s = text; *s; id++) {
        if (id == v->spec->classes)
            return rt_fail(e, "the vocabulary %s of the weights has more than the network's %d classes", v->spec->name,
                           v->spec->classes);
        rt_entry *w = &v->word[v->words];
        *w = (rt_entry){ to, 0, 1 };
        for (int more = 1; more; s = end + more) {
            long c = strtol(s, &end, 10);
            more = *end == ',';
            if (end == s || (*end && *end != ' ' && !more) || c < (id < v->base ? -2 : 0) || c > (v->unit == RT_BYTE ? 255 : 0x10ffff))
                return bad_text(v, s, e);
            if (id < v->base && (more || c != (id ? -1 : -2)))
                return bad_text(v, s, e);
            if (id >= v->base)
                to += put_code(to, c, v->unit);
        }
        w->n = (size_t)(to - w->s);
        v->words += id >= v->base;
        s += *s == ' ';
    }
    v->fixed = 1;
    if (id < v->base)
        return bad_text(v, "", e);
    return index_words(v, e);
}

int rt_vocabulary_known(rt_vocabulary *v, const rt_tensors *from, rt_error *e)
{
    const char *text = from ? rt_tensors_meta(from, v->key) : NULL;
    set_base(v);
    return !text ? 0 : parse(v, text, e) ? -1 : 1;
}

void rt_vocabulary_free(rt_vocabulary *v)
{
    free(v->word), free(v->slot), free(v->own), free(v->key);
    *v = (rt_vocabulary){ .spec = v->spec };
}
