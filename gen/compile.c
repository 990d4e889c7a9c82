/* compile.c -- generated C to a program, by the user's C compiler ($CC, or cc). Programs are kept in a cache under a hash of
 * every text, the flags and the compiler's version; a folder appears there as a whole or not at all.
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
    return format(mem, "/tmp/rnnc-%ld", (long)getuid());
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

static const char *compiler(void)
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

static bool exists(const char *path) { return access(path, X_OK) == 0; }

static void remove_folder(Arena *mem, const char *path, const Source *s, int n)
{
    for (int i = 0; i < n; i++)
        unlink(format(mem, "%s/%s", path, s[i].name));
    unlink(format(mem, "%s/program", path));
    rmdir(path);
}

const char *compile(Arena *mem, const char *name, const Source *source, int n, const char *flags, bool verbose)
{
    Text id = { 0 };
    identify(mem, &id);
    uint64_t hash = hash_bytes(hash_bytes(0, id.s, id.n), flags, strlen(flags));
    for (int i = 0; i < n; i++)
        hash = hash_bytes(hash_bytes(hash, source[i].name, strlen(source[i].name)), source[i].text, source[i].size);
    text_free(&id);
    const char *folder = format(mem, "%s/%s-%016" PRIx64, cache_folder(mem), name, hash);
    const char *program = format(mem, "%s/program", folder);
    if (exists(program))
        return program;
    make_folder(cache_folder(mem));
    char *work = format(mem, "%s/new-XXXXXX", cache_folder(mem));
    if (!mkdtemp(work))
        err((Loc){ 0 }, "%s: %s", work, strerror(errno));
    Text command = { 0 };
    put(&command, "cd '%s' && %s %s -o program", work, compiler(), flags);
    for (int i = 0; i < n; i++) {
        write_file(format(mem, "%s/%s", work, source[i].name), source[i].text, source[i].size);
        size_t len = strlen(source[i].name);
        if (len > 2 && !strcmp(source[i].name + len - 2, ".c"))
            put(&command, " %s", source[i].name);
    }
    put(&command, " -lm");
    for (int i = 0; i < n; i++)
        if (strstr(source[i].text, "\n#include <cblas.h>\n"))
            put(&command, " -lopenblas");
    if (verbose)
        fprintf(stderr, "%s\n", command.s);
    char *const sh[] = { "sh", "-c", command.s, NULL };
    if (run_program(sh))
        err((Loc){ 0 }, "the C compiler failed: %s", command.s);
    text_free(&command);
    if (rename(work, folder)) {
        if (!exists(program))
            err((Loc){ 0 }, "%s: %s", folder, strerror(errno));
        remove_folder(mem, work, source, n);            /* somebody else was faster */
    }
    return program;
}
