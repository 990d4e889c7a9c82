/* rnnc.h -- every struct of the compiler, field by field, then its functions, file by file in the order of the
 * pipeline: read a Lua description into a graph, derive its adjoint, make both smaller (opt_*), decide everything that
 * must be decided (plan_*), then only spell it (emit).
 *
 * Two kinds of error: the user's, err() -- printed with file:line, exit 1 -- and ours, die() -- abort.
 * Abbreviations: t time, b batch, lx lw lo letters of a contraction, vjp vector-Jacobian product (derivative rule).
 */
#ifndef RNNC_H
#define RNNC_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define RNNC_VERSION "0.1"

#if defined __GNUC__
#define PRINTF(at, first) __attribute__((format(printf, at, first)))
#define NORETURN __attribute__((noreturn))
#else
#define PRINTF(at, first)
#define NORETURN
#endif

enum { MAX_RANK = 4 };

typedef struct Arena Arena;
typedef struct Axis Axis;
typedef struct Leaf Leaf;
typedef struct Model Model;
typedef struct Node Node;
typedef struct Graph Graph;

typedef struct {                    /* where in a description something was said */
    const char *file;               /* as the user named it; NULL: nowhere */
    int line;
} Loc;

typedef struct {                    /* growing text; always 0-terminated after the first put */
    char *s;
    size_t n, cap;
} Text;

/* ---- types ---------------------------------------------------------------------------------------------------- */

struct Axis {
    const char *name;
    int steps;
    bool ragged;                    /* examples have lengths 0..steps at run time */
    Axis *parent;                   /* sampled from it at offset, offset + stride, ...; interned */
    int stride, offset;
    Axis *next;                     /* in Model.axes, in order of creation */
    Loc loc;
};

typedef struct {
    int rank;
    int dim[MAX_RANK];              /* 0 beyond rank, so that shapes compare with memcmp */
} Shape;

typedef struct {                    /* a value for each step of one axis, each example, or neither */
    Axis *axis;
    bool batch;
    Shape shape;                    /* of one example's features at one step */
} Type;

/* ---- graph ---------------------------------------------------------------------------------------------------- */

typedef enum {
#define OP(name, in, type, vjp, kind, ...) O##name,
#include "ops.h"
#undef OP
    OP_COUNT
} Op;

typedef enum { LEAF, MAP, ROW, VIEW, PRODUCT, SUM, CROSS, DELAY } Kind;

typedef struct {
    const char *name;
    int in;                         /* number of operands; -1: one or more */
    Kind kind;
    const char *c;                  /* a map's value, in a, b, c; "0" otherwise */
} OpInfo;

typedef enum { PARAM, INPUT, TARGET, STATE, RANDOM } Role;
typedef enum { INIT_UNIFORM, INIT_NORMAL, INIT_CONSTANT } InitKind;

typedef struct {
    InitKind kind;
    double a, b;                    /* uniform: [a, b); normal: mean, standard deviation; constant: a */
} Init;

struct Leaf {                       /* what comes from outside; identity, never merged */
    const char *name;               /* parameters: PyTorch's name; states: "rnn.h_l0" */
    Role role;
    Type type;
    int classes;                    /* > 0: class ids 0..classes-1 (type.shape is ()); 0: real numbers */
    Init init;                      /* parameters */
    double share, value, otherwise; /* random: `value` with probability `share`, else 0; `otherwise` outside of training */
    int index;                      /* in Model.leaf */
    size_t offset, size;            /* parameters: place in the array of all parameters, in reals */
    bool streamed;                  /* made by opt_stream, for one step */
    int ring;                       /* states made by opt_stream: > 0: so many rows, of which `type` is the oldest; the next
                                       value takes its place */
    Node *start;                    /* states made by opt_stream: the value before the first step; NULL: 0 */
    Loc loc;
};

enum { DROP_T = 1, DROP_B = 2 };

