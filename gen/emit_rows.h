/* emit_rows.h -- between the two halves of a rows kernel as text: its values (emit_value.c), and its loops and what it
 * writes (emit_rows.c).
 */
#ifndef EMIT_ROWS_H
#define EMIT_ROWS_H

#include "emit.h"

enum { STAGES = 60 };

typedef enum { NOTHING, SCALAR, VECTOR } Class;

typedef struct {
    Class cls;
    int stage;                      /* where it becomes available */
    const char *name, *id;          /* id: an int32 class id, for leaves of classes */
    const char *pointer;            /* a vector that can be loaded in any stage */
    long every;                     /* its stride */
    bool whole;                     /* the last vector too: what hangs over the row's end is the array's own */
    const char *all;                /* a number of the row that the loop of the stage before already has, in every lane */
    const char *stash;              /* a row of the stack that keeps it for later stages */
    uint64_t have;                  /* stages whose loop has it in a variable */
} Value;

typedef struct {
    Emit *e;
    const Kernel *k;
    const char *t, *b, *o[MAX_RANK];
    Value *val;
    Text pre[STAGES], loop[STAGES], post[STAGES], head, tail;
    int *readers, *earliest;        /* by node id, of emit_stage.c: how many in this kernel; the first stage it can be in, plus 1 */
    int least;                      /* the stage of the reader that a value is asked for by */
    int stages, outer_indent;
    bool full;                      /* the row is a whole number of vectors */
    const char *said;
} RowText;

Value *value(RowText *r, Node *n);                               /* makes sure that n is computed or loaded */
const char *in_loop(RowText *r, Node *n, int s);                 /* as a vector expression inside the loop of stage s */
const char *reduced_row(RowText *r, Node *n, Node *x, int *s);   /* sum or maximum over the row: a scalar of the next stage */
const char *row_pointer(RowText *r, const Node *n, const View *v, const char *t, bool write);
const char *load_text(RowText *r, const char *p, long every);
int stage(RowText *r, int s);
const char *said(RowText *r, const Node *n);                     /* a comment where the line of the description changes */
bool padded(const RowText *r, const Node *n);                    /* one row that ends where an array of whole vectors does */
bool padded_root(const RowText *r, const Root *root);            /* a next state that is such a row */
bool wide(const RowText *r, const Node *n);                      /* a vector, not one number a row */

/* emit_stage.c */
void count_readers(RowText *r);
int earliest_stage(RowText *r, Node *n);
bool waits_for_reader(RowText *r, Node *n);                      /* is computed in the stage of its only reader */

#endif
