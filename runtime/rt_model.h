/* rt_model.h -- what a generated training program says of its network, and what the runtime makes of it.
 *
 * A generated file contains one `const rt_model` (constants and function pointers only) and a main that hands it to
 * rt_main(). The runtime owns all memory: one array of parameters, one of gradients, one workspace a program.
 * Arrays are time-major: [steps][batch][features].
 */
#ifndef RT_MODEL_H
#define RT_MODEL_H

#include <stddef.h>
#include <stdint.h>

#ifndef RT_REAL
#define RT_REAL
#ifdef RT_DOUBLE
typedef double real;
#else
typedef float real;
#endif
#endif

enum { RT_MAX_RANK = 4 };

/* ---- parameters ---- */

typedef enum { RT_UNIFORM, RT_NORMAL, RT_CONSTANT } rt_init;

typedef struct {
    const char *name;              /* PyTorch's: "rnn.weight_ih_l0" */
    int rank;
    long shape[RT_MAX_RANK];
    size_t offset, size;           /* in reals, in the array of all parameters (gradients: the same) */
    rt_init init;
    double a, b;                   /* uniform [a, b); normal: mean, standard deviation; constant a */
} rt_param;

/* ---- programs: straight-line code with its inputs and outputs in one workspace ---- */

typedef enum {
    RT_INPUT, RT_TARGET,           /* filled before a run */
    RT_LENGTH,                     /* int32 [batch]: steps that exist; name: the axis; filled before a run */
    RT_RANDOM,                     /* filled before a run: `value` with probability `share`, else 0 */
    RT_STATE,                      /* filled before a run: the initial state */
    RT_FINAL,                      /* the state after the last step; same name as its RT_STATE */
    RT_OUTPUT,
    RT_LOSS,                       /* one real */
    RT_GRAD_INPUT, RT_GRAD_STATE   /* gradients with respect to an RT_INPUT, an RT_STATE of that name */
} rt_role;

typedef struct {
    const char *name;
    rt_role role;
    int classes;                   /* > 0: int32 class ids 0 .. classes-1, one a step; 0: reals */
    int steps, batch;              /* 0: the array has no such dimension */
    int rank;
    long shape[RT_MAX_RANK];
    size_t offset;                 /* bytes from the start of the workspace, a multiple of 64 */
    const char *axis;              /* that its steps lie on; NULL: none */
    double share, value;           /* RT_RANDOM */
    int stream;                    /* RT_RANDOM: its number among the random values of the description */
} rt_port;

typedef struct {                   /* a value of the network, for finding where a number stopped being finite */
    const char *name;              /* "rnn.h_l0 (cells.lua:21)" */
    size_t offset, count;          /* bytes; reals */
} rt_watch;

typedef struct {
    const char *name;
    int batch;
    size_t work;                   /* bytes of workspace; zeroed and aligned to 64 by the runtime before the first run */
    const rt_port *port;
    int ports;
    const rt_watch *watch;         /* in order of computation; kept until the run ends */
    int watches;
    void (*prepare)(const real *param, void *work);               /* after every change of the parameters; may be NULL */
    void (*run)(const real *param, real *grad, void *work);       /* grad: all of it is written; NULL if without */
} rt_program;

typedef void rt_job(void *data, int me);                          /* what each of several threads does; me from 0 on */

typedef struct {                   /* an output of `flow`: the gradient with respect to a state at every step */
    const char *name, *axis;
    int ahead;                     /* its recurrence runs from the last step to the first */
} rt_flow;

/* ---- training ---- */

typedef enum { RT_SGD, RT_ADAGRAD, RT_RMSPROP, RT_ADAM, RT_ADAMW } rt_optimizer_kind;

typedef enum { RT_CONSTANT_RATE, RT_STEP_RATE, RT_COSINE_RATE, RT_PLATEAU_RATE } rt_schedule_kind;

typedef struct {                   /* of the learning rate, from optimizer.lr on */
    rt_schedule_kind kind;
    long steps;                    /* step: from one drop to the next; cosine: until it is least, 0: all of the run */
    double epochs;                 /* the same in passes over the data; 0: not said */
    double factor, least;          /* each drop's; an absolute rate */
    double threshold;              /* plateau: share by which a loss must be better to count */
    long patience;                 /* plateau: validations that may bring nothing better */
    long warm_up;                  /* steps in which the rate grows from 0 */
} rt_schedule;