typedef struct {                    /* what an operation needs beside its operands; unused fields are 0 */
    double value;                   /* const */
    Leaf *leaf;                     /* param input */
    Axis *axis;                     /* index length expand place along sample */
    int batch;                      /* expand */
    Shape shape;                    /* reshape expand */
    int k;                          /* delay edge place: number of steps, signed */
    int lo, hi;                     /* slice: [lo, hi); pad: zeros before, after; onehot: hi classes */
    int drop;                       /* sum contract: DROP_T | DROP_B */
    int dims;                       /* sum: bit i set: over feature dimension i */
    char lx[MAX_RANK + 1], lw[MAX_RANK + 1], lo_[MAX_RANK + 1];   /* contract: letters of operands and result */
} Attr;

struct Node {
    int id;                         /* index in Graph.node */
    Op op;
    Type type;
    int nargs;
    Node **args;                    /* a delay's operand is NULL while the state is open */
    Attr attr;
    const char *name;               /* what the description calls it, or NULL */
    Loc loc;
    bool adjoint;                   /* made by derive: printed as "d of file:line" */
};

typedef enum { R_OUTPUT, R_LOSS, R_FINAL, R_GRAD } RootKind;

typedef struct {                    /* what a program must compute */
    RootKind kind;
    const char *name;               /* output's name; leaf's name for R_FINAL (state after the last step), R_GRAD */
    Leaf *leaf;                     /* R_GRAD: with respect to it; R_FINAL: the state it becomes next time */
    Node *node;
} Root;

struct Graph {
    Model *model;
    Arena *mem;
    Node **node;                    /* in order of birth: operands first, but for closed states */
    int n, cap;
    Node **table;                   /* hash-consing: open addressing, power of two */
    int table_cap, table_n;
    Root *root;
    int roots, roots_cap;
    Loc loc;                        /* given to every new node */
    bool adjoint;
};

/* ---- model: all that a description says ----------------------------------------------------------------------- */

typedef enum { OPT_SGD, OPT_ADAGRAD, OPT_RMSPROP, OPT_ADAM, OPT_ADAMW } OptimizerKind;

typedef enum { RATE_CONSTANT, RATE_STEP, RATE_COSINE, RATE_PLATEAU } ScheduleKind;

typedef struct {                    /* rt_schedule of rt_model.h says what each is */
    ScheduleKind kind;
    int steps, patience, warm_up;
    double epochs, factor, least, threshold;
} Schedule;

typedef struct {
    OptimizerKind kind;
    double lr, momentum, dampening, alpha, beta1, beta2, eps, weight_decay;
    double lr_decay, initial;       /* Adagrad */
    int nesterov;
    double clip_norm, clip_value;   /* 0: none */
    Schedule schedule;
    int patience;                   /* validations without a better one that end a run; 0: never */
    int carry_state;                /* truncated BPTT: a window starts from the state the last one left */
    int steps;                      /* default length of a run; 0: not said */
    double epochs;                  /* the same in passes over the data */
    double valid;                   /* share of the data, at its end, that validates */
    Loc loc;
} Train;

typedef enum { DATA_NONE, DATA_TEXT, DATA_CSV, DATA_INLINE, DATA_EXAMPLES } DataKind;
typedef enum { UNIT_BYTE, UNIT_CHAR, UNIT_WORD, UNIT_CELL } Unit;     /* words stand between spaces; a cell is one symbol */

typedef struct {                    /* what class ids stand for; ports that share it say the same by the same id */
    const char *name;               /* of its first port: metadata "classes.NAME" (names) or "vocabulary.NAME" */
    bool names;                     /* from 0, sorted, all of them; else 0 is pad, start and stop, 1 what is unknown, */
    bool unknown;                   /* from 2 by falling count (without an unknown: from 1) */
    int least;                      /* seen that often in the training part, or it is unknown */
    int classes;                    /* of its ports */
} Vocabulary;

typedef enum { AS_NUMBERS, AS_NAME, AS_SYMBOLS, AS_SLOT } FeedAs;

