/* rt_options.c -- the command line of a trainer. Takes argv, gives an rt_options or a sentence; every number is
 * checked to its last character, every unknown word is answered with the nearest known one. Prints nothing but
 * --help.
 */
#include "rt.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum { FLAG, TEXT, WHOLE, NUMBER, SEED, PAIR } Kind;

typedef struct {
    const char *name;
    Kind kind;
    size_t offset;
    double least, most;
    const char *argument, *what;
} Option;

#define AT(field) offsetof(rt_options, field)
static const Option options[] = {
    { "--data", TEXT, AT(data), 0, 0, "FILE", "what to learn from (a folder for .npy); - is standard input" },
    { "--steps", WHOLE, AT(steps), 1, 1e15, "N", "length of the run in steps" },
    { "--epochs", NUMBER, AT(epochs), 1e-9, 1e12, "X", "or in passes over the training part" },
    { "--seconds", NUMBER, AT(seconds), 0, 1e12, "S",
      "train for S seconds (CPU); beside --steps or --epochs: at most" },
    { "--seed", SEED, AT(seed), 0, 0, "N", "of initial weights, the order of examples, masks (default 1)" },
    { "--lr", NUMBER, AT(lr), 0, 1e9, "X", "learning rate, instead of the description's" },
    { "--clip-norm", NUMBER, AT(clip_norm), 0, 1e30, "X", "limit of the gradients' global norm; 0: none" },
    { "--clip-value", NUMBER, AT(clip_value), 0, 1e30, "X", "limit of each element of the gradients; 0: none" },
    { "--valid", NUMBER, AT(valid), 0, 0.9999999, "SHARE", "share of the data, at its end, that validates" },
    { "--valid-data", TEXT, AT(valid_data), 0, 0, "FILE", "validate on all of this file instead of a share" },
    { "--every", WHOLE, AT(every), 1, 1e15, "N", "validate and save every N steps" },
    { "--patience", WHOLE, AT(patience), 0, 1e15, "N", "end after N validations without a better one; 0: never" },
    { "--out", TEXT, AT(out), 0, 0, "DIR",
      "where best.safetensors, last.safetensors and log.csv go (default NAME.run)" },
    { "--resume", FLAG, AT(resume), 0, 0, NULL, "go on from DIR/last.safetensors, bit for bit" },
    { "--weights", TEXT, AT(weights), 0, 0, "FILE",
      "start from these weights (with --evaluate, --sample and others: use these)" },
    { "--evaluate", FLAG, AT(evaluate), 0, 0, NULL, "print the validation loss of the weights, and nothing else" },
    { "--sample", WHOLE, AT(sample), 1, 1e12, "N", "print N symbols drawn from the network" },
    { "--prime", TEXT, AT(prime), 0, 0, "TEXT", "what a sample continues" },
    { "--temperature", NUMBER, AT(temperature), 0, 1e6, "X", "of sampling (default 1; texts of a decoder: 0, always the likeliest)" },
    { "--top-k", WHOLE, AT(top_k), 1, 1e9, "K", "draw among the K likeliest only" },
    { "--beam", WHOLE, AT(beam), 1, 1024, "N", "texts of a decoder: follow the N best at once" },
    { "--score", FLAG, AT(score), 0, 0, NULL, "texts of a decoder: compare them with those of the file" },
    { "--predict", TEXT, AT(predict), 0, 0, "FILE", "print the network's answer to every example or window of a file" },
    { "--gradient-flow", TEXT, AT(flow), 0, 0, "FILE",
      "write how far back the loss's gradient reaches, as CSV" },
    { "--activations", TEXT, AT(activations), 0, 0, "FILE",
      "write each unit's value at each step of --data, as CSV" },
    { "--speed", FLAG, AT(speed), 0, 0, NULL, "time a training step beside its arithmetic floor" },
    { "--probe", PAIR, AT(probe), 0, 0, "IN OUT", "run the programs once on IN.safetensors (used by rnnc verify)" },
    { "--quiet", FLAG, AT(quiet), 0, 0, NULL, "errors only" },
    { "--help", FLAG, AT(help), 0, 0, NULL, "this page" },
};
enum { OPTIONS = sizeof options / sizeof options[0] };

