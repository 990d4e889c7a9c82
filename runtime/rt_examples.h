/* rt_examples.h -- data whose examples have nothing to do with each other, file by file: tables of cells, what ids
 * stand for, and the numbers of each port by example.
 */
#ifndef RT_EXAMPLES_H
#define RT_EXAMPLES_H

#include "rt.h"

/* ---- rt_table.c: a file as cells ---- */

typedef struct {
    const char *path;                                        /* for messages */
    char *bytes;
    char **cell;                                             /* 0-terminated, in `bytes` */
    size_t *row;                                             /* the first cell of each row; row[rows]: all cells */
    long *line;                                              /* of the file, by row */
    size_t *group;                                           /* the first row of each example; group[examples] */
    size_t rows, examples, rows_room, cells_room, groups_room;
    char **name;                                             /* the header's cells, or NULL; in `cell` */
    int names;
    uint64_t digest;
} rt_table;

/* text: instead of a file. `header`: of these columns one at least stands in a header that is there if named. */
int rt_table_read(rt_table *t, const char *path, const char *text, const rt_data_spec *s, rt_error *e);
void rt_table_free(rt_table *t);
int rt_table_column(const rt_table *t, const char *name, rt_error *e);      /* -1: none, with an error */

/* ---- rt_vocabulary.c: what ids stand for ---- */

typedef struct { const char *s; size_t n, count; } rt_entry;

typedef struct {
    const rt_vocabulary_spec *spec;
    rt_unit unit;
    rt_entry *word;                                           /* while counting: as met; then: by id, from `base` on */
    size_t words, room;
    uint32_t *slot;                                          /* hash table of word index + 1 */
    size_t slots;
    int base, fixed;                                         /* id of word 0; fixed: no more are added */
    char *own;                                               /* the words' bytes, once fixed */
    char *key;                                               /* of its metadata: "vocabulary.chars" */
} rt_vocabulary;

int rt_vocabulary_new(rt_vocabulary *v, const rt_vocabulary_spec *s, rt_error *e);
int rt_vocabulary_count(rt_vocabulary *v, const char *s, size_t n, rt_error *e);
int rt_vocabulary_fix(rt_vocabulary *v, const char *path, char *note, size_t room, rt_error *e);
int rt_vocabulary_known(rt_vocabulary *v, const rt_tensors *from, rt_error *e);   /* 1 if it travels with them */
int rt_vocabulary_id(const rt_vocabulary *v, const char *s, size_t n);      /* unknown ones: its id, or -1 */
const rt_entry *rt_vocabulary_word(const rt_vocabulary *v, int id);          /* NULL: pad, unknown, none */
char *rt_vocabulary_text(const rt_vocabulary *v);                           /* its metadata; malloc'd */
void rt_vocabulary_free(rt_vocabulary *v);

/* ---- rt_examples.c: the numbers of each port ---- */

enum { RT_NO_TARGET = -1, RT_NEVER_RIGHT = -2, RT_MOST_VOCABULARIES = 12 };

typedef struct {                                             /* one port's: ids or reals of one example after another */
    const rt_feed *spec;
    const rt_port *port;                                     /* of the loss program: steps, classes, axis */
    int present, target, features, ragged;                   /* features: numbers a step */
    size_t *at;                                              /* by example, in steps; at[n]: all */
    int32_t *id;
    real *x;
    size_t n, room;                                          /* steps */
    long table_examples;
} rt_fed;

struct rt_examples {
    const rt_model *model;
    const rt_data_spec *spec;
    rt_fed *fed;
    rt_vocabulary *vocabulary;
    size_t n, train;                                         /* examples; those before `train` teach */
    size_t cut, skipped;                                     /* examples longer than their axis */
    uint64_t digest;
    int answers;                                             /* to be answered: targets may be missing, none is left out */
    int scored;                                              /* the answers are compared: long ones are left out again */
    int ragged;                                              /* every target lies on an axis of given lengths */
};

/* NULL for train_path: nothing teaches; m->source: the description's own text; NULL for valid_path: the share `valid` at the end */
int rt_examples_open(rt_examples *x, const rt_model *m, const char *train_path, const char *valid_path, double valid,
                     const rt_tensors *known, char *note, size_t room, rt_error *e);
void rt_examples_free(rt_examples *x);
/* example SIZE_MAX: of no length, without targets */
void rt_examples_fill(const rt_examples *x, const rt_instance *i, const size_t *start);
const rt_fed *rt_examples_fed(const rt_examples *x, const char *port, int target);

/* rt_examples_read.c: cells to numbers; rt_examples_npy.c: arrays to numbers */
int rt_examples_read(rt_examples *x, const rt_table *table, int tables, double valid, const rt_tensors *known,
                     char *note, size_t room, rt_error *e);
int rt_examples_npy(rt_examples *x, const char *folder, rt_error *e);      /* adds those of one folder */
int rt_fed_room(rt_fed *f, size_t steps, rt_error *e);       /* for so many more */
int rt_fed_end(rt_fed *f, size_t example, rt_error *e);      /* the example ends here */

#endif