typedef struct {                    /* how one port is filled from the cells of an example */
    Leaf *leaf;
    FeedAs as;                      /* numbers; one id a row; the symbols of a text; one of a row's last code points */
    Unit unit;                      /* symbols */
    int vocabulary;                 /* index in Data.vocabulary; -1: the cells are numbers, or ids as they stand */
    const char **column;            /* by name in the header, "p0:p63" is a range; arrays: the file's name; NULL: cell `at` */
    int columns, at;
    bool start, stop, reverse;      /* symbols: id 0 before them, after them; backwards */
    bool letters;                   /* name: once for each code point of what feed `text` reads, -1 for the space between */
    int text;
    int slot, slots;                /* slot k of n, from 0: the last is the last code point */
    double scale;                   /* numbers times this */
} Feed;

typedef enum { TABLE_TABS, TABLE_CSV, TABLE_GROUPS, TABLE_ARRAYS } TableKind;   /* groups: examples of several rows, */
typedef enum { HEADER_NONE, HEADER_FIRST, HEADER_IF_NAMED } Header;             /* separated by an empty line */
typedef enum { LONGER_CUT, LONGER_SKIP, LONGER_REFUSE } Longer;                 /* an example longer than its axis */

typedef struct {
    DataKind kind;
    Unit unit;                      /* text: bytes or UTF-8 code points with a vocabulary */
    const char *text;               /* a text of the description's own, for DATA_INLINE ("hello"), or NULL */
    Leaf *into, *target;            /* text: ids and the ids one later; CSV: window and what follows it */
    const char **column;            /* CSV: names of the columns read into `into`; NULL: the last column */
    int columns;
    const char **target_column;     /* CSV: those of the target; the same if NULL */
    int target_columns;
    int normalize;                  /* CSV: to mean 0, standard deviation 1 of the training part */
    int horizon;                    /* CSV: the target lies that many rows after the window (or each step); >= 1 */
    TableKind table;                /* examples: a list of feeds, each fills one port */
    Header header;
    Longer longer;
    Feed *feed;
    int feeds;
    Vocabulary *vocabulary;
    int vocabularies;
    const char *length;             /* arrays: the file of the lengths, or NULL */
    Loc loc;
} Data;

typedef struct {                    /* a recurrence the description names: `nn.state` */
    const char *name;
    Leaf *init;                     /* the given or carried initial state, or NULL: zero or learned */
    Node *delay;                    /* in the graph as read; passes find it again by its name */
} State;

typedef struct { const char *name, *value; bool used; } Define;

typedef struct {                    /* how a text goes on: an output of probabilities becomes the next class id */
    const char *from;               /* name of the output; NULL: not said, where only one is possible it is taken */
    Leaf *into;
    Loc loc;
} Generate;

struct Model {
    const char *name, *file;        /* file: as named on the command line */
    Arena *mem;
    int batch;
    Axis *axes;
    Leaf **leaf;
    int leaves, leaves_cap;
    size_t reals;                   /* in all parameters */
    State *state;
    int states, states_cap;
    Train train;
    Data data;
    Generate generate;
    Loc rest;                       /* where the description says that a predictor starts at rest; no file: it does not */
    Define *define;                 /* -D name=value, in order */
    int defines;
    int vocabulary;                 /* distinct symbols of the data or the weights at hand, 0 if unknown */
    uint64_t hash;                  /* of the description's text and its definitions */
    const char **input;             /* files that were read: what a result depends on */
    int inputs, inputs_cap;
};

/* ---- util.c: arenas, text, errors; the only malloc ------------------------------------------------------------ */

