/* tune_whole.c -- whole programs against each other (--tune), where a choice is not one product's: a trainer whose examples lie side by
 * side or whose features do, NAME_run step by step or in blocks, and whether kernels that were measured to be faster one by one make the whole
 * faster. Generates, compiles and runs both; what is less than clearly faster replaces no prediction.
 */
#define _GNU_SOURCE
#ifdef __linux__
#include <sched.h>
#endif
#include "files.h"
#include "lua_text.h"
#include "tune.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 3 };               /* each is a median itself */
static const double GAIN = 0.97, ALL = 0.99;    /* of the time that the rule's choice takes, that predicted kernels take */

typedef struct {
    Model *m;
    Graph *g;
    Options o;                      /* of the programs that are measured */
    Tuning *t;
    bool trainer;
    Figure f;                       /* of this program, so far */
} Whole;

/* The number behind `label` in what a program prints. */
static double told(const char *program, const char *label, Arena *mem)
{
    FILE *f = popen(format(mem, "exec '%s' --speed", program), "r");
    char line[256];
    double us = 0;
    while (f && fgets(line, sizeof line, f)) {
        const char *at = strstr(line, label);
        if (at)
            us = strtod(at + strlen(label), NULL);
    }
    const int status = f ? pclose(f) : -1;
    if (status || !(us > 0))
        err((Loc){ 0 }, "--tune: %s did not say how long %s takes (status %d)", program, label, status);
    return us;
}

