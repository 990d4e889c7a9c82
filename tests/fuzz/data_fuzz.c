/* data_fuzz.c -- libFuzzer's target for what a trainer reads: the first byte says which of the networks of MODELS, the second
 * how it is asked, the rest is the file, or files, each with its size before it. Whatever the bytes are, there is a sentence,
 * or every batch can be filled with ids within their classes and numbers that are finite. Compiled with fopen as
 * fuzz_fopen: no file is touched.
 */
#define _GNU_SOURCE
#include "rt_examples.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define M(name) extern const rt_model *const name##_model;
MODELS
#undef M
#define M(name) &name##_model,
static const rt_model *const *const models[] = { MODELS };
enum { COUNT = sizeof models / sizeof *models, LOG = 5, FILES };

/* which file a name is: its last letters tell */
static const char *const ending[FILES] = { "", "x.npy", "y.npy", "k.npy", ".safetensors", "log.csv" };
static struct { const uint8_t *s; size_t n; } file[FILES];

FILE *fuzz_fopen(const char *path, const char *mode);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

FILE *fuzz_fopen(const char *path, const char *mode)
{
    if (strcmp(mode, "rb")) {                                /* log.csv, beside the one that was there */
        const int f = memfd_create("log", 0);
        if (*mode == 'r' && (write(f, file[LOG].s, file[LOG].n) < 0 || lseek(f, 0, SEEK_SET)))
            abort();
        return fdopen(f, mode);
    }
    int k = 0;
    for (int i = 1; i < FILES; i++)
        if (strlen(path) > strlen(ending[i]) && !strcmp(path + strlen(path) - strlen(ending[i]), ending[i]))
            k = i;
    if (!file[k].n)
        return fdopen(open("/dev/null", O_RDONLY), "rb");
    return fmemopen((void *)(uintptr_t)file[k].s, file[k].n, "rb");
}

static void take(int k, const uint8_t **s, size_t *n)        /* a file with its size in three bytes before it, or what is left */
{
    size_t want = *n >= 3 ? (size_t)(*s)[0] | (size_t)(*s)[1] << 8 | (size_t)(*s)[2] << 16 : 0, head = *n >= 3 ? 3 : *n;
    *s += head, *n -= head;
    want = want < *n ? want : *n;
    file[k].s = *s, file[k].n = want;
    *s += want, *n -= want;
}

static void look(const rt_instance *i)
{
    for (int k = 0; k < i->program->ports; k++) {
        const rt_port *p = &i->program->port[k];
        const void *at = rt_port_data(i, p);
        for (int b = 0; p->role == RT_LENGTH && b < (p->batch ? p->batch : 1); b++)
            if (((const int32_t *)at)[b] < 0 || ((const int32_t *)at)[b] > 8)
                abort();
        size_t n = p->role == RT_INPUT || p->role == RT_TARGET ? rt_port_count(p) : 0;
        for (size_t j = 0; j < n; j++)                       /* NaN fails */
            if (p->classes ? ((const int32_t *)at)[j] < (p->role == RT_TARGET ? -1 : 0) || ((const int32_t *)at)[j] >= p->classes
                           : !isfinite(((const real *)at)[j]))
                abort();
    }
}

static void fill_all(rt_trainer *t)
{
    for (int which = 0; which < 2; which++) {
        const rt_instance *i = which == RT_TRAIN ? &t->gradient_of : &t->loss_of;
        for (long w = 0; w < t->data.part[which].windows && w < 40; w++) {
            rt_data_starts(&t->data, which, 0, w, 1, t->start);
            rt_data_fill(&t->data, i, t->start);
            look(i);
        }
    }
    rt_meta meta[16];
    int metas = rt_data_metas(&t->data, meta);
    for (int i = 0; i < metas; i++)
        free((char *)(uintptr_t)meta[i].value);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2)
        return 0;
    const rt_model *m = *models[bytes[0] % COUNT];
    const unsigned how = bytes[1];
    bytes += 2, n -= 2;
    memset(file, 0, sizeof file);
    int predict = how & 1, weights = (how & 2) != 0, resume = (how & 4) != 0, several = m->data.table == RT_ARRAYS;
    if (how & 8) {                                           /* recorded numbers, as a golden test reads them */
        take(LOG - 1, &bytes, &n);
        rt_golden("w.safetensors", m, 1e-5);
        return 0;
    }
    for (int i = 1; i < FILES && (several || weights || predict); i++)
        if (i == LOG ? weights && resume && how & 16 : i == LOG - 1 ? weights || predict : several)
            take(i, &bytes, &n);
    file[0].s = bytes, file[0].n = n;
    char *words[12] = { "rnnc train", "--quiet", predict ? "--predict" : "--data", "file", "--weights", "w.safetensors" };
    int c = predict || (weights && !resume) ? 6 : 4;
    if (!predict)
        words[c++] = "--evaluate";
    rt_error e = { .code = 0 };
    rt_options o;
    if (rt_options_read(&o, c, words, m, &e))
        abort();
    int code;
    if (predict)
        code = rt_writes_texts(m) ? rt_texts(m, &o, &e) : m->data.kind == RT_DATA_EXAMPLES ? rt_answers(m, &o, &e) : rt_predict(m, &o, &e);
    else {
        rt_trainer t;
        o.evaluate = weights && !resume, o.resume = weights && resume;
        o.steps = o.evaluate ? -1 : 2;
        code = rt_trainer_new(&t, m, &o, &e);
        if (!code)
            fill_all(&t);
        rt_trainer_free(&t);
    }
    if (code < 0 && !*e.text)
        abort();
    return 0;
}