Arena *arena_new(void);
void arena_free(Arena *a);
void *alloc(Arena *a, size_t bytes);                    /* zeroed, aligned for anything; never fails */
void *grow(Arena *a, void *old, int n, int *cap, size_t size);   /* room for one more than n */
char *copy_text(Arena *a, const char *s);
char *format(Arena *a, const char *fmt, ...) PRINTF(2, 3);
void put(Text *t, const char *fmt, ...) PRINTF(2, 3);
void put_text(Text *t, const char *s);
void put_bytes(Text *t, const char *s, size_t n);
void text_free(Text *t);
char *read_file(Arena *a, const char *path, size_t *size);       /* "-" is standard input; err() if it cannot */
void write_file(const char *path, const char *s, size_t n);      /* replaced atomically; unchanged if it says the same */
void err(Loc loc, const char *fmt, ...) PRINTF(2, 3) NORETURN;   /* the user's: "file:line: message", exit 1 */
void usage_err(const char *fmt, ...) PRINTF(1, 2) NORETURN;      /* exit 2 */
void warn(Loc loc, const char *fmt, ...) PRINTF(2, 3);
void die(const char *file, int line, const char *fmt, ...) PRINTF(3, 4) NORETURN;   /* ours: abort */
#define DIE(...) die(__FILE__, __LINE__, __VA_ARGS__)
uint64_t hash_bytes(uint64_t seed, const void *p, size_t n);     /* FNV-1a */
const char *nearest(const char *word, const char *const *words, int n);   /* closest by edit distance, or NULL */

/* ---- graph.c: the one door, node(); type rules ---------------------------------------------------------------- */

extern const OpInfo op_info[OP_COUNT];
Graph *graph_new(Model *m, Arena *mem);
Node *node(Graph *g, Op op, int nargs, Node **args, Attr attr);   /* type rule, fold, hash-consing */
Node *node1(Graph *g, Op op, Node *a);
Node *node2(Graph *g, Op op, Node *a, Node *b);
Node *node3(Graph *g, Op op, Node *a, Node *b, Node *c);
bool may_miss(const Node *x);                                     /* the one-hot of a target: class id -1, all zeros and no row of a matrix */
Node *constant(Graph *g, double value);
bool is_const(const Node *n, double value);
Node *leaf_node(Graph *g, Leaf *leaf);
Node *new_state(Graph *g, Type type, int k, Node *init, const char *name);   /* an open delay: never consed */
void close_state(Graph *g, Node *state, Node *next);              /* exactly once; checks the type */
Node *mask(Graph *g, Node *x);                                    /* 0 past the length, on ragged axes */
bool is_mask(const Node *n);
Node *guard(Graph *g, Node *x);                                   /* operand of a partial operation: 1 past the length */
Node *inside(Graph *g, Axis *axis);                               /* index < length */
Node *select_of(Graph *g, Node *c, Node *x, Node *y);
Node *reshape_to(Graph *g, Node *x, Shape shape);
Node *slice_of(Graph *g, Node *x, int lo, int hi);
Node *concat_of(Graph *g, int n, Node **parts);
Node *sum_of(Graph *g, Node *x, int drop, int dims);              /* masks before a sum over t */
Node *expand_to(Graph *g, Node *x, Type type);
Node *contract_of(Graph *g, Node *x, Node *w, const char *lx, const char *lw, const char *lo, int drop);
Node *delay_of(Graph *g, Node *x, int k, Node *init);
Node *edge_of(Graph *g, Node *x, int k);
Node *last_of(Graph *g, Node *x, Node *otherwise, int k);         /* k = -1: last, 1: first; otherwise NULL: 0 */
Node *matrix_of(Graph *g, Node *x);
Node *sample_of(Graph *g, Node *x, int stride, int offset);
Node *history(Graph *g, Node *init, int k, Shape shape);          /* initial rows of delay(k): [|k|, shape] */
Axis *sampled_axis(Model *m, Axis *axis, int stride, int offset); /* interned */
void add_root(Graph *g, RootKind kind, const char *name, Leaf *leaf, Node *n);
Shape shape_of(int rank, const int *dim);
bool same_shape(Shape a, Shape b);
bool same_type(Type a, Type b);
long shape_size(Shape s);
const char *type_text(Arena *mem, Type t);                        /* "time, batch, [3, 4]" */
const char *node_text(Arena *mem, const Node *n);                 /* a name for messages: "h", "tanh" */

/* ---- fold.c: what the door simplifies; NULL if nothing --------------------------------------------------------- */

Node *fold(Graph *g, Op op, int nargs, Node **args, Attr attr, Type type);

