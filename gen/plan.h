/* plan.h -- the plan of one program: arrays indexed by node beside a graph that no longer changes. The plan_* files
 * fill it in the order below, emit_* reads it and decides nothing.
 *
 *   plan_lanes   whether vectors run over features or over the examples of the batch
 *   plan_order   what is computed step by step (loops), what for all steps at once; what is drawn into a loop
 *   plan_fuse    kernels: rows of fused elementwise work, products, scatters; an order
 *   plan_sink    what only a later kernel of a loop uses moves there
 *   plan_tape    what is stored, for all steps or a few; what is computed again where it is needed
 *   plan_pick    a kernel for each product, by shape and target (plan_tune: by what was measured)
 *   plan_pair    one packing for products with a matrix and with its transpose
 *   plan_join    products inside the rows kernel that alone reads them
 *   plan_turn    weights read from first to last and back
 *   plan_cut     which thread does what; how sums over the examples are added up
 *   plan_place   lifetimes -> offsets in one workspace
 */
#ifndef PLAN_H
#define PLAN_H

#include "rnnc.h"

/* How to read a node at (t, b, features): an array and strides. Steps of other axes, slices, broadcasts and delays are
 * all only strides and offsets. */
typedef struct {
    Node *base;                     /* a leaf or a stored node */
    long offset, st, sb;            /* in reals (ids: in elements); st, sb: strides of step and example, 0: the same */
    long sf[MAX_RANK];              /* strides of the features, by dimension of the node that is read */
    int shift;                      /* step t reads row t - shift of the base: a delay */
} View;

typedef enum {                      /* how a node's value comes about */
    BY_LEAF,                        /* it is there: a leaf with an array */
    BY_VIEW,                        /* nothing is computed: strides into something stored */
    BY_ROWS,                        /* a statement of a rows kernel */
    BY_PARTS,                       /* concat, pad: several store statements, always stored */
    BY_PRODUCT, BY_SCATTER          /* a kernel of its own, always stored */
} How;

typedef enum {
    ROWS_NONE,                      /* not stored: lives in its kernel, or computed again (Plan.again) */
    ROWS_ALL,                       /* all steps, with history rows before or after */
    ROWS_RING                       /* max |delay| + 1 rows, step t in row t mod that number */
} Rows;

typedef struct {
    Rows rows;
    int before, after;              /* history rows: initial values of delays */
    int ring;                       /* ROWS_RING: number of rows */
    long row;                       /* reals from one step to the next */
    int root;                       /* >= 0: the array is the root's own (a port, a gradient); -1 */
    long offset;                    /* of row `-before` in the workspace, in reals */
    long size;                      /* reals in all */
    int first, last;                /* items between which it must live */
} Store;

typedef enum { K_ROWS, K_PRODUCT, K_SCATTER, K_HISTORY } KernelKind;

typedef enum {                      /* which part of a kernel a thread computes */
    CUT_NONE,                       /* the first thread all of it */
    CUT_EXAMPLES,                   /* rows: its examples */
    CUT_M, CUT_N, CUT_OUTER         /* a product's rows, columns (also a scatter's), a loop around it */
} Cut;

typedef struct {
    Node *n;
    int part;                       /* >= 0: store operand `part` of n (concat) into its place; -1: compute n */
    int root;                       /* >= 0: copy n into root's array */
} Stmt;

typedef struct Product Product;

typedef struct {
    KernelKind kind;
    int id;
    Axis *axis;                     /* loops over all its steps; NULL inside a loop, and for what has no axis */
    Axis *on;                       /* the axis of its rows, also inside a loop */
    bool batch;
    bool lanes;                     /* its vectors run over the batch */
    Shape outer;                    /* feature dimensions but the last; lanes: all */
    int inner;                      /* the last feature dimension; 1: scalars only; lanes: the batch */
    Stmt *stmt;
    int n, cap;
    Product *product;               /* K_PRODUCT, K_SCATTER */
    Product **joined;               /* K_ROWS: products that are computed in it */
    int njoined, joined_cap;
    int unit;                       /* > 0: of the inner dimension so many at a time, joined products and what becomes of them */
    bool turning;                   /* ... at every other step from the last to the first */
    Node *delay;                    /* K_HISTORY: rows of its operand's array that hold the initial value */
    Cut cut;
} Kernel;

typedef struct {                    /* a component that is computed step by step, with what was drawn into it */
    Kernel **kernel;
    int n, cap;
    Axis *axis;
    bool up;
    int comp;                       /* Components.comp */
} Loop;