typedef struct {                   /* as torch.optim defines them */
    rt_optimizer_kind kind;
    double lr, momentum, dampening, alpha, beta1, beta2, eps, weight_decay;
    double lr_decay, initial;      /* Adagrad: the rate over 1 + lr_decay (step - 1); squares to begin with */
    int nesterov;
    double clip_norm, clip_value;  /* 0: none */
    rt_schedule schedule;
    long patience;                 /* ends a run after so many validations without a better one; 0: never */
    int carry_state;               /* a window starts from the state that the one before left */
    long steps;                    /* default length of a run; 0: not said */
    double epochs;
    double valid;                  /* share of the data, at its end, for validation */
} rt_training;

typedef enum { RT_DATA_NONE, RT_DATA_TEXT, RT_DATA_CSV, RT_DATA_INLINE, RT_DATA_EXAMPLES } rt_data_kind;

/* examples: a file is a table of cells; an example is a row, or the rows up to an empty line; a feed fills one port */
typedef enum { RT_TABS, RT_CSV, RT_GROUPS, RT_ARRAYS } rt_table_kind;
typedef enum { RT_HEADER_NONE, RT_HEADER_FIRST, RT_HEADER_IF_NAMED } rt_header_kind;
typedef enum { RT_CUT, RT_SKIP, RT_REFUSE } rt_longer;      /* what becomes of an example longer than its axis */
typedef enum { RT_AS_NUMBERS, RT_AS_NAME, RT_AS_SYMBOLS, RT_AS_SLOT } rt_as;
typedef enum { RT_BYTE, RT_CHAR, RT_WORD, RT_CELL } rt_unit;

typedef struct {                   /* what class ids stand for */
    const char *name;              /* metadata: "classes.NAME" or "vocabulary.NAME" */
    int names;                     /* 1: ids from 0, sorted; 0: 0 pad, start, stop, then the unknown, then by count */
    int unknown, least, classes;
} rt_vocabulary_spec;

typedef struct {
    const char *port;
    rt_as as;
    rt_unit unit;                  /* symbols: bytes, code points, words between spaces, whole cells */
    int vocabulary;                /* -1: numbers */
    const char *const *column;     /* names in the header, "a:b" is a range; NULL: cell `at` */
    int columns, at;
    int start, stop, reverse;      /* symbols: id 0 before, after; backwards */
    int letters, text;             /* a name for each code point of what feed `text` reads; the space between has none */
    int slot, slots;               /* code point slot - slots + 1 from the end */
    double scale;
} rt_feed;

typedef struct {
    rt_data_kind kind;
    int chars;                     /* text: 1: UTF-8 code points with a vocabulary; 0: bytes */
    const char *text;              /* RT_DATA_INLINE: the description's own text */
    const char *into, *target;     /* names of the input and target ports */
    const char *const *column;     /* CSV; NULL: the last column */
    int columns;
    const char *const *target_column;   /* NULL: as column */
    int target_columns;
    int normalize, horizon;
    rt_table_kind table;           /* RT_DATA_EXAMPLES: the rest */
    rt_header_kind header;
    rt_longer longer;
    const rt_feed *feed;
    int feeds;
    const rt_vocabulary_spec *vocabulary;
    int vocabularies;
    const char *length;            /* arrays: file of the lengths; NULL: none */
} rt_data_spec;

typedef struct {
    const char *name, *source;     /* "charlm", "charlm.lua" */
    const char *defines;           /* "hidden=128 vocab=65": the description's own parameters as they were set */
    uint64_t hash;                 /* of the description; stored in checkpoints */
    const rt_param *param;
    int params;
    size_t reals;                  /* in all parameters */
    const rt_program *gradient;    /* loss, gradients, final states */
    const rt_program *loss;        /* loss, outputs, final states: validation */
    const rt_program *step;        /* one step, batch 1: sampling; NULL if the network cannot step */
    const rt_program *begin;       /* its states before the first step, where they are not 0; NULL: all are */
    const char *given;             /* an input that `begin` reads; NULL: none */
    const rt_program *flow;        /* NULL unless generated for --gradient-flow */
    const rt_flow *flow_state;
    int flow_states;
    double flops;                  /* of a training step, in products as the description has them */
    int threads;                   /* that `gradient` runs on */
    void (*all)(rt_job *job, void *data);   /* has them all do it and returns when they have; NULL: one thread */
    rt_training train;
    rt_data_spec data;
} rt_model;

/* The whole trainer: command line, data, loop, checkpoints. Returns the exit code. */
int rt_main(int argc, char **argv, const rt_model *model);

/* A golden test: the numbers of a file (inputs, and what must come out) against this network. Returns the exit code. */
int rt_golden(const char *path, const rt_model *model, double rtol);

#endif
