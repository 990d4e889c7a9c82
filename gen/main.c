/* main.c -- the command line: words to Options, then the command. What happens to a model is in passes.c's table and in
 * cmd_*.c; nothing is decided here but what the user asked for.
 */
#include "passes.h"
#include "files.h"
#include "rt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PREDICTOR = 1, TRAINER = 2, GOLDEN = 4, TRAIN = 8, PREDICT = 16, VERIFY = 32, INSPECT = 64, EVERY = 127, IMPORT = 128 };

static const struct {
    const char *name;
    int bit;
    int (*run)(Model *m, Graph *g, const Options *o);
    const char *args, *about, *example;
} command[] = {
    { "predictor", PREDICTOR, cmd_predictor, "MODEL.lua [--weights W.safetensors] [-o DIR]",
      "write a standalone predictor: NAME.h, NAME.c, NAME_weights.c",
      "rnnc predictor models/charlm.lua --weights charlm.run/best.safetensors -o predictor" },
    { "trainer", TRAINER, cmd_trainer, "MODEL.lua [-o DIR]", "write a training program, NAME_train.c, and the runtime it needs",
      "rnnc trainer models/charlm.lua -o trainer && cc -O2 -march=native trainer/*.c -lm -o charlm" },
    { "golden", GOLDEN, cmd_golden, "MODEL.lua [--from G.safetensors] [-o DIR]",
      "record inputs, outputs, loss and gradients, and write the program that holds the generated code to them",
      "rnnc golden models/hello.lua -o golden" },
    { "train", TRAIN, cmd_train, "MODEL.lua [--data FILE] [trainer's options]", "generate the trainer, compile it (cached), run it",
      "rnnc train models/charlm.lua --data text.txt --steps 2000" },
    { "predict", PREDICT, cmd_predict, "MODEL.lua --weights W.safetensors [--input FILE] [trainer's options]",
      "run a trained network: continue a text, or answer rows of numbers",
      "rnnc predict models/charlm.lua --weights charlm.run/best.safetensors --sample 500" },
    { "verify", VERIFY, cmd_verify, "MODEL.lua [--golden G.safetensors] [--rtol R] [--batch N]",
      "hold forward and every gradient to the double-precision oracle, to central differences and to a golden file",
      "rnnc verify models/mgu.lua" },
    { "inspect", INSPECT, cmd_inspect, "MODEL.lua [--json]", "layers, shapes, parameters, arithmetic, memory, kernels chosen",
      "rnnc inspect models/charlm.lua" },
    { "import", IMPORT, NULL, "FILE.onnx [-o DIR] | FILE.safetensors MODEL.lua",
      "write the description and the weights of a network from elsewhere; or say which weights do not fit a description",
      "rnnc import net.onnx -o net && rnnc verify net/net.lua --weights net/net.safetensors" },
};
enum { COMMANDS = sizeof command / sizeof *command };

typedef enum { FLAG_WORD, FLAG_TEXT, FLAG_NUMBER, FLAG_COUNT, FLAG_DEFINE, FLAG_MAYBE } FlagKind;   /* maybe: =VALUE or nothing */

