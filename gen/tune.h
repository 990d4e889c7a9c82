/* tune.h -- what was measured of kernels on this machine, and what has yet to be: between plan_tune.c, which asks, tune.c, which
 * keeps it in a file, and tune_measure.c, which measures.
 */
#ifndef TUNE_H
#define TUNE_H

#include "plan.h"

typedef struct {                    /* of a product of one shape */
    const char *key;                /* its dimensions with their strides, and the memory that passes beside it */
    bool known[PICKS];
    double us[PICKS], packing[PICKS];   /* of one call; of packing the right operand, 0: it is not packed */
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
    Text others;                    /* of the file: sections of other machines, as they stand */
    Figure *figure;
    int n, cap;
    Wanted *wanted;
    int wants, wants_cap;
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

#endif
