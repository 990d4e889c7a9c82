/* emit_predictor.h -- what the files that write predictors say to each other. */
#ifndef EMIT_PREDICTOR_H
#define EMIT_PREDICTOR_H

#include "emit.h"
#include "lua_text.h"

typedef struct {                    /* of one function of the predictor */
    Text args;                      /* rows for the template: name and what it is */
    Text params, example;           /* as declared, as called */
    Text ports;                     /* rows for the descriptor */
    Text census;                    /* lines for the head of the header */
    Text *sizes;                    /* macros; those of all functions have names of their own */
} Interface;

/* emit_predictor.c: a constant, as a row for the template or in the image */
void array(Text *d, const char *name, const double *x, long n, const char *about, bool twice, Image *image);

/* emit_state.c */
bool has_ring(const Plan *p, int rows);                          /* 0: of any number of rows */
int longest_ring(const Plan *p);
long state_fields(Text *d, Emit *e, const char *real);           /* rows for the template; returns the bytes of the struct */
long start_arrays(Text *d, Emit *e, const Weights *w, Image *image);
void reset_code(Emit *e, Text *out, const char *name);

/* emit_interface.c */
void interface(Interface *f, Emit *e, const char *real);
void macro(Text *d, const char *name, long value, const char *about);
const char *upper(Arena *mem, const char *s);
const char *dims(Arena *mem, Type t);                            /* "[3][128]", "" of a single number */
long numbers_of(Type t);                                         /* of one example, all steps */
const char *length_argument(Arena *mem, const Axis *a);

/* emit_costs.c */
long stack_of(const Plan *p, const char *code);                  /* bytes, a bound */
long stack_of_block(const Plan *block);
long multiply_adds_of(const Plan *p);
long code_of(const char *code);                                  /* bytes on a Cortex-M4 with -Os, about */
uint64_t hash_of_weights(const Model *m, const Weights *w, bool twice);
void cost_macros(Text *d, Arena *mem, const char *up, const Costs *c, bool steps);

/* emit_image.c */
void image_begin(Image *f, Arena *mem, long data_bytes);
void image_add(Image *f, const char *name, const double *x, long n, bool twice);
void image_end(Image *f, Arena *mem, const char *name, uint64_t model_hash);

/* emit_once.c: a function that runs a whole program once. head: its declaration; states: of the step, whose fields it fills, or
 * NULL; workspace: an argument of it, else on the stack. */
void once_code(Emit *e, Text *out, const char *head, Emit *states, bool workspace);
bool has_steps(const Plan *p);                                   /* some value lies on an axis */
bool uses_axis(const Plan *p, const Axis *axis);

/* emit_run.c: NAME_run; block: of several steps, or NULL */
void run_code(Emit *step, Plan *block, Text *out, const char *params, const char *name);

/* emit_dispatch.c: code for several widths of vectors in one file */
void dispatched(Text *entries, Arena *mem, const char *name, const char *params);    /* a row: a function that calls one of its copies */
void emit_dispatch(Arena *mem, const char *runtime, const char *kernels, const Text *entries, Text *d);    /* fields for the template */

/* emit_generate.c: texts from a network that steps from a class id to the probabilities of the next */
const Leaf *generates(const Graph *read, const Plan *step, int *output);     /* that id, and which root; NULL: it does not */
void generate_code(Emit *e, const Leaf *into, int output, const Symbols *symbols, const char *name, Text *d, Text *code);

/* emit_symbols.c */
void emit_symbols(const Model *m, const Weights *w, const Plan *before, const Plan *p, Text *d);   /* fields for the templates */
const Symbols *symbols_of(const Model *m, const Weights *w, const Leaf *l);   /* what the ids of a leaf are written as, or NULL */

#endif
