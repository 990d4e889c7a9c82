/* files.h -- what commands share: weights from files, folders, the C compiler. */
#ifndef FILES_H
#define FILES_H

#include "emit.h"
#include "rt_tensors.h"

/* weights.c: parameters by Leaf.index, vocabulary and normalisation, from o->weights or, with a warning, initial ones */
void load_weights(Model *m, const Options *o, Weights *w);
void use_weights(Model *m, const Options *o, Env *env);   /* o->weights instead of the env's parameters */

/* import_weights.c: says everything about o->model, a file of weights, that does not fit the description o->rest[0] */
int check_weights(Model *m, const Options *o);

void read_symbols(Model *m, const rt_tensors *t, const char *path, Weights *w);   /* weights_symbols.c; after `vocabulary` */

/* compile.c */
void make_folder(const char *path);                     /* and those above it; NULL: nothing */
const char *cache_folder(Arena *mem);
/* An executable of these files' texts, in the cache: compiled only if it is not there yet. */
typedef struct { const char *name, *text; size_t size; } Source;
const char *compiler(void);                             /* $CC, or cc */
const char *compile_flags(Arena *mem, bool double_precision);   /* ours, then $CFLAGS */
const char *compile(Arena *mem, const char *name, const Source *source, int n, const char *flags, bool verbose);
int run_program(char *const argv[]);                    /* its exit code; 128 + signal */

/* cmd_tune.c: --tune; what the command will plan is measured */
void tune(Model *m, Graph *g, Options *o);

/* cmd_generate.c */
void trainer_text(Model *m, Graph *g, const Options *o, Purpose gradient, Text *out);
bool predictor_costs(Model *m, Graph *g, const Options *o, Costs *costs);   /* true: it can step */
bool predictor_text(Model *m, Graph *g, const Weights *w, const Options *o, Text *header, Text *code, Text *weights);   /* the same */
void write_runtime(Arena *mem, const Options *o);
const char *compile_trainer(Model *m, Graph *g, const Options *o, Purpose gradient);

#endif