/* ---- check.c: walks and invariants ------------------------------------------------------------------------------ */

typedef struct { Node **node; int n; } Order;
Order topo(Arena *mem, Graph *g, Node *const *roots, int n);      /* operands first, delay -> operand cut; err()s: */
                                                                  /* open states, cycles without a delay */
Order topo_roots(Arena *mem, Graph *g);
void check(Graph *g, const char *after);                          /* invariants of every node; die()s */
void dump(Graph *g, FILE *out);                                   /* in the language's own terms */

/* a rewriting pass: rebuild every node reachable from the roots through the door; `rule` may return another node */
typedef struct Rewrite Rewrite;
typedef Node *RewriteRule(Rewrite *r, Node *old);                 /* NULL: as it was, with new operands */
struct Rewrite {
    Graph *from, *to;
    Node **map;                     /* by old id: the new node */
    RewriteRule *rule;
    void *data;
};
Node *rewritten(Rewrite *r, Node *old);
Graph *rewrite(Graph *from, RewriteRule *rule, void *data);

/* ---- read.c: Lua description -> graph ----------------------------------------------------------------------------- */

Graph *read_model(Model *m);        /* m->file, define, vocabulary are set; err()s with file:line */

/* ---- derive.c ---------------------------------------------------------------------------------------------------- */

void derive(Graph *g, Node *loss, Leaf *const *wrt, int n);       /* adds R_GRAD roots */
void derive_at(Graph *g, Node *loss, Node *const *of, const char *const *name, int n);   /* of any nodes: as R_OUTPUT */

typedef enum {                      /* what a program is for decides its roots */
    FOR_LOSS = 1,                   /* loss, outputs, final states: validation, whole sequences */
    FOR_GRADIENT = 2,               /* loss, final states, gradients of every parameter */
    FOR_SENSITIVITY = 4,            /* all of these, and gradients of real inputs and given states: goldens, verify */
    FOR_STEP = 8,                   /* one step of an axis: outputs, next states; delays of k > 1 are rings: predictors */
    FOR_OUTPUT = 16,                /* outputs of whole sequences, one example: predictors that look ahead */
    FOR_FLOW = 32,                  /* gradients of the last step's loss with respect to each state, at every step */
    FOR_SAMPLE = 128,               /* as FOR_STEP, all states as plain arrays: trainers */
    FOR_BLOCK = 256,                /* n steps of a predictor from its state to its state, made from the graph of one step */
    FOR_BEGIN = 64                  /* what one step needs and no step computes: encoders, states before the first step */
} Purpose;

/* ---- components (plan_order.c); used by opt_pack and the plan ------------------------------------------------------ */

typedef struct {
    Node **node;                    /* in topo order */
    int n;
    bool loop;                      /* has a cycle: computed step by step */
    bool up;                        /* ascending (delays > 0) */
    Axis *axis;
} Component;

typedef struct {
    Component *comp;                /* operands first */
    int n;
    int *of;                        /* by node id: its component; -1: not reached */
} Components;

Components components(Arena *mem, Graph *g);                      /* err()s: two signs, two axes in one recurrence */

/* ---- eval.c: the oracle; any graph in double precision, naively ------------------------------------------------------ */

typedef struct {
    Model *model;
    int batch;
    double **leaf;                  /* by Leaf.index: [steps][batch][features], ids as numbers; NULL if not given: err */
    int **length;                   /* by position of the axis in Model.axes: [batch], NULL: full length */
} Env;

typedef struct Eval Eval;
Eval *eval_new(Graph *g, const Env *env);
const double *eval(Eval *e, Node *n, size_t *size);               /* the whole array [steps][batch][features] */
void eval_round(Eval *e, double rounding, uint64_t seed);         /* before the first value: what coarser numbers do */
void eval_free(Eval *e);
void verify_pass(Graph *before, Graph *after, const char *name);  /* roots agree at random points, or die() */
int axis_index(const Model *m, const Axis *a);
Env *random_env(Arena *mem, Model *m, int batch, uint64_t seed);  /* parameters by their initialisers, the rest random */
Env *random_weights(Arena *mem, Model *m, uint64_t seed);         /* parameters alone, the same: inputs may be larger than memory */
double relative_error(const double *got, const double *want, size_t n);   /* norm-wise: |got-want| / |want|; NaN fails */

