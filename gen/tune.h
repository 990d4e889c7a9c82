/* tune.h -- what was measured of kernels on this machine, and what has yet to be: between plan_tune.c, which asks, tune.c, which
 * keeps it in a file, and tune_measure.c, which measures.
 */
#ifndef TUNE_H
#define TUNE_H

#include "plan.h"

typedef enum {                      /* of a whole program: what is compared with what */
    PREDICTED, MEASURED,            /* kernels by prediction, by what was measured of each */
    LANES, FEATURES,                /* a trainer: examples side by side, or the features of each */
    STEPS, BLOCKS,                  /* a predictor's NAME_run */
    SINGLE, PAIRS,                  /* a trainer: products with a matrix and its transpose, each for itself or from one packing */
    WHOLES
} Compared;

enum { VALUES = (int)WHOLES > (int)PICKS ? (int)WHOLES : (int)PICKS };

typedef struct {                    /* of a product of one shape, or of a whole program */
    const char *key;                /* its dimensions with their strides, and the memory that passes beside it; "train", "step" */
    bool known[VALUES];             /* by Pick, by Compared */
    double us[VALUES], packing[VALUES];   /* of one call; of packing the right operand, 0: it is not packed */
} Figure;

typedef struct {                    /* a product whose kernels were predicted to be near each other */
    Product q;
    const char *key;
    bool pick[PICKS];
    double beside;                  /* bytes that are read and written between two of its calls, its own included */
    bool constant;                  /* weights are: nothing lies in large pages, as it does in a trainer */
} Wanted;

typedef struct Tuning {
    Arena *mem;
    const char *file, *machine;     /* machine: processor, compiler, flags; the section of the file that counts */
    const char *others;             /* of the file: sections of other machines, as they stand */
    Figure *figure;
    int n, cap;
    Wanted *wanted;
    int wants, wants_cap;
    bool predicted[2];              /* of trainers, of predictors: measured kernels made the whole no faster */
    bool changed[2];                /* some product's choice is not the predicted one */
    int layout, run, pair;          /* LANES or FEATURES; STEPS or BLOCKS; SINGLE or PAIRS; 0: by rule */
    int layout_rule, run_rule, pair_rule;   /* what that would be; 0: there is nothing to choose */
} Tuning;

/* tune.c */
Tuning *tuning_read(Arena *mem, const char *file, const char *machine);
void tuning_write(const Tuning *t);
Figure *figure_of(Tuning *t, const char *key);          /* NULL: nothing is known */
Figure *new_figure(Tuning *t, const char *key);         /* or the one that there is, emptied */

/* tune_machine.c: processor, compiler, flags, as one line; err()s where what is compiled cannot run */
const char *tuning_machine(Arena *mem, const char *flags);

/* tune_measure.c: everything that is wanted, into figures */
void tuning_measure(Tuning *t, bool double_precision, bool quiet, bool verbose);

/* cmd_tune.c: what the command will plan, until no product is left to measure; true: some were */
bool tuning_rounds(Model *m, Graph *g, const Options *o);

/* tune_whole.c: whole trainers and predictors, where a choice is not one product's */
void tuning_whole(Model *m, Graph *g, const Options *o, bool trainer, bool fresh, bool measure);

#endif
