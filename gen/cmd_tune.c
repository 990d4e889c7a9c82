/* cmd_tune.c -- --tune, before the command itself: what the command would plan is planned until nothing that it asks for is left to
 * measure; Options.tuning then holds the figures. Plans and texts of these rounds are thrown away.
 */
#include "files.h"
#include "tune.h"

#include <string.h>

enum { ROUNDS = 4 };                /* a choice may bring other products: packed once, another block */

static void plan_all(Model *m, Graph *g, const Options *o)
{
    const int leaves = m->leaves;
    Options quiet = *o;
    quiet.quiet = true;
    quiet.max_ram = quiet.max_flash = 0;
    const bool predictor = !strcmp(o->command, "predictor"), inspect = !strcmp(o->command, "inspect"), verify = !strcmp(o->command, "verify");
    if (!predictor) {
        Text text = { 0 };
        trainer_text(m, g, &quiet, verify ? FOR_SENSITIVITY : FOR_GRADIENT, &text);
        text_free(&text);
    }
    if (predictor || inspect) {
        Costs costs;
        predictor_costs(m, g, &quiet, &costs);
    }
    m->leaves = leaves;                                 /* without those that streaming added */
}

void tune(Model *m, Graph *g, Options *o)
{
    const char *file = o->tune;
    if (!*file) {
        make_folder(cache_folder(m->mem));
        file = format(m->mem, "%s/tuning", cache_folder(m->mem));
    }
    Tuning *t = o->tuning = tuning_read(m->mem, file, tuning_machine(m->mem, compile_flags(m->mem, o->double_precision)));
    plan_all(m, g, o);
    for (int i = 0; i < ROUNDS && t->wants; i++) {
        tuning_measure(t, o->double_precision, o->quiet, o->verbose);
        tuning_write(t);
        plan_all(m, g, o);
    }
    note_input(m, file);
}