static const struct {
    const char *name, *value;
    FlagKind kind;
    int commands;
    size_t at;                      /* in Options */
    const char *about;
} flag[] = {
#define AT(field) offsetof(Options, field)
    { "-o", "DIR", FLAG_TEXT, PREDICTOR | TRAINER | GOLDEN | IMPORT, AT(out), "where to write (default: here)" },
    { "--name", "NAME", FLAG_TEXT, PREDICTOR | TRAINER | GOLDEN | IMPORT, AT(name), "of files and functions (default: the description's, or the file's)" },
    { "--depfile", "FILE", FLAG_TEXT, PREDICTOR | TRAINER | GOLDEN, AT(depfile), "write a rule for Make and Ninja: what the results depend on" },
    { "-D", "NAME=VALUE", FLAG_DEFINE, EVERY | IMPORT, 0, "set a parameter of the description's own" },
    { "--weights", "FILE", FLAG_TEXT, PREDICTOR | GOLDEN | TRAIN | PREDICT | VERIFY, AT(weights), "trained weights, safetensors" },
    { "--data", "FILE", FLAG_TEXT, TRAIN, AT(data), "what to train on" },
    { "--gradient-flow", "FILE", FLAG_TEXT, TRAIN, AT(flow),
      "instead of training: how far back the loss's gradient reaches, as CSV" },
    { "--input", "FILE", FLAG_TEXT, PREDICT, AT(data), "what to predict from" },
    { "--golden", "FILE", FLAG_TEXT, VERIFY, AT(golden), "recorded numbers to hold the network to" },
    { "--from", "FILE", FLAG_TEXT, GOLDEN, AT(from), "take inputs and parameters from this file instead of at random" },
    { "--rtol", "R", FLAG_NUMBER, VERIFY | GOLDEN, AT(rtol), "relative tolerance, norm-wise per tensor (default 1e-5)" },
    { "--batch", "N", FLAG_COUNT, TRAINER | GOLDEN | TRAIN | VERIFY | INSPECT, AT(batch), "instead of the description's" },
    { "--threads", "N", FLAG_COUNT, TRAINER | TRAIN | VERIFY, AT(threads), "of the trainer, each with its examples of the batch: same numbers (default 1)" },
    { "--seed", "N", FLAG_COUNT, PREDICTOR | GOLDEN | VERIFY | TRAIN, AT(seed), "of random numbers (default 1)" },
    { "--precision", "f32|f64", FLAG_TEXT, EVERY, AT(precision), "numbers of the generated code (default f32)" },
    { "--freestanding", NULL, FLAG_WORD, PREDICTOR | INSPECT, AT(freestanding), "neither libm nor libc: nothing is called but memcpy" },
    { "--dispatch", NULL, FLAG_WORD, PREDICTOR, AT(dispatch), "built for any x86-64: hold code for AVX-512, AVX2 and SSE2, choose when run (default)" },
    { "--no-dispatch", NULL, FLAG_WORD, PREDICTOR, AT(no_dispatch), "only what the compiler's target has (default with --freestanding)" },
    { "--image", NULL, FLAG_WORD, PREDICTOR, AT(image), "weights as NAME.safetensors, given to NAME_load at run time" },
    { "--max-ram", "BYTES", FLAG_COUNT, PREDICTOR | INSPECT, AT(max_ram), "fail if state, workspaces and stack need more" },
    { "--max-flash", "BYTES", FLAG_COUNT, PREDICTOR | INSPECT, AT(max_flash), "fail if weights and code (on a Cortex-M) need more" },
    { "--unroll", "calls|loop", FLAG_TEXT, EVERY, AT(unroll), "time as straight-line calls (default, up to 64 steps) or as a loop: same numbers" },
    { "--whole", NULL, FLAG_WORD, PREDICTOR, AT(whole), "whole sequences, also where the network can go step by step" },
    { "--run", "steps|blocks", FLAG_TEXT, PREDICTOR | INSPECT, AT(run), "NAME_run step by step, or blocks of steps at once (default: by cost)" },
    { "--tune", "[=FILE]", FLAG_MAYBE, PREDICTOR | TRAINER | TRAIN | PREDICT | VERIFY | INSPECT, AT(tune),
      "measure kernels here where predictions are near each other; FILE keeps the figures (default: in the cache)" },
    { "--json", NULL, FLAG_WORD, INSPECT, AT(json), "print JSON" },
    { "-d", "PASS", FLAG_TEXT, EVERY, AT(dump_after), "print the graph after a pass" },
    { "--verify-passes", NULL, FLAG_WORD, EVERY, AT(verify_passes), "compare the network's values before and after each pass" },
    { "-v", NULL, FLAG_WORD, EVERY, AT(verbose), "say more" },
    { "-q", NULL, FLAG_WORD, EVERY | IMPORT, AT(quiet), "say less" },
};
enum { FLAGS = sizeof flag / sizeof *flag };

static void help(FILE *out)
{
    fprintf(out, "rnnc %s compiles neural sequence models, described in Lua, to C.\n\n", RNNC_VERSION);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(out, "  rnnc %-9s %s\n      %s\n", command[i].name, command[i].args, command[i].about);
    fprintf(out, "\n  rnnc COMMAND --help   its options, with an example\n  rnnc --passes         what happens to a description, step by step\n"
                 "  rnnc --version\n\nResults go to standard output, talk to standard error. Exit: 0, 1 (failed), 2 (usage).\n");
}

static void help_command(int c)
{
    printf("rnnc %s %s\n    %s\n\n", command[c].name, command[c].args, command[c].about);
    for (int i = 0; i < FLAGS; i++)
        if (flag[i].commands & command[c].bit) {
            char left[40];
            snprintf(left, sizeof left, "%s%s%s", flag[i].name, flag[i].kind == FLAG_MAYBE ? "" : " ", flag[i].value ? flag[i].value : "");
            printf("  %-22s %s\n", left, flag[i].about);
        }
    if (command[c].bit & (TRAIN | PREDICT))
        printf("\nOptions that rnnc does not know go to the trainer: rnnc %s MODEL.lua --trainer-help lists them.\n", command[c].name);
    printf("\nfor example:\n    %s\n", command[c].example);
}