typedef struct {
    Kernel *kernel;                 /* or */
    Loop *loop;
} Item;

typedef enum { PACK_PANELS, PACK_WIDE, PACK_ROWS, PACK_SQUARES } PackKind;

typedef struct {                    /* a copy of a parameter (or of what is computed from parameters) for products */
    PackKind kind;
    View view;                      /* of the right operand */
    int n, k;                       /* columns, inner dimension; squares: rows, columns */
    long ns, ks;                    /* strides of the original */
    int parts, unit;                /* parts > 0: PACK_WIDE by `unit` columns of each of so many even parts */
    long offset, size;              /* in the workspace (trainers), in reals */
    int id;
} Pack;

typedef enum { PICK_PANELS, PICK_ROWS, PICK_MATVEC, PICK_DOTS, PICK_BLAS, PICK_LANES, PICK_ANY,
               PICK_CHAINS,         /* several rows that sum as PICK_MATVEC does: only where a block of steps follows one */
               PICK_ALONG, PICK_ACROSS, /* one row with a matrix and with its transpose, packed once: plan_pair.c */
               PICKS
} Pick;
extern const char *const pick_name[PICKS];

typedef struct {                    /* of a product: strides in left operand, right operand, result */
    int extent;
    long a, b, c;
    int examples;                   /* > 0: it runs over examples, so many of it for each; 0: it does not */
    int steps;                      /* ... and so many times, for one step after the other; 0: one */
} Dim;

struct Product {
    Node *n;
    Pick pick, runner_up;
    double cost, runner_up_cost;    /* microseconds, predicted; -1: there is none */
    double measured, runner_up_measured;    /* with --tune, where they were near each other; else 0 */
    bool swapped;                   /* left and right operands exchanged */
    View left, right;
    Dim m, nn, k;                   /* the core */
    Dim outer[2 * MAX_RANK + 2];    /* loops around it */
    int outers, cut_outer;          /* CUT_OUTER: which one */
    Dim fold;                       /* PICK_LANES: a second dimension that is summed over */
    Pack *pack;
    bool turning;                   /* by the step: the columns from first to last and back, so that some are still in the cache */
    int parts;                      /* > 0: joined with the rows kernel that reads its columns as so many even parts */
    Node *ids;                      /* K_SCATTER: class ids of the one-hot operand */
    bool transposed;                /* K_SCATTER: summed transposed in `scratch`, turned at the end */
    long scratch;
};

typedef struct Plan Plan;

struct Plan {
    Graph *g;
    Arena *mem;
    Purpose purpose;
    const Options *o;
    Plan *like;                     /* a block of steps: the plan of one step, whose sums it adds up in the same order, */
    Node **source;                  /* and by id the node of that plan's graph that a node comes from; else NULL */
    int steps;                      /* of that block */
    bool unlike;                    /* that cannot be held to */
    bool turns;                     /* one step of a predictor: which way it reads weights stands in its state */
    bool fixed_weights;             /* predictor: parameters are constants, packed at generation */
    int batch;
    bool lanes;                     /* examples lie side by side: [step][feature][example] */
    Order order;                    /* operands first */
    Components comps;
    How *how;                       /* by node id, like all below */
    int *home;                      /* index in loops, -1: for all steps at once, -2: in prepare (parameters only) */
    Kernel **kernel;                /* the kernel that completes it */
    int *position;                  /* of that kernel: item (top level) */
    Product **joined;               /* by node id: computed in the rows kernel that reads it */
    bool *again;                    /* computed again in every kernel that uses it */
    Store *store;
    Loop **loops;
    int nloops, loops_cap;
    Item *item;
    int items, items_cap;
    Kernel **prepare;               /* kernels over parameters alone */
    int prepares, prepares_cap;
    Pack **pack;
    int packs, packs_cap;
    int kernels;                    /* made so far */
    long work;                      /* reals of workspace in all */
    long least;                     /* reals alive at the fullest moment: no plan can do with less */
    long *port;                     /* by Leaf.index: offset of an input's array in the workspace */
    long *length_at;                /* by position of the axis: offset of its lengths (int32), or -1 */
    int threads, chunks;            /* chunks of the batch in which examples are added up */
    long *parts;                    /* by node id: sums by chunk (lanes: by lane, WIDEST for each), in the workspace; -1: it is no such sum */
    long *root_at;                  /* by root: offset of its port (not R_GRAD of a parameter); until plan_place: -2: copied;
                                       -3: read where it lies, of a block's last steps */
    bool keep_all;                  /* nothing shares memory: for finding the first value that is not finite */
};