static const char *predictor_program(Whole *w)
{
    Weights weights = { .leaf = random_weights(w->m->mem, w->m, 1)->leaf, .from = "" };
    Text header = { 0 }, code = { 0 }, numbers = { 0 }, data = { 0 }, text = { 0 };
    const char *name = identifier(w->m->mem, w->m->name);
    const int leaves = w->m->leaves;
    const bool steps = predictor_text(w->m, w->g, &weights, &w->o, &header, &code, &numbers);
    w->m->leaves = leaves;
    if (!steps)                                         /* whole sequences */
        return NULL;
    const char *call = strstr(header.s, format(w->m->mem, "void %s_step(%s_state *s", name, name)), *end = call ? strchr(call, ';') : NULL;
    int arguments = 0;
    for (const char *s = call; s && (s = strchr(s, ',')) && s < end; s++)
        arguments++;
    put(&data, "return { name="), quote(&data, name);
    put(&data, ", real=\"%s\", arguments=%d, start=%s, call_step=\"", w->o.double_precision ? "double" : "float", arguments,
        strstr(header.s, format(w->m->mem, "void %s_reset(", name)) ? "true" : "false");
    for (int i = 0; i < arguments; i++)
        put(&data, ", (void *)(port[%d] + t * row[%d])", i, i);
    put_text(&data, "\", call_run=\"");
    for (int i = 0; i < arguments; i++)
        put(&data, ", (void *)port[%d]", i);
    put_text(&data, "\" }");
    render(w->m->mem, "tune_step.c", data.s, &text);
    const Source s[] = { { "tune_step.c", text.s, text.n }, { format(w->m->mem, "%s.h", name), header.s, header.n },
                         { format(w->m->mem, "%s.c", name), code.s, code.n }, { format(w->m->mem, "%s_weights.c", name), numbers.s, numbers.n } };
    const char *program = compile(w->m->mem, "tune_step", s, 4, compile_flags(w->m->mem, w->o.double_precision), w->o.verbose);
    text_free(&header), text_free(&code), text_free(&numbers), text_free(&data), text_free(&text);
    return program;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* One of two, in turn: microseconds of both into the figure */
static void compare(Whole *w, Compared a, Compared b, const char *const program[2], const char *label)
{
    double us[2][ROUNDS];
    if (!w->o.quiet)
        fprintf(stderr, "tuning: %s of %s, two ways ...\n", w->trainer ? "a training step" : label, w->m->name);
#ifdef __linux__
    cpu_set_t all, one;                                 /* programs stay where we are */
    const bool pinned = sched_getaffinity(0, sizeof all, &all) == 0;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    if (pinned)
        (void)sched_setaffinity(0, sizeof one, &one);
#endif
    for (int r = 0; r < ROUNDS; r++)
        for (int i = 0; i < 2; i++)
            us[i][r] = told(program[i], label, w->m->mem);
#ifdef __linux__
    if (pinned)
        (void)sched_setaffinity(0, sizeof all, &all);
#endif
    for (int i = 0; i < 2; i++) {
        const Compared which = i ? b : a;
        qsort(us[i], ROUNDS, sizeof **us, by_value);
        w->f.known[which] = true;
        w->f.us[which] = strtod(format(w->m->mem, "%.4g", us[i][ROUNDS / 2]), NULL);   /* as the file will have it */
    }
    *new_figure(w->t, w->f.key) = w->f;
    tuning_write(w->t);
}

static const char *program_of(Whole *w)
{
    const int leaves = w->m->leaves;
    const char *program = w->trainer ? compile_trainer(w->m, w->g, &w->o, FOR_GRADIENT) : predictor_program(w);
    w->m->leaves = leaves;
    return program;
}

/* the other one only if it is clearly faster */
static Compared better(const Figure *f, Compared rule, Compared other)
{
    return f->known[rule] && f->known[other] && f->us[other] < GAIN * f->us[rule] ? other : rule;
}

/* `field`: what the plans look at; 0: by rule */
static void settle(Whole *w, int *field, Compared rule, Compared other, const char *label, bool measure)
{
    if (measure && !(w->f.known[rule] && w->f.known[other])) {
        const char *program[2];
        for (int i = 0; i < 2; i++) {
            *field = i ? (int)other : (int)rule;
            tuning_rounds(w->m, w->g, &w->o);           /* the other way has products of its own */
            program[i] = program_of(w);
        }
        if (program[0] && program[1])
            compare(w, rule, other, program, label);
    }
    *field = better(&w->f, rule, other);
}

static void settle_kernels(Whole *w, bool fresh, bool measure)
{
    bool *predicted = &w->t->predicted[!w->trainer];
    if (measure && fresh && w->t->changed[!w->trainer] && !w->f.known[MEASURED]) {
        const char *program[2];
        for (int i = 0; i < 2; i++) {
            *predicted = i == 0;
            program[i] = program_of(w);
        }
        if (program[0] && program[1] && strcmp(program[0], program[1]))     /* something else may have decided */
            compare(w, PREDICTED, MEASURED, program, w->trainer ? "a training step" : "a step");
    }
    *predicted = w->f.known[PREDICTED] && w->f.known[MEASURED] && !(w->f.us[MEASURED] < ALL * w->f.us[PREDICTED]);
}

void tuning_whole(Model *m, Graph *g, const Options *o, bool trainer, bool fresh, bool measure)
{
    Tuning *t = o->tuning;
    Whole w = { .m = m, .g = g, .o = *o, .t = t, .trainer = trainer };
    const uint64_t hash = hash_bytes(m->hash, &m->reals, sizeof m->reals);
    const char *key = trainer ? format(m->mem, "train %016" PRIx64 " batch %d", hash, o->batch ? o->batch : m->batch) : format(m->mem, "predictor %016" PRIx64, hash);
    const Figure *f = figure_of(t, key);
    w.o.threads = 0, w.o.flow = NULL, w.o.image = false, w.o.max_ram = w.o.max_flash = 0;
    w.f = f ? *f : (Figure){ .key = key };
    if (trainer && t->layout_rule)
        settle(&w, &t->layout, (Compared)t->layout_rule, t->layout_rule == LANES ? FEATURES : LANES, "a training step", measure);
    if (trainer && t->pair_rule)
        settle(&w, &t->pair, (Compared)t->pair_rule, t->pair_rule == PAIRS ? SINGLE : PAIRS, "a training step", measure);
    if (!trainer && t->run_rule)
        settle(&w, &t->run, (Compared)t->run_rule, t->run_rule == BLOCKS ? STEPS : BLOCKS, "a sequence", measure);
    settle_kernels(&w, fresh, measure);
}
