/* gen_kit.h -- what gen/ takes from the system where a fuzzer calls it: it is compiled with exit, fopen, mkdir and the functions of memory
 * renamed to those here. An error ends in a jump to `away`, after which give_back() frees all memory; the only files are `file`.
 */
#ifndef GEN_KIT_H
#define GEN_KIT_H

#include "files.h"

#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef struct Held { struct Held *before, *after; size_t n; size_t pad; } Held;

static Held ring = { &ring, &ring, 0, 0 };
static jmp_buf away;
enum { FILES = 2 };
static struct { const char *path; const uint8_t *s; size_t n; } file[FILES];    /* all that can be opened */

void *fuzz_malloc(size_t n);
void *fuzz_calloc(size_t n, size_t each);
void *fuzz_realloc(void *p, size_t n);
void fuzz_free(void *p);
NORETURN void fuzz_exit(int code);
FILE *fuzz_fopen(const char *path, const char *mode);
int fuzz_mkdir(const char *path, unsigned mode);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* after a jump, or at the end */
static void give_back(void)
{
    while (ring.after != &ring)
        fuzz_free(ring.after + 1);
}

void *fuzz_malloc(size_t n)
{
    Held *h = n > SIZE_MAX / 2 ? NULL : malloc(sizeof *h + n);
    if (!h)
        return NULL;
    *h = (Held){ &ring, ring.after, n, 0 };
    h->after->before = h;
    ring.after = h;
    return h + 1;
}

void *fuzz_calloc(size_t n, size_t each)
{
    void *p = each && n > SIZE_MAX / 2 / each ? NULL : fuzz_malloc(n * each);
    return p ? memset(p, 0, n * each) : NULL;
}

void fuzz_free(void *p)
{
    if (!p)
        return;
    Held *h = (Held *)p - 1;
    h->before->after = h->after;
    h->after->before = h->before;
    free(h);
}

void *fuzz_realloc(void *p, size_t n)
{
    void *q = fuzz_malloc(n);
    if (p && q) {
        size_t old = ((Held *)p - 1)->n;
        memcpy(q, p, old < n ? old : n);
        fuzz_free(p);
    }
    return q;
}

int fuzz_mkdir(const char *path, unsigned mode) { return (void)path, (void)mode, 0; }

void fuzz_exit(int code) { longjmp(away, code + 1); }

FILE *fuzz_fopen(const char *path, const char *mode)
{
    for (int i = 0; i < FILES && !strcmp(mode, "rb"); i++)
        if (file[i].path && !strcmp(path, file[i].path))
            return file[i].n ? fmemopen((void *)(uintptr_t)file[i].s, file[i].n, "rb") : fopen("/dev/null", "rb");
    errno = ENOENT;
    return NULL;
}

#endif
