/* cmd_train.c -- train and predict: the trainer is generated, compiled (once: compile.c keeps it) and run with the options
 * that rnnc itself does not know. Writes nothing but the cache; the trainer writes the rest.
 */
#include "files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

const char *compile_trainer(Model *m, Graph *g, const Options *o, Purpose gradient)
{
    Text text = { 0 };
    trainer_text(m, g, o, gradient, &text);
    int n = 0;
    for (int i = 0; embedded[i].name; i++)
        n += !strncmp(embedded[i].name, "runtime/", 8);
    Source *s = alloc(m->mem, (size_t)(n + 1) * sizeof *s);
    const char *name = identifier(m->mem, m->name);
    s[0] = (Source){ format(m->mem, "%s_train.c", name), text.s, text.n };
    n = 1;
    for (int i = 0; embedded[i].name; i++)
        if (!strncmp(embedded[i].name, "runtime/", 8))
            s[n++] = (Source){ embedded[i].name + 8, embedded[i].text, embedded[i].size };
    const char *program = compile(m->mem, name, s, n, compile_flags(m->mem, o->double_precision), o->verbose);
    text_free(&text);
    return program;
}

static int run(Model *m, Graph *g, const Options *o, const char *const *more, int n)
{
    char **argv = alloc(m->mem, (size_t)(o->rests + n + 8) * sizeof *argv);
    int c = 0;
    const char *program = compile_trainer(m, g, o, FOR_GRADIENT);
    argv[c++] = format(m->mem, "rnnc %s", o->command);  /* messages name the options as rnnc has them */
    for (int i = 0; i < n; i++)
        argv[c++] = copy_text(m->mem, more[i]);
    if (o->weights) {
        argv[c++] = "--weights";
        argv[c++] = copy_text(m->mem, o->weights);
    }
    for (int i = 0; i < o->rests; i++)
        argv[c++] = !strcmp(o->rest[i], "--trainer-help") ? "--help" : o->rest[i];
    if (o->quiet)
        argv[c++] = "--quiet";
    argv[c] = NULL;
    fflush(NULL);
    execv(program, argv);                               /* not a child: signals and the exit code are the trainer's own */
    err((Loc){ 0 }, "%s: cannot start: %s", program, strerror(errno));
}

int cmd_train(Model *m, Graph *g, const Options *o)
{
    const char *more[6];
    int n = 0;
    if (o->flow && !m->states)
        err((Loc){ m->file, 0 }, "--gradient-flow: the network has no recurrent state");
    if (o->data)
        more[n++] = "--data", more[n++] = o->data;
    if (o->flow)
        more[n++] = "--gradient-flow", more[n++] = o->flow;
    if (o->seed_given)
        more[n++] = "--seed", more[n++] = format(m->mem, "%d", o->seed);
    return run(m, g, o, more, n);
}

/* the last characters of a text, whole ones: what a sample continues */
static const char *end_of_text(Arena *mem, const char *path)
{
    size_t n, most = 4096;
    char *s = read_file(mem, path, &n);
    if (strlen(s) < n)
        err((Loc){ path, 0 }, "holds a byte 0: not a text");
    if (n > most) {
        s += n - most;
        while (((unsigned char)*s & 0xc0) == 0x80)
            s++;
    }
    return s;
}

int cmd_predict(Model *m, Graph *g, const Options *o)
{
    if (!o->weights)
        usage_err("which --weights?");
    const char *more[8];
    int n = 0;
    if (o->seed_given)
        more[n++] = "--seed", more[n++] = format(m->mem, "%d", o->seed);
    bool sample = false, activations = false;
    for (int i = 0; i < o->rests; i++) {
        sample = sample || !strcmp(o->rest[i], "--sample");
        activations = activations || !strncmp(o->rest[i], "--activations", 13);
    }
    if (activations) {
        if (o->data)
            more[n++] = "--data", more[n++] = o->data;
        return run(m, g, o, more, n);
    }
    const bool rows = m->data.kind == DATA_CSV || m->data.kind == DATA_EXAMPLES;
    if (o->data && rows)
        more[n++] = "--predict", more[n++] = o->data;
    else if (!sample && !rows)
        more[n++] = "--sample", more[n++] = "500";
    if (o->data && !rows)
        more[n++] = "--prime", more[n++] = end_of_text(m->mem, o->data);
    else if (!o->data && rows)
        usage_err("which --input? %s answers %s", m->file, m->data.kind == DATA_CSV ? "rows of a CSV file" : "each example of a file");
    return run(m, g, o, more, n);
}
