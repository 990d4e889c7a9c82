/* compile.c -- generated C to a program, by the user's C compiler ($CC, or cc; $CFLAGS behind our flags). Objects and
 * programs are kept in a cache under a hash of every text they depend on, the flags and what the compiler says of
 * itself; a file appears there as a whole.
 */
#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void make_folder(const char *path)
{
    if (!path || !*path)
        return;
    char *p = strdup(path);
    if (!p)
        DIE("out of memory");
    for (char *s = p + 1;; s++)
        if (!*s || *s == '/') {
            char c = *s;
            *s = 0;
            if (mkdir(p, 0777) && errno != EEXIST)
                err((Loc){ 0 }, "%s: %s", p, strerror(errno));
            *s = c;
            if (!c)
                break;
        }
    free(p);
}

const char *cache_folder(Arena *mem)
{
    const char *x = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (x && x[0] == '/')
        return format(mem, "%s/rnnc", x);
    if (home && home[0] == '/')
        return format(mem, "%s/.cache/rnnc", home);
    err((Loc){ 0 }, "where to keep compiled programs? Neither XDG_CACHE_HOME nor HOME names a folder");
}

int run_program(char *const argv[])
{
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        err((Loc){ 0 }, "%s: cannot start: %s", argv[0], strerror(errno));
    if (child == 0) {
        execvp(argv[0], argv);
        fprintf(stderr, "rnnc: %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    /* Ctrl-C reaches the program too; it may have something to save, and its exit code is what counts */
    void (*interrupt)(int) = signal(SIGINT, SIG_IGN), (*quit)(int) = signal(SIGQUIT, SIG_IGN);
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            err((Loc){ 0 }, "%s: %s", argv[0], strerror(errno));
    signal(SIGINT, interrupt), signal(SIGQUIT, quit);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

const char *compiler(void)
{
    const char *cc = getenv("CC");
    return cc && *cc ? cc : "cc";
}

/* what the compiler says of itself and of this machine: -march=native means something else on another */
static void identify(Arena *mem, Text *out)
{
    FILE *p = popen(format(mem, "%s -march=native -E -dM -x c /dev/null 2>/dev/null", compiler()), "r");
    char line[512];
    while (p && fgets(line, sizeof line, p))
        put_text(out, line);
    if (!p || pclose(p) || !out->n)
        err((Loc){ 0 }, "the C compiler '%s' does not run: install one (package gcc), or name it in CC", compiler());
}

static bool exists(const char *path) { return access(path, R_OK) == 0; }

static bool ends_in(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && !strcmp(name + n - m, end);
}

static void run_command(const char *command, bool verbose)
{
    if (verbose)
        fprintf(stderr, "%s\n", command);
    char *const sh[] = { "sh", "-c", (char *)command, NULL };
    if (run_program(sh))
        err((Loc){ 0 }, "the C compiler failed: %s", command);
}

/* moves a finished file into the cache; somebody else may have been faster */
static void settle(const char *from, const char *to)
{
    if (rename(from, to) && !exists(to))
        err((Loc){ 0 }, "%s: %s", to, strerror(errno));
}

/* CFLAGS stand behind ours: they count */
const char *compile_flags(Arena *mem, bool double_precision)
{
    const char *more = getenv("CFLAGS");
    return format(mem, "-std=gnu11 -O2 -march=native%s%s%s", double_precision ? " -DRT_DOUBLE" : "", more && *more ? " " : "", more ? more : "");
}

const char *compile(Arena *mem, const char *name, const Source *source, int n, const char *flags, bool verbose)
{
    Text id = { 0 };
    identify(mem, &id);
    put(&id, "%s", compiler());                         /* it may hold flags that no macro tells of */
    uint64_t seed = hash_bytes(hash_bytes(0, id.s, id.n), flags, strlen(flags)), all = seed;
    text_free(&id);
    for (int i = 0; i < n; i++) {
        all = hash_bytes(hash_bytes(all, source[i].name, strlen(source[i].name)), source[i].text, source[i].size);
        if (ends_in(source[i].name, ".h"))              /* every object depends on every header */
            seed = hash_bytes(hash_bytes(seed, source[i].name, strlen(source[i].name)), source[i].text, source[i].size);
    }
    const char *cache = cache_folder(mem), *program = format(mem, "%s/%s-%016" PRIx64, cache, name, all);
    if (access(program, X_OK) == 0)
        return program;
    make_folder(cache);
    char *work = format(mem, "%s/new-XXXXXX", cache);
    if (!mkdtemp(work))
        err((Loc){ 0 }, "%s: %s", work, strerror(errno));
    Text link = { 0 };
    bool blas = false, threads = false;
    put(&link, "%s %s -o '%s/program'", compiler(), flags, work);
    for (int i = 0; i < n; i++)
        write_file(format(mem, "%s/%s", work, source[i].name), source[i].text, source[i].size);
    for (int i = 0; i < n; i++) {
        if (!ends_in(source[i].name, ".c"))
            continue;
        blas = blas || strstr(source[i].text, "\n#include <cblas.h>\n");
        threads = threads || strstr(source[i].text, "\n#include \"rt_threads.h\"\n");
        uint64_t h = hash_bytes(hash_bytes(seed, source[i].name, strlen(source[i].name)), source[i].text, source[i].size);
        const char *object = format(mem, "%s/%016" PRIx64 ".o", cache, h);
        if (!exists(object)) {
            const char *made = format(mem, "%s/%d.o", work, i);
            run_command(format(mem, "cd '%s' && %s %s -c -o %d.o %s", work, compiler(), flags, i, source[i].name), verbose);
            settle(made, object);
        }
        put(&link, " '%s'", object);
    }
    put(&link, " -lm%s%s", blas ? " -lopenblas" : "", threads ? " -pthread" : "");
    run_command(link.s, verbose);
    text_free(&link);
    settle(format(mem, "%s/program", work), program);
    for (int i = 0; i < n; i++)
        unlink(format(mem, "%s/%s", work, source[i].name));
    rmdir(work);
    return program;
}