typedef struct {                    /* of the outputs: steps, their own and before; steps after; -1: without an end */
    long past, future;
} Reach;
Reach reach(Graph *read);                              /* reach.c */

/* arithmetic.c: in products of a training step as described, before any pass */
double described_flops(Graph *read, Purpose gradient, int batch);

bool by_arguments(const Plan *p);                      /* one step of a predictor: ports are arguments, next states a struct of their own */
Plan *plan_program(Graph *g, Purpose purpose, bool fixed_weights, const Options *o);
Plan *plan_like(Graph *g, int steps, Node **source, Plan *step);   /* of a block of steps */
Node *step_node(const Plan *p, Node *n);               /* of a block's plan: what n is in that of one step; else n */

/* plan_block.c */
Plan *plan_block(Plan *step);                          /* of NAME_run: so many steps at once where that pays; NULL: it is a loop */

/* plan_lanes.c */
bool lanes_fit(const Plan *p);

/* plan_order.c */
void plan_order(Plan *p);
bool is_fixed(const Plan *p, const Node *n);           /* depends on parameters and constants alone, computed once */
bool reduces_only_row(const Node *n);                  /* a sum that is complete as soon as the row is */
bool is_gather(const Node *n);                         /* a product with a one-hot vector: a row of the other operand */
bool is_scatter(const Node *n);
const Node *onehot_operand(const Node *n);
bool reads_in_row(const Node *n);                      /* element by element: what its kernel computes may stay in registers */
bool operand_in_row(const Node *n, int i);
bool is_cond_load(const Plan *p, const Node *n);       /* reads a step that depends on t or the length, or else a constant */

/* plan_view.c */
bool view_of(const Plan *p, Node *n, View *v);         /* false: the node must be computed */
bool view_through(const Plan *p, Node *n, View *v);    /* of a view's operand, also where the view itself is copied */
Node *stored_base(const Plan *p, Node *n);             /* what must be stored for n to be read; NULL if n is computed */
long row_size(const Plan *p, const Node *n);           /* reals of one step: batch * features */
bool row_transparent(const Node *n);                   /* passes its operand's value on within a row, broadcast */
Shape outer_of(Shape s);
int inner_of(Shape s);

/* plan_fuse.c */
void plan_fuse(Plan *p);
Type rows_of(const Stmt *s);                           /* the type a statement runs over */
bool kernel_takes(const Plan *p, const Kernel *k, Type rows);   /* a rows kernel that may hold a statement over such rows */

/* plan_sink.c */
void plan_sink(Plan *p);

/* plan_tape.c */
void plan_tape(Plan *p);
/* every node that a kernel reads from memory or computes again: calls f once for each, operands first */
void kernel_inputs(const Plan *p, const Kernel *k, void (*f)(void *, Node *), void *data);

/* plan_pick.c */
void plan_pick(Plan *p);
double product_cost(Pick pick, const Product *q);      /* predicted, without packing */
bool from_parameters(const Plan *p, const View *v);    /* known before the first step: worth packing */
Pack *find_pack(Plan *p, PackKind kind, const View *of, int n, int k, long ns, long ks);   /* or make it */
Pack *find_units(Plan *p, const Product *q, int parts, int unit);    /* the same of its right operand, by units (Pack.parts) */
void pick_as(Product *q, Pick pick);                   /* this kernel, with the dimensions that it takes to itself */

/* plan_tune.c: predicted costs by Pick, < 0: it does not fit; `calls` share one packing */
void plan_tune(const Plan *p, const Kernel *k, const double *cost, int calls);

/* plan_pair.c */
void plan_pair(Plan *p);

/* plan_join.c */
void plan_join(Plan *p);

/* plan_turn.c */
void plan_turn(Plan *p);

/* plan_cut.c */
enum { WIDEST = 16 };                                  /* lanes of a vector, at most */
void plan_cut(Plan *p);
bool is_accumulated(const Node *n);                    /* a sum that is complete only after all its rows */
bool is_total(const Plan *p, const Node *n);            /* one number in all, added up in double */
long chunk_size(const Plan *p, const Node *n);         /* reals that each chunk of a sum by chunk takes */
long chunk_stride(const Plan *p, const Node *n);       /* from one to the next: threads write no line of each other's */
long total_stride(const Plan *p, const Node *n);       /* the same of a total, in doubles */
int first_example(const Plan *p, int thread);          /* thread == p->threads: the number of examples */

/* plan_place.c */
void plan_place(Plan *p);

#endif
