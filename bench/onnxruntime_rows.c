/* onnxruntime_rows.c -- the inference rows in onnxruntime, one thread, states handed back: `row<TAB>onnxruntime<TAB>us`, of one
 * step a call (ROW) and of 256 steps a call (ROW.sequence, a step). Median of 15, CPU time of the process.
 *     onnxruntime_rows LIBRARY DIR ROW...        LIBRARY: libonnxruntime.so.1; DIR: what onnx_rows.py wrote
 * Without the library's header: its C interface is a table of functions whose places never change, and those used here
 * are named in `enum`.
 */
#define _POSIX_C_SOURCE 200809L
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MESSAGE = 2, NEW_ENV = 3, NEW_SESSION = 7, RUN = 9, NEW_OPTIONS = 10, SET_OPTIMISATION = 23, SET_THREADS = 24, SET_OUTER_THREADS = 25,
       NEW_TENSOR = 49, NEW_MEMORY = 69 };
enum { STATES = 8, ROUNDS = 15 };

typedef struct {
    const void *const *(*table)(uint32_t version);
    const char *(*version)(void);
} Base;

typedef struct { const char *name; int states, in, out, size, convolutions; } Row;
static const Row rows[] = { { "I1", 2, 1, 1, 16, 0 }, { "I2", 2, 1, 1, 40, 0 }, { "I3", 1, 32, 64, 64, 0 }, { "I4", 2, 64, 128, 128, 0 },
                            { "I5", 2, 256, 256, 256, 0 }, { "I6", 2, 512, 512, 512, 0 }, { "I7", 1, 65, 65, 100, 0 }, { "I8", 8, 16, 16, 16, 1 } };

static const void *const *table;
static void *env, *options, *memory;

#define CALL(place, types, ...) must(((void *(*) types)(intptr_t)table[place])(__VA_ARGS__))

static void must(void *status)
{
    if (status) {
        fprintf(stderr, "onnxruntime: %s\n", ((const char *(*)(void *))(intptr_t)table[MESSAGE])(status));
        exit(1);
    }
}

static double clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void *tensor(int64_t a, int64_t b, int64_t c, float scale)
{
    const int64_t shape[3] = { a, b, c };
    const size_t n = (size_t)(a * b * c);
    float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
    void *value = NULL;
    for (size_t i = 0; i < n; i++)
        x[i] = scale * ((float)(i * 37 % 101) / 101 - 0.5f);
    CALL(NEW_TENSOR, (void *, void *, size_t, const int64_t *, size_t, int, void **), memory, x, n * sizeof *x, shape, 3, 1, &value);
    return value;
}

static void *session, *in[STATES + 1], *out[STATES + 1];

static void call(const Row *r)
{
    static const char *const from[] = { "x", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7" };
    static const char *const to[] = { "y", "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7" };
    const size_t n = (size_t)r->states + 1;
    CALL(RUN, (void *, void *, const char *const *, void *const *, size_t, const char *const *, size_t, void **), session, NULL, from, in, n, to, n, out);
    for (size_t i = 1; i < n; i++) {
        void *x = in[i];
        in[i] = out[i], out[i] = x;
    }
}

static double microseconds(const Row *r, const char *dir, int steps)
{
    char path[1024];
    double took[ROUNDS];
    snprintf(path, sizeof path, "%s/%s.%d.onnx", dir, r->name, steps);
    CALL(NEW_SESSION, (void *, const char *, void *, void **), env, path, options, &session);
    in[0] = r->convolutions ? tensor(1, r->in, steps, 1) : tensor(steps, 1, r->in, 1);
    out[0] = r->convolutions ? tensor(1, r->out, steps, 0) : tensor(steps, 1, r->out, 0);
    for (int i = 0; i < r->states; i++)
        for (int j = 0; j < 2; j++)
            (j ? out : in)[i + 1] = r->convolutions ? tensor(1, 16, 2 << i, 0) : tensor(1, 1, r->size, 0);
    long calls = 1;
    call(r);
    for (double t = 0; t < 5e-3; calls *= 2) {
        const double begun = clock_now();
        for (long i = 0; i < calls; i++)
            call(r);
        t = clock_now() - begun;
    }
    for (int k = 0; k < ROUNDS; k++) {
        const double begun = clock_now();
        for (long i = 0; i < calls; i++)
            call(r);
        took[k] = (clock_now() - begun) / (double)calls / steps * 1e6;
    }
    qsort(took, ROUNDS, sizeof *took, order);
    return took[ROUNDS / 2];
}

int main(int argc, char **argv)
{
    void *library = argc > 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (!library) {
        fprintf(stderr, "onnxruntime_rows LIBRARY DIR ROW...: %s\n", argc > 2 ? dlerror() : "which library?");
        return 1;
    }
    const Base *base = ((const Base *(*)(void))(intptr_t)dlsym(library, "OrtGetApiBase"))();
    table = base->table(13);
    fprintf(stderr, "onnxruntime %s\n", base->version());
    CALL(NEW_ENV, (int, const char *, void **), 3, "bench", &env);
    CALL(NEW_OPTIONS, (void **), &options);
    CALL(SET_THREADS, (void *, int), options, 1);
    CALL(SET_OUTER_THREADS, (void *, int), options, 1);
    CALL(SET_OPTIMISATION, (void *, int), options, 99);
    CALL(NEW_MEMORY, (int, int, void **), 1, 0, &memory);
    for (int a = 3; a < argc; a++)
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
            if (!strcmp(rows[i].name, argv[a])) {
                printf("%s\tonnxruntime\t%.4g\n", argv[a], microseconds(&rows[i], argv[2], 1));
                printf("%s.sequence\tonnxruntime\t%.4g\n", argv[a], microseconds(&rows[i], argv[2], 256));
                fflush(stdout);
            }
    return 0;
}