static int words_of(const Option *p) { return p->kind == FLAG ? 0 : p->kind == PAIR ? 2 : 1; }

const char *rt_option(int i, int *words)
{
    if (i >= OPTIONS)
        return NULL;
    *words = words_of(&options[i]);
    return options[i].name;
}

void rt_options_help(const rt_model *m, FILE *to)
{
    fprintf(to, "%s: trains the network of %s%s%s.\n\n", m->name, m->source, *m->defines ? " with " : "",
            m->defines);
    for (int i = 0; i < OPTIONS; i++) {
        char left[40];
        snprintf(left, sizeof left, "%s %s", options[i].name, options[i].argument ? options[i].argument : "");
        fprintf(to, "  %-20s %s\n", left, options[i].what);
    }
    fprintf(to, "\nExit codes: 0 done, 1 failed, 2 usage, 130 interrupted and saved (--resume goes on).\n");
}

static int number(const char *s, double *out)
{
    char *end;
    if (!*s || s[strspn(s, "+-.0123456789eE")])
        return 0;
    *out = strtod(s, &end);
    return !*end && isfinite(*out);
}

static int set(rt_options *o, const Option *p, const char *s, rt_error *e)
{
    void *at = (char *)o + p->offset;
    double x;
    char *end;
    switch (p->kind) {
    case FLAG: *(int *)at = 1; break;
    case TEXT:
        if (!*s && strcmp(p->name, "--prime"))
            return rt_fail(e, "%s %s: is empty", p->name, p->argument);
        *(const char **)at = s;
        break;
    case SEED:
        errno = 0;
        if (*s < '0' || *s > '9' || (o->seed = strtoull(s, &end, 10), *end) || errno)
            return rt_fail(e, "--seed: expected a whole number from 0 to %llu, found '%s'",
                           (unsigned long long)UINT64_MAX, s);
        o->seed_given = 1;
        break;
    case WHOLE:
        if (s[strspn(s, "0123456789")] || !number(s, &x) || !(x >= p->least && x <= p->most))
            return rt_fail(e, "%s: expected a whole number from %.0f on, found '%s'", p->name, p->least, s);
        *(long *)at = (long)x;
        break;
    case NUMBER:
        if (!number(s, &x) || !(x >= p->least && x <= p->most))
            return rt_fail(e, "%s: expected a number from %g to %g, found '%s'", p->name, p->least, p->most, s);
        *(double *)at = x;
        break;
    case PAIR: break;
    }
    return 0;
}

static int read_all(rt_options *o, int argc, char **argv, rt_error *e)
{
    /* rnnc says so when it runs a trainer; --help is its own there */
    const char *help = argv[0] && !strncmp(argv[0], "rnnc ", 5) ? "--trainer-help" : "--help";
    for (int i = 1; i < argc; i++) {
        const Option *p = NULL;
        const char *s = argv[i], *equals = !strncmp(s, "--", 2) ? strchr(s, '=') : NULL;
        size_t n = equals ? (size_t)(equals - s) : strlen(s);
        const char *names[OPTIONS];
        for (int k = 0; k < OPTIONS; k++) {
            names[k] = options[k].name;
            if (strlen(names[k]) == n && !memcmp(names[k], s, n))
                p = &options[k];
        }
        if (!strcmp(s, "-h"))
            p = &options[OPTIONS - 1];
        if (!p) {
            const char *near = rt_nearest(s, names, OPTIONS);
            return rt_fail(e, "%s '%s'%s%s%s (%s lists all)", *s == '-' ? "unknown option"
                           : "unexpected argument", s,
                           near ? ", did you mean " : "", near ? near : "", near ? "?" : "", help);
        }
        const int values = words_of(p);
        if (equals && values != 1)
            return rt_fail(e, "%s takes %s", p->name, values ? "two arguments" : "no argument");
        if (!equals && i + values >= argc)
            return rt_fail(e, "%s: expected %s after it, found the end of the line", p->name, p->argument);
        if (p->kind == PAIR)
            o->probe[0] = argv[i + 1], o->probe[1] = argv[i + 2];
        if (set(o, p, equals ? equals + 1 : values ? argv[i + 1] : s, e))
            return -1;
        i += equals ? 0 : values;
    }
    return 0;
}