static int find_command(const char *name)
{
    const char *names[COMMANDS];
    for (int i = 0; i < COMMANDS; i++) {
        if (!strcmp(command[i].name, name))
            return i;
        names[i] = command[i].name;
    }
    const char *near = nearest(name, names, COMMANDS);
    usage_err("unknown command '%s'%s%s%s; rnnc --help lists them", name, near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static int find_flag(const char *name, int c)
{
    const char *names[FLAGS];
    int n = 0;
    for (int i = 0; i < FLAGS; i++) {
        if (!strcmp(flag[i].name, name)) {
            if (flag[i].commands & command[c].bit)
                return i;
            if (command[c].bit & (TRAIN | PREDICT))
                return -1;
            usage_err("%s does not apply to 'rnnc %s'", name, command[c].name);
        }
        if (flag[i].commands & command[c].bit)
            names[n++] = flag[i].name;
    }
    if (command[c].bit & (TRAIN | PREDICT))
        return -1;                                      /* the trainer's own */
    const char *near = nearest(name, names, n);
    usage_err("unknown option '%s'%s%s%s; rnnc %s --help lists them", name, near ? ", did you mean '" : "", near ? near : "",
              near ? "'?" : "", command[c].name);
}

/* What goes to the trainer is known here, too: the nearest name may be ours, and the trainer need not be compiled to say so. */
static void check_rest(const Options *o, int c)
{
    enum { MOST = 100 };
    const char *names[MOST];
    int words[MOST], theirs = 0, n;
    while (theirs < MOST - FLAGS && (names[theirs] = rt_option(theirs, &words[theirs])))
        theirs++;
    n = theirs;
    for (int i = 0; i < FLAGS; i++)
        if (flag[i].commands & command[c].bit)
            names[n++] = flag[i].name;
    for (int i = 0; i < o->rests; i++) {
        const char *w = o->rest[i], *eq = strncmp(w, "--", 2) ? NULL : strchr(w, '=');
        const size_t size = eq ? (size_t)(eq - w) : strlen(w);
        int k = 0;
        if (w[0] != '-' || !strcmp(w, "-h") || !strcmp(w, "--trainer-help"))
            continue;
        while (k < theirs && (strlen(names[k]) != size || memcmp(names[k], w, size)))
            k++;
        if (k < theirs) {
            i += eq ? 0 : words[k];
            continue;
        }
        char name[80];
        snprintf(name, sizeof name, "%.*s", (int)size, w);
        for (int f = 0; f < FLAGS; f++)
            if (!strcmp(flag[f].name, name))
                usage_err("%s does not apply to 'rnnc %s'", name, command[c].name);
        const char *near = nearest(name, names, n);
        usage_err("unknown option '%s'%s%s%s; rnnc %s --help and --trainer-help list them", name, near ? ", did you mean '" : "", near ? near : "",
                  near ? "'?" : "", command[c].name);
    }
}

static void define(Model *m, const char *text)
{
    const char *eq = strchr(text, '=');
    if (!eq || eq == text)
        usage_err("-D %s: expected NAME=VALUE", text);
    Define *all = alloc(m->mem, (size_t)(m->defines + 1) * sizeof *all);
    for (int i = 0; i < m->defines; i++)
        all[i] = m->define[i];
    all[m->defines] = (Define){ format(m->mem, "%.*s", (int)(eq - text), text), copy_text(m->mem, eq + 1), false };
    m->define = all;
    m->defines++;
}

static double number(const char *name, const char *text, bool whole)
{
    char *end;
    errno = 0;
    double x = strtod(text, &end);
    if (end == text || *end || errno || !(x > 0) || (whole && !(x <= 2e9 && x == (double)(long long)x)))
        usage_err("%s %s: expected a positive %s%s", name, text, whole ? "whole number" : "number", whole && x > 2e9 ? " of at most 2000000000" : "");
    return x;
}

static void set(Options *o, Model *m, int f, const char *value)
{
    char *field = (char *)o + flag[f].at;
    switch (flag[f].kind) {
    case FLAG_WORD:
        *(bool *)field = true;
        break;
    case FLAG_TEXT: case FLAG_MAYBE:
        *(const char **)field = value;
        break;
    case FLAG_NUMBER:
        *(double *)field = number(flag[f].name, value, false);
        break;
    case FLAG_COUNT:
        *(int *)field = (int)number(flag[f].name, value, true);
        o->seed_given = o->seed_given || flag[f].at == AT(seed);
        break;
    case FLAG_DEFINE:
        define(m, value);
        break;
    }
}

static bool one_of(const char *name, const char *value, const char *a, const char *b)
{
    if (value && strcmp(value, a) && strcmp(value, b))
        usage_err("%s %s: expected %s or %s", name, value, a, b);
    return value && !strcmp(value, b);
}

static bool is_name(const char *s)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    return *s && strchr(letters, *s) && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")];
}

static void words(int argc, char **argv, int c, Options *o, Model *m)
{
    o->rest = alloc(m->mem, (size_t)(argc + 1) * sizeof *o->rest);
    bool passes_on = command[c].bit & (TRAIN | PREDICT);
    for (int i = 2; i < argc; i++) {
        char *w = argv[i];
        if (!strcmp(w, "--help")) {
            help_command(c);
            exit(0);
        }
        if (w[0] != '-' || !strcmp(w, "-")) {
            if (!o->model)
                o->model = w;
            else if (passes_on || command[c].bit == IMPORT)
                o->rest[o->rests++] = w;                /* the value of one of the trainer's options */
            else
                usage_err("'%s': the model is %s already", w, o->model);
            continue;
        }
        char *eq = strncmp(w, "--", 2) ? NULL : strchr(w, '=');
        const char *name = eq ? format(m->mem, "%.*s", (int)(eq - w), w) : w;
        if (!strncmp(w, "-D", 2) && w[2]) {
            define(m, w + 2);
            continue;
        }
        int f = find_flag(name, c);
        if (f < 0) {
            o->rest[o->rests++] = w;
            continue;
        }
        if (flag[f].kind == FLAG_WORD) {
            if (eq)
                usage_err("%s takes no value", name);
            set(o, m, f, NULL);
        } else if (flag[f].kind == FLAG_MAYBE) {
            if (eq && !eq[1])
                usage_err("%s=: expected a file behind =", name);
            set(o, m, f, eq ? eq + 1 : "");
        } else {
            if (!eq && i + 1 >= argc)
                usage_err("%s: expected %s behind it", name, flag[f].value);
            set(o, m, f, eq ? eq + 1 : argv[++i]);
        }
    }
    if (!o->model)
        usage_err("which model? rnnc %s %s", command[c].name, command[c].args);
    if (passes_on)
        check_rest(o, c);
    if (o->seed_given && o->weights && (command[c].bit & PREDICTOR))
        usage_err("--seed has no effect with --weights");
    if (o->dispatch && (o->no_dispatch || o->freestanding))
        usage_err("--dispatch and %s exclude each other%s", o->no_dispatch ? "--no-dispatch" : "--freestanding",
                  o->no_dispatch ? "" : ": it asks the processor while running");
    if (o->name && !is_name(o->name))
        usage_err("--name %s: expected letters, digits and _, a letter first", o->name);
    o->double_precision = one_of("--precision", o->precision, "f32", "f64");
    one_of("--run", o->run, "steps", "blocks");
    o->loop = one_of("--unroll", o->unroll, "calls", "loop");
    if (o->dump_after && !is_pass(o->dump_after)) {
        const char *near = nearest_pass(o->dump_after);
        usage_err("-d %s: no such pass%s%s%s; rnnc --passes lists them", o->dump_after, near ? ", did you mean '" : "", near ? near : "",
                  near ? "'?" : "");
    }
}

static int run(int argc, char **argv)
{
    if (argc < 2) {
        help(stderr);
        return 2;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        help(stdout);
        return 0;
    }
    if (!strcmp(argv[1], "--version")) {
        printf("rnnc %s\n", RNNC_VERSION);
        return 0;
    }
    if (!strcmp(argv[1], "--passes")) {
        print_passes(stdout);
        return 0;
    }
    int c = find_command(argv[1]);
    Arena *mem = arena_new();
    Model *m = alloc(mem, sizeof *m);
    m->mem = mem;
    Options *o = alloc(mem, sizeof *o);
    *o = (Options){ .command = command[c].name, .seed = 1, .rtol = 1e-5 };
#ifdef RNNC_CHECK
    o->check = true;
#endif
    words(argc, argv, c, o, m);
    if (!command[c].run) {
        int code = cmd_import(m, o);
        arena_free(mem);
        return code;
    }
    m->file = o->model;
    note_input(m, m->file);
    if (o->weights)
        note_input(m, o->weights);
    if (o->from)
        note_input(m, o->from);
    recall(m, o);
    Graph *g = read_model(m);
    if (o->name)
        m->name = o->name;
    if (o->dump_after && !strcmp(o->dump_after, "read"))
        dump(g, stdout);
    if (o->check)
        check(g, "read");
    if (!strcmp(m->name, "rt"))
        err((Loc){ m->file, 0 }, "a model cannot be called 'rt': its files would be the runtime's");
    if (o->tune)
        tune(m, g, o);
    int code = command[c].run(m, g, o);
    arena_free(mem);
    return code;
}

int main(int argc, char **argv)
{
    int code = run(argc, argv);
    if (fflush(stdout) || ferror(stdout)) {             /* a full disk, a reader that is gone */
        fprintf(stderr, "rnnc: standard output: %s\n", strerror(errno ? errno : EIO));
        return code ? code : 1;
    }
    return code;
}