/* ---- the command line and the passes (main.c) ------------------------------------------------------------------------ */

typedef struct {
    const char *command, *model;    /* model: the description's file */
    const char *out;                /* -o DIR; "." */
    const char *name;               /* --name: instead of the description's */
    const char *depfile;            /* where to say, for Make and Ninja, what the files written depend on */
    const char *weights, *data, *golden, *from, *tune;   /* tune: file of measured figures; "": the usual one; NULL: predictions */
    const char *recorded;           /* a golden test's file of numbers: main holds the code to it instead of training */
    const char *dump_after;         /* -d PASS */
    const char *precision, *unroll, *run;   /* as given; run: NAME_run as "steps" or as "blocks" of steps; NULL: by cost */
    bool image;                     /* weights as a file, given at run time */
    int max_ram, max_flash;         /* bytes; 0: any */
    bool freestanding;              /* no libm, no libc but memcpy */
    bool dispatch, no_dispatch;     /* as given; default: code for several widths unless freestanding */
    bool double_precision;          /* --precision f64 */
    const char *flow;               /* --gradient-flow FILE: the trainer has a program for it */
    bool loop;                      /* --unroll loop: time as a loop; default: straight-line calls */
    bool whole;                     /* --whole: a predictor of whole sequences, also where the network can step */
    bool verify_passes, json, verbose, quiet;
    bool check;                     /* invariants after every pass; on in dev builds */
    int batch;                      /* --batch: instead of the description's; 0: not said */
    int threads;                    /* --threads: of a trainer; 0: one */
    int seed;
    bool seed_given;
    double rtol;
    struct Tuning *tuning;          /* what was measured, with --tune */
    char **rest;                    /* options of the trainer, handed through, */
    int rests;
} Options;

/* From the graph as read to a graph that can be planned: every row of the pass table that serves the purpose. For
 * FOR_STEP, FOR_BEGIN: NULL if the network cannot step, *why then says why in the user's terms; FOR_BEGIN also if there is
 * nothing to compute before the first step (*why: NULL). */
Graph *run_passes(Graph *read, Purpose purpose, const Options *o, const char **why);

/* ---- depfile.c: what files were read, for build systems ----------------------------------------------------------------- */

void note_input(Model *m, const char *path);
void write_depfile(const Model *m, const Options *o, const char *const *output, int n);   /* nothing without --depfile */

/* ---- recall.c: what data and weights at hand say before the description is read ---------------------------------------- */

void recall(Model *m, const Options *o);    /* vocabulary from --data or --weights, definitions from --weights */

/* ---- commands: cmd_*.c; return the exit code ----------------------------------------------------------------------------- */
int cmd_predictor(Model *m, Graph *g, const Options *o);     /* NAME.h NAME.c NAME_weights.c into o->out */
int cmd_trainer(Model *m, Graph *g, const Options *o);       /* NAME_train.c and the runtime's sources into o->out */
int cmd_golden(Model *m, Graph *g, const Options *o);
int cmd_train(Model *m, Graph *g, const Options *o);         /* generate, compile (cached), run */
int cmd_predict(Model *m, Graph *g, const Options *o);
int cmd_verify(Model *m, Graph *g, const Options *o);
int cmd_inspect(Model *m, Graph *g, const Options *o);
int cmd_import(Model *m, const Options *o);                  /* o->model is a file from elsewhere; reads no description itself */

/* ---- embedded files (made by CMake): runtime/, templates/, prelude, cells ------------------------------------------------- */

typedef struct { const char *name, *text; size_t size; } Embedded;   /* name: "runtime/rt_math.h" */
extern const Embedded embedded[];                                      /* ended by a NULL name; sorted by name */
const char *embedded_text(const char *name, size_t *size);             /* NULL if there is no such file */

#endif
