/* cmd_tune.c -- --tune, before the command itself: what the command would plan is planned until nothing that it asks for is left to
 * measure; Options.tuning then holds the figures. Plans and texts of these rounds are thrown away.
 */
#include "files.h"
#include "tune.h"

#include <string.h>

enum { ROUNDS = 4 };                /* a choice may bring other products: packed once, another block */

static bool is(const Options *o, const char *command) { return !strcmp(o->command, command); }

static void plan_all(Model *m, Graph *g, const Options *o)
{
    const int leaves = m->leaves;
    Options quiet = *o;
    quiet.quiet = true;
    quiet.max_ram = quiet.max_flash = 0;
    if (!is(o, "predictor")) {
        Text text = { 0 };
        trainer_text(m, g, &quiet, is(o, "verify") ? FOR_SENSITIVITY : FOR_GRADIENT, &text);
        text_free(&text);
    }
    if (is(o, "predictor") || is(o, "inspect")) {
        Costs costs;
        predictor_costs(m, g, &quiet, &costs);
    }
    m->leaves = leaves;                                 /* without those that streaming added */
}

bool tuning_rounds(Model *m, Graph *g, const Options *o)
{
    Tuning *t = o->tuning;
    bool any = false;
    plan_all(m, g, o);
    for (int i = 0; i < ROUNDS && t->wants; i++, any = true) {
        tuning_measure(t, o->double_precision, o->quiet, o->verbose);
        tuning_write(t);
        t->changed[0] = t->changed[1] = false;
        plan_all(m, g, o);
    }
    return any;
}

void tune(Model *m, Graph *g, Options *o)
{
    const char *file = o->tune;
    if (!*file) {
        make_folder(cache_folder(m->mem));
        file = format(m->mem, "%s/tuning", cache_folder(m->mem));
    }
    o->tuning = tuning_read(m->mem, file, tuning_machine(m->mem, compile_flags(m->mem, o->double_precision)));
    const bool fresh = tuning_rounds(m, g, o), measure = !is(o, "verify");
    if (!is(o, "predictor"))
        tuning_whole(m, g, o, true, fresh, measure);
    if (is(o, "predictor") || is(o, "inspect"))
        tuning_whole(m, g, o, false, fresh, measure);
    note_input(m, file);
}
