/* cmd_generate.c -- the commands that write C: predictor, trainer. From a graph as read to files; all of them are
 * rendered before the first is written.
 */
#include "emit.h"
#include "files.h"
#include "lua_text.h"

#include <string.h>

static Plan *program(Graph *g, Purpose purpose, bool fixed, const Options *o, const char **why)
{
    Graph *ready = run_passes(g, purpose, o, why);
    return ready ? plan_program(ready, purpose, fixed, o) : NULL;
}

void trainer_text(Model *m, Graph *g, const Options *o, Purpose gradient, Text *out)
{
    const char *why = NULL;
    Plan *step = program(g, FOR_SAMPLE, false, o, &why), *before = step ? program(g, FOR_BEGIN, false, o, &why) : NULL;
    Plan *loss = program(g, FOR_LOSS, false, o, &why);
    Plan *grad = program(g, gradient, false, o, &why);
    if (grad->threads < o->threads && !o->quiet)
        fprintf(stderr, "%s: %d of %d threads: %s\n", m->file, grad->threads, o->threads,
                grad->lanes ? "its examples lie side by side in vectors" : format(m->mem, "a batch of %d is shared by at most %d", grad->batch, grad->chunks));
    Plan *flow = o->flow ? program(g, FOR_FLOW, false, o, &why) : NULL;
    emit_trainer(m, grad, loss, step, before, flow, described_flops(g, gradient, grad->batch), o, out);
}

static const char *in_folder(Arena *mem, const Options *o, const char *name)
{
    const char *dir = o->out ? o->out : ".";
    size_t n = strlen(dir);
    return n && dir[n - 1] == '/' ? format(mem, "%s%s", dir, name) : format(mem, "%s/%s", dir, name);
}

/* Copies of the runtime belong to the user of what is generated, like all that rnnc writes, and say so. */
void write_runtime(Arena *mem, const Options *o)
{
    static const char notice[] = "/* Part of a program that rnnc wrote; it belongs to that program's user: no licence of rnnc's applies to this copy. */\n";
    for (int i = 0; embedded[i].name; i++) {
        if (strncmp(embedded[i].name, "runtime/", 8))
            continue;
        Text t = { 0 };
        put_text(&t, notice);
        put_text(&t, embedded[i].text);
        write_file(in_folder(mem, o, embedded[i].name + 8), t.s, t.n);
        text_free(&t);
    }
}

int cmd_trainer(Model *m, Graph *g, const Options *o)
{
    Text text = { 0 };
    trainer_text(m, g, o, FOR_GRADIENT, &text);
    make_folder(o->out);
    const char *file = in_folder(m->mem, o, format(m->mem, "%s_train.c", identifier(m->mem, m->name)));
    write_file(file, text.s, text.n);
    write_runtime(m->mem, o);
    write_depfile(m, o, &file, 1);
    text_free(&text);
    return 0;
}

/* --max-ram, --max-flash: what would have to shrink, the largest first. */
static void hold(const Model *m, const Plan *p, const Costs *c, const Options *o)
{
    const long ram = ram_of(p, c), flash = c->weights + c->code;
    if (o->max_flash && flash > o->max_flash)
        err((Loc){ m->file, 0 }, "--max-flash %d: %ld bytes are needed, %ld too many: %ld of weights (%ld numbers), about %ld of code; "
            "%s", o->max_flash, flash, flash - o->max_flash, c->weights, c->parameters, c->code,
            c->weights > c->code ? "fewer units or layers make the weights smaller" : "fewer layers make the code smaller");
    if (o->max_ram && ram > o->max_ram)
        err((Loc){ m->file, 0 }, "--max-ram %d: %ld bytes are needed, %ld too many: %ld of state, %ld of work, %s%ld of stack beside it; "
            "%s%s", o->max_ram, ram, ram - o->max_ram, c->state, c->work,
            c->begin ? format(m->mem, "%ld of workspace before the first step, ", c->begin) : "", ram - c->state - c->work - c->begin,
            c->begin > c->state && c->begin > c->work ? "a shorter axis or narrower layers before the first step make that workspace smaller"
            : c->state > c->work ? "fewer units or shorter delays make the state smaller"
            : p->purpose == FOR_STEP ? "narrower layers make the work smaller" : "a shorter axis or narrower layers make the work smaller",
            o->freestanding ? "" : format(m->mem, "; --freestanding, for vectors of 16 bytes or none, takes %d less of the stack", WIDE_VECTORS));
}

/* The predictor as texts; without `header` only what it costs. True: it can step. */
static bool predictor(Model *m, Graph *g, const Weights *w, const Options *o, Costs *costs, Text *header, Text *code, Text *weights)
{
    const char *why = NULL;
    *costs = (Costs){ .reach = reach(g) };
    Plan *p = o->whole ? NULL : program(g, FOR_STEP, true, o, &why), *before = p ? program(g, FOR_BEGIN, true, o, &why) : NULL;
    if (!p) {
        if (o->verbose && !o->whole)
            fprintf(stderr, "%s: whole sequences only: %s\n", m->name, why);
        p = program(g, FOR_OUTPUT, true, o, &why);
    }
    const bool step = p->purpose == FOR_STEP;
    Plan *block = step ? plan_block(p) : NULL;
    if (o->run && !step)
        usage_err("--run %s: %s takes whole sequences, not steps%s%s", o->run, m->name, o->whole ? "" : ": ", o->whole ? "" : why);
    if (o->run && !strcmp(o->run, "blocks") && !block)
        usage_err("--run blocks: %s can only be run step by step: several steps at once would not give the same bits", m->name);
    emit_predictor(m, g, p, block, before, w, o, costs, header, code, weights);
    hold(m, p, costs, o);
    return p->purpose == FOR_STEP;
}

bool predictor_text(Model *m, Graph *g, const Weights *w, const Options *o, Text *header, Text *code, Text *weights)
{
    Costs costs;
    return predictor(m, g, w, o, &costs, header, code, weights);
}

bool predictor_costs(Model *m, Graph *g, const Options *o, Costs *costs)
{
    Weights w = { .leaf = random_weights(m->mem, m, 1)->leaf, .from = "" };
    return predictor(m, g, &w, o, costs, NULL, NULL, NULL);
}

int cmd_predictor(Model *m, Graph *g, const Options *o)
{
    const char *name = identifier(m->mem, m->name);
    Weights w = { 0 };
    Costs costs;
    load_weights(m, o, &w);
    Text h = { 0 }, c = { 0 }, ww = { 0 };
    predictor(m, g, &w, o, &costs, &h, &c, &ww);
    make_folder(o->out);
    static const char *const form[] = { "%s.h", "%s.c", "%s_weights.c" };
    const Text *text[] = { &h, &c, &ww };
    const char *file[4];
    for (int i = 0; i < 3; i++) {
        file[i] = in_folder(m->mem, o, format(m->mem, form[i], name));
        write_file(file[i], text[i]->s, text[i]->n);
    }
    if (o->image) {
        file[3] = in_folder(m->mem, o, format(m->mem, "%s.safetensors", name));
        write_file(file[3], costs.image.bytes, (size_t)costs.image.size);
    }
    write_depfile(m, o, file, o->image ? 4 : 3);
    text_free(&h), text_free(&c), text_free(&ww);
    return 0;
}
