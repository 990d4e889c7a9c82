/* recall.c -- what the data or the weights at hand say before the description is read: the number of distinct symbols of a
 * text, for nn.vocabulary(), and the definitions that a checkpoint was trained with.
 */
#include "rnnc.h"
#include "rt_tensors.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* distinct code points of UTF-8 text, 0 if it is none */
static int distinct(Arena *mem, const unsigned char *s, size_t n)
{
    unsigned char *seen = alloc(mem, 0x110000);
    int count = 0;
    for (size_t i = 0; i < n;) {
        int more = s[i] < 0x80 ? 0 : s[i] >= 0xc2 && s[i] < 0xe0 ? 1 : s[i] >= 0xe0 && s[i] < 0xf0 ? 2 : s[i] >= 0xf0 && s[i] < 0xf5 ? 3 : -1;
        if (more < 0 || i + (size_t)more >= n)
            return 0;
        unsigned code = more == 0 ? s[i] : s[i] & (0x3fu >> more);
        for (int j = 1; j <= more; j++) {
            if ((s[i + (size_t)j] & 0xc0) != 0x80)
                return 0;
            code = code * 64 + (s[i + (size_t)j] & 0x3f);
        }
        if (code > 0x10ffff)
            return 0;
        count += !seen[code];
        seen[code] = 1;
        i += 1 + (size_t)more;
    }
    return count;
}

static int entries(const char *list)
{
    int n = 0;
    for (const char *s = list; *s;) {
        char *end;
        strtod(s, &end);
        n += end != s;
        s = end == s ? s + 1 : end;
    }
    return n;
}

static int count(const char *path, const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end || n < 1 || n > 0x110000)
        err((Loc){ path, 0 }, "the metadata says %.40s classes; expected a whole number from 1 on", text);
    return (int)n;
}

static bool given(const Model *m, const char *name, size_t n)
{
    for (int i = 0; i < m->defines; i++)
        if (strlen(m->define[i].name) == n && !strncmp(m->define[i].name, name, n))
            return true;
    return false;
}

/* "hidden=128 vocab=65": those that -D does not say otherwise */
static void recall_defines(Model *m, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, " ");
        const char *eq = memchr(text, '=', n);
        if (eq && !given(m, text, (size_t)(eq - text))) {
            Define *all = alloc(m->mem, (size_t)(m->defines + 1) * sizeof *all);
            if (m->defines)
                memcpy(all, m->define, (size_t)m->defines * sizeof *all);
            all[m->defines] = (Define){ format(m->mem, "%.*s", (int)(eq - text), text),
                                        format(m->mem, "%.*s", (int)(n - (size_t)(eq + 1 - text)), eq + 1), false };
            m->define = all;
            m->defines++;
        }
        text += n + (text[n] == ' ');
    }
}

static bool is_folder(const char *path)                 /* of arrays: no symbols to count */
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

void recall(Model *m, const Options *o)
{
    if (o->weights) {
        char error[512];
        rt_tensors *t = rt_tensors_open(o->weights, error, sizeof error);
        if (!t)
            err((Loc){ 0 }, "%s", error);
        const char *vocabulary = rt_tensors_meta(t, "vocabulary"), *defines = rt_tensors_meta(t, "defines");
        const char *classes = rt_tensors_meta(t, "classes");
        if (vocabulary)
            m->vocabulary = classes ? count(o->weights, classes) : entries(vocabulary);
        if (defines)
            recall_defines(m, defines);
        rt_tensors_close(t);
    } else if (o->data && strcmp(o->data, "-") && !is_folder(o->data)) {
        Arena *mem = arena_new();
        size_t n;
        char *s = read_file(mem, o->data, &n);
        m->vocabulary = distinct(mem, (unsigned char *)s, n);
        arena_free(mem);
    }
}
