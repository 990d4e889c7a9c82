/* tune_machine.c -- what a measured figure depends on beside the product: the processor, the compiler, its flags, our kernels. One line
 * of text, from what the system and the compiler say of themselves.
 */
#define _GNU_SOURCE
#include "files.h"
#include "tune.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* "model name" on x86, what identifies the core elsewhere */
static const char *processor(Arena *mem, const struct utsname *u)
{
    static const char *const names[] = { "model name", "Model", "uarch", "CPU part", "cpu" };
    for (int i = 0; i < 5; i++) {
        FILE *f = fopen("/proc/cpuinfo", "r");
        char line[256], *colon;
        const char *found = NULL;
        while (f && !found && fgets(line, sizeof line, f))
            if (!strncmp(line, names[i], strlen(names[i])) && (colon = strchr(line, ':')) != NULL)
                found = format(mem, "%.*s", (int)strcspn(colon + 1, "\n"), colon + 1);
        if (f)
            fclose(f);
        if (found)
            return found + strspn(found, " \t");
    }
    return copy_text(mem, u->machine);
}

typedef struct { const char *macro, *name; } Known;

/* the last of these that the compiler defines */
static const char *defined(const char *macros, const Known *k, int n, const char *otherwise)
{
    for (int i = 0; i < n; i++) {
        const char *at = strstr(macros, k[i].macro);
        if (at && (at == macros || at[-1] == ' ') && at[strlen(k[i].macro)] == ' ')
            otherwise = k[i].name;
    }
    return otherwise;
}

static bool same_family(const char *a, const char *b)
{
    const bool x86 = !strcmp(a, "i386") && strlen(b) == 4 && b[0] == 'i' && !strcmp(b + 2, "86");
    return !strcmp(a, b) || x86 || (!strcmp(a, "aarch64") && !strcmp(b, "arm64")) || (!strcmp(a, "i386") && !strcmp(b, "x86_64")) ||
           (!strcmp(a, "arm") && (!strncmp(b, "arm", 3) || !strcmp(b, "aarch64")));
}

/* a number that changes with the kernels that we bring */
static unsigned kernels(void)
{
    static const char *const file[] = { "runtime/rt_vector.h", "runtime/rt_lanes.h", "runtime/rt_pack.h", "runtime/rt_product.h",
                                        "runtime/rt_matvec.h", "runtime/rt_squares.h" };
    uint64_t h = 0;
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        size_t n;
        const char *text = embedded_text(file[i], &n);
        h = hash_bytes(h, text, n);
    }
    return (unsigned)(h >> 32);
}

const char *tuning_machine(Arena *mem, const char *flags)
{
    static const Known family[] = { { "__i386__", "i386" }, { "__x86_64__", "x86_64" }, { "__arm__", "arm" }, { "__aarch64__", "aarch64" },
                                    { "__riscv", "riscv64" }, { "__powerpc64__", "ppc64le" } };
    static const Known width[] = { { "__SSE2__", "SSE2" }, { "__ARM_NEON", "NEON" }, { "__AVX__", "AVX" }, { "__AVX2__", "AVX2" },
                                   { "__AVX512F__", "AVX-512" }, { "RT_SCALAR", "scalar" } };
    Text macros = { 0 };
    struct utsname u;
    FILE *p = popen(format(mem, "%s %s -E -dM -x c /dev/null 2>/dev/null", compiler(), flags), "r");
    char line[512];
    while (p && fgets(line, sizeof line, p))
        put_text(&macros, line);
    if (!p || pclose(p) || !macros.n)
        err((Loc){ 0 }, "--tune measures what the C compiler makes: '%s %s' does not run", compiler(), flags);
    if (uname(&u))
        DIE("the system has no name");
    const char *target = defined(macros.s, family, 6, NULL), *version = strstr(macros.s, "#define __VERSION__ \"");
    if (target && !same_family(target, u.machine))
        err((Loc){ 0 }, "--tune measures here, on %s, but '%s' compiles for %s: tune where the program will run, or leave --tune out",
            u.machine, compiler(), target);
    version = version ? strchr(version, '"') + 1 : "?";
    const char *core = getenv("OPENBLAS_CORETYPE"), *blas = core ? format(mem, "; OPENBLAS_CORETYPE=%.*s", (int)strcspn(core, "\n"), core) : "";
    const char *name = format(mem, "%s; %s %.*s, %s, %s; %.*s; rnnc %s %08x%s", processor(mem, &u), strstr(macros.s, "#define __clang__ ") ? "clang" : "gcc",
                              (int)strcspn(version, "\"\n"), version, target ? target : u.machine, defined(macros.s, width, 6, "scalar"), (int)strcspn(flags, "\n"), flags, RNNC_VERSION, kernels(), blas);
    text_free(&macros);
    return name;
}