/* What is given and would have no effect is refused. */
static int consistent(const rt_options *o, rt_error *e)
{
    int tasks = (o->evaluate != 0) + (o->sample >= 0) + (o->probe[0] != NULL) +
                      (o->predict != NULL) + (o->flow != NULL) + (o->activations != NULL) + (o->speed != 0);
    if (tasks > 1)
        return rt_fail(e, "--evaluate, --sample, --predict, --gradient-flow, --activations, --speed and --probe are different "
                       "tasks; give one");
    const char *task = o->evaluate ? "--evaluate" : o->sample >= 0 ? "--sample" : o->predict ? "--predict"
                     : o->flow ? "--gradient-flow" : o->activations ? "--activations"
                     : o->speed ? "--speed" : "--probe";
    const struct { const char *name; int given; } training[] = {
        { "--steps", o->steps >= 0 }, { "--epochs", o->epochs >= 0 }, { "--seconds", o->seconds >= 0 },
            { "--lr", o->lr >= 0 },
        { "--clip-norm", o->clip_norm >= 0 && !o->flow },
        { "--clip-value", o->clip_value >= 0 && !o->flow }, { "--every", o->every >= 0 },
        { "--patience", o->patience >= 0 },
        { "--resume", o->resume },
    };
    for (size_t i = 0; tasks && i < sizeof training / sizeof *training; i++)
        if (training[i].given)
            return rt_fail(e, "%s has no effect with %s", training[i].name, task);
    if (o->sample < 0 && o->prime)
        return rt_fail(e, "--prime needs --sample N");
    if (o->sample < 0 && !o->predict && (o->temperature >= 0 || o->top_k))
        return rt_fail(e, "%s needs --sample N or --predict FILE", o->top_k ? "--top-k" : "--temperature");
    if (!o->predict && (o->beam || o->score))
        return rt_fail(e, "%s needs --predict FILE", o->beam ? "--beam" : "--score");
    if (o->beam && (o->temperature >= 0 || o->top_k))
        return rt_fail(e, "--beam follows the likeliest; %s draws", o->top_k ? "--top-k" : "--temperature");
    if (o->top_k && (o->predict ? !(o->temperature > 0) : o->temperature == 0))
        return rt_fail(e, "--top-k needs --temperature X above 0, or the likeliest is taken");
    if (o->predict && o->seed_given && !(o->temperature > 0))
        return rt_fail(e, "--seed has no effect with --predict: without --temperature nothing is drawn");
    if (o->seed_given && (o->evaluate || o->speed || o->activations || o->probe[0]))
        return rt_fail(e, "--seed has no effect with %s: nothing is drawn", task);
    if (o->seed_given && o->sample >= 0 && o->temperature == 0)
        return rt_fail(e, "--seed has no effect with --temperature 0: the likeliest is taken");
    if (o->valid_data && o->valid >= 0)
        return rt_fail(e, "--valid and --valid-data both say what validates; give one");
    if (o->resume && o->weights)
        return rt_fail(e, "--resume goes on from the weights of the run itself; --weights starts a new one");
    if (o->steps >= 0 && o->epochs >= 0)
        return rt_fail(e, "--steps and --epochs both say how long to train; give one");
    return 0;
}

int rt_options_read(rt_options *o, int argc, char **argv, const rt_model *m, rt_error *e)
{
    (void)m;
    *o = (rt_options){ .steps = -1, .every = -1, .patience = -1, .sample = -1, .epochs = -1, .seconds = -1, .lr = -1,
                       .clip_norm = -1,
                       .clip_value = -1, .valid = -1, .temperature = -1, .seed = 1 };
    if (!read_all(o, argc, argv, e) && (o->help || !consistent(o, e)))
        return 0;
    e->code = 2;
    return -1;
}
