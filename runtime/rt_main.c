/* rt_main.c -- from argv to an exit code: which task, and the one place where errors are printed. Also sees to it
 * that OpenBLAS, where a program links it, uses kernels that fit the processor.
 */
#define _GNU_SOURCE
#include "rt.h"
#include "rt_math.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char *openblas_get_corename(void) __attribute__((weak));
extern void openblas_set_num_threads(int) __attribute__((weak));

/* Debian's OpenBLAS takes processors that are newer than itself for very old ones and runs at a fifth of their
 * speed. It can be told otherwise, but only before it is loaded: hence by starting again. */
static void right_blas(const rt_model *m, char **argv, int quiet)
{
#if defined __x86_64__ && defined __linux__
    if (!openblas_get_corename || getenv("OPENBLAS_CORETYPE"))
        return;
    static const char *const old[] = { "Prescott", "Core2", "Nehalem", "Penryn", "Dunnington", "Atom", "Katmai",
                                       "Banias",
                                       "Coppermine", "Northwood", "Generic" };
    const char *name = openblas_get_corename();
    const char *better = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                                 __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
                                     ? "SkylakeX"
                       : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? "Haswell" : NULL;
    for (size_t i = 0; name && better && i < sizeof old / sizeof *old; i++)
        if (!strcasecmp(name, old[i])) {
            if (!quiet)
                fprintf(stderr,
                        "%s: OpenBLAS takes this processor for a %s; started again with OPENBLAS_CORETYPE=%s\n",
                            m->name,
                        name, better);
            setenv("OPENBLAS_CORETYPE", better, 1);
            execv("/proc/self/exe", argv);
            return;                                          /* could not start: slow is better than nothing */
        }
#else
    (void)m, (void)argv, (void)quiet;
#endif
}

static int run(const rt_model *m, const rt_options *o, rt_error *e)
{
    if (o->probe[0])
        return rt_probe(m, o, e);
    if (o->speed)
        return rt_speed(m, e);
    if (o->predict)
        return rt_writes_texts(m) ? rt_texts(m, o, e) : o->score || o->beam || o->top_k || o->temperature >= 0
            ? rt_fail(e, "%s writes no texts: --score, --beam, --top-k and --temperature are for decoders", m->source)
            : m->data.kind == RT_DATA_EXAMPLES ? rt_answers(m, o, e) : rt_predict(m, o, e);
    if (o->sample >= 0)
        return rt_sample(m, o, e);
    if (o->activations)
        return rt_activations(m, o, e);
    if (o->flow && !m->flow)
        return rt_fail(e, "--gradient-flow needs a program of its own, which %s has been generated without: "
                       "rnnc train MODEL.lua --gradient-flow FILE makes one", m->name);
    rt_trainer t;
    int code = rt_trainer_new(&t, m, o, e);
    if (!code)
        code = o->evaluate ? rt_evaluate_only(&t, e) : o->flow ? rt_gradient_flow(&t, e)
                                                                 : rt_train(&t, e);
    rt_trainer_free(&t);
    return code;
}

int rt_main(int argc, char **argv, const rt_model *m)
{
    rt_error e = { .code = 0 };
    rt_options o;
    int code = rt_options_read(&o, argc, argv, m, &e);
    if (!code && o.help) {
        rt_options_help(m, stdout);
        return 0;
    }
    if (!code) {
        right_blas(m, argv, o.quiet);
        rt_flush_denormals();
        if (openblas_set_num_threads)
            openblas_set_num_threads(1);                     /* each of our own threads calls it for its share */
        code = run(m, &o, &e);
    }
    for (char *s = e.text; *s; s++)                          /* cells and names as they stand in a file: nothing that a terminal obeys */
        if (((unsigned char)*s < 32 && *s != '\n') || *s == 127)
            *s = '?';
    if (code < 0)
        fprintf(stderr, "%s: %s\n", m->name, e.text);
    if (fflush(stdout) || ferror(stdout)) {
        fprintf(stderr, "%s: standard output cannot be written\n", m->name);
        code = -1;
    }
    return code < 0 ? e.code ? e.code : 1 : code;
}
