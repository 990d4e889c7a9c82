/* emit.h -- from plan to text. emit_* spells what plan_* decided: it makes no nodes and knows no costs. */
#ifndef EMIT_H
#define EMIT_H

#include "plan.h"

typedef struct { int m, n, k; long v[15]; Pick pick; char name[96]; } ProductText;
typedef struct { long v[6]; char name[64]; } PackText;

typedef struct {
    const Plan *p;
    const char *prefix;             /* of the program's names: "gradient" in a trainer, the model's in a predictor */
    bool predictor;                 /* weights are constants */
    bool arguments;                 /* state, inputs and outputs are arguments */
    Text arrays;                    /* names of the places in the workspace */
    Text products;                  /* functions for products and packing, each shape once */
    Text body;                      /* functions for kernels and loops, then run and prepare */
    Text places;                    /* predictor: where a whole program's arrays begin, an enum */
    ProductText *product;           /* functions written so far, by this program or one before it in the file */
    PackText *pack;
    int nproducts, products_cap, npacks, packs_cap;
    Arena *mem;
    Loc said;                       /* the last line of the description that a comment named */
    bool uses_param, uses_grad, uses_work;   /* by the function that is being written */
    bool uses_me;                   /* ... which differs from thread to thread */
    bool adding;                    /* a sum by chunk is addressed by its chunk */
} Emit;

/* emit_address.c: where a value lies, as C text */
const char *array_name(Emit *e, const Node *n);                  /* "at_rnn_h_l0_17" */
const char *row_address(Emit *e, const Kernel *k, const View *v, const char *t, const char *b, bool write);
const char *root_address(Emit *e, int root, const char *t, const char *b, const Node *n);
const char *pack_address(Emit *e, const Pack *pk);
const char *length_text(Emit *e, const Axis *a, const char *b);  /* steps of example b that exist */
void name_arrays(Emit *e);                                       /* fills e->arrays */
const char *identifier(Arena *mem, const char *s);               /* letters, digits, _ */
const char *param_array(Emit *e, const Leaf *l);
long next_row(const Plan *p, const Root *r);                    /* reals that next_state has for it: up to whole vectors, or as many as it has */
const char *state_field(Emit *e, const char *name);              /* of NAME_state: no keyword, no clash */
const char *state_row(Emit *e, const Leaf *l);
const char *argument(Emit *e, const char *name, bool output);    /* of NAME_step: no keyword, no clash */
const char *comment_of(Emit *e, const Node *n);                  /* "charlm.lua:9", "d of charlm.lua:9" */
bool mentions(const char *code, const char *name);      /* as an identifier */
const Pack *find_packed(const Plan *p, PackKind kind, const View *v, int n, int k);

/* emit_rows.c, emit_product.c: one kernel, as statements at some indentation; t: text of the step inside a loop */
void emit_rows(Emit *e, const Kernel *k, Text *out, int indent, const char *t);
void emit_product(Emit *e, const Kernel *k, Text *out, int indent, const char *t);
void emit_alone(Emit *e, const Product *q, long size, Text *out);    /* for measuring it */
const char *turn_of(const Emit *e);
void emit_joined(Emit *e, const Kernel *k, const Product *q, Text *out, int indent, const char *t);   /* in the kernel that reads it */
void emit_scatter(Emit *e, const Kernel *k, Text *out, int indent);
void emit_history(Emit *e, const Kernel *k, Text *out, int indent);
void emit_zeros(Emit *e, const Kernel *k, Text *out, int indent, bool over_time);

/* emit_pack.c */
void emit_packs(Emit *e, const Kernel *done, Text *out, int indent);

/* emit_share.c: sums by chunk of the batch */
const char *parts_name(Emit *e, const Node *n);
const char *chunk_text(Emit *e);
void emit_sums(Emit *e, const Kernel *k, Text *out, int indent);

/* emit_share.c: what one thread does */
typedef void ProductCall(const Product *q, int m, int n, const char *a, const char *b, const char *c, bool accumulate, Text *out,
                         int indent);
bool shared(const Emit *e);
void emit_first(Emit *e, Text *out);
const char *own_example(Emit *e, bool next);
const char *own_part(Emit *e, long n, long unit, bool next);
void zero_share(Emit *e, const char *to, long size, long each, Text *out, int indent);
void share_product(Emit *e, const Product *q, Cut cut, int examples, int steps, bool accumulate, ProductCall *call, Text *out);

/* emit_program.c: a whole program */
enum { STRAIGHT_STEPS = 64 };       /* beyond which time stays a loop */
void emit_program(Emit *e, Text *out);                           /* trainers: PREFIX_prepare, PREFIX_run */
void emit_step_body(Emit *e, Text *out);                         /* predictors: the inside of NAME_step */
void emit_block_body(Emit *e, Text *out);                        /* the inside of NAME_run's blocks */
void line(Text *out, int indent, const char *fmt, ...) PRINTF(3, 4);

/* emit_data.c: the data section, for templates/train.c */
void emit_data(const Model *m, Text *d);

/* emit_trainer.c, emit_predictor.c: whole files */
void emit_trainer(Model *m, Plan *gradient, Plan *loss, Plan *step, Plan *before, Plan *flow, double flops, const Options *o, Text *out);

typedef struct {                    /* what the ids of some ports are written as, in UTF-8; "": start, stop, unknown */
    const char *name;               /* of the first of these ports */
    bool names;                     /* labels, not symbols of a text */
    Unit unit;
    int classes, unknown;           /* unknown: its class, or -1 */
    const char **symbol;
} Symbols;

typedef struct {                    /* what a predictor contains beside code */
    double **leaf;                  /* parameters by Leaf.index */
    const char *from;               /* a sentence: where they come from */
    int32_t *vocabulary;            /* code point by class; NULL: none */
    int symbols, unknown;           /* unknown: its class, or -1 */
    struct { const char *port; bool target; int n; double *mean, *std; } scale[2];
    int scales;
    Symbols *symbol_table;
    int symbol_tables;
} Weights;

/* before: what comes before the first step, or NULL */
typedef struct {                    /* weights as a safetensors file in memory */
    Text entries;                   /* of its header, so far */
    unsigned char *data;
    char *bytes;                    /* the whole file */
    long n, head, size, hash_at;    /* bytes of data, before the data, in all; where the 16 digits of its hash are */
    uint64_t head_hash;             /* of what stands before the data, without these digits */
} Image;

typedef struct {                    /* of a predictor: in bytes, but for parameters, multiply-adds and steps */
    long parameters, weights, state, work, stack, code, multiply_adds, axis_steps;
    long begin;                     /* workspace of NAME_begin */
    long block;                     /* steps that NAME_run takes at once */
    bool narrow;                    /* the stack is for vectors of at most 16 bytes */
    long classes;                   /* of what NAME_generate writes; 0: there is none */
    Reach reach;
    uint64_t model_hash, weights_hash;
    Image image;                    /* with --image */
} Costs;

enum { WIDE_VECTORS = 3840 };                           /* of the stack, where vectors have 64 bytes: the sums of a product, of a function that calls it */
long ram_of(const Plan *p, const Costs *c);             /* state, work, workspace of NAME_begin, stack */

/* header, code_out, weights: NULL for the costs alone */
void emit_predictor(Model *m, const Graph *read, Plan *p, Plan *block, Plan *before, const Weights *w, const Options *o, Costs *costs, Text *header, Text *code,
                    Text *weights);
double flops_of(const Plan *p);
const char *defines_text(Arena *mem, const Model *m);
const char *tune_text(Arena *mem, const Options *o);      /* " --tune[=FILE]", or nothing */
const char *model_summary(Arena *mem, const Model *m);
const char *in_comment(Arena *mem, const char *text);     /* what would end a comment, or begin one, becomes ? */

/* paste.c: blocks of the runtime that a text uses: those that know no width of vectors, those that a file may hold for several
 * widths, those that come after all of them */
typedef enum { PASTE_ONCE, PASTE_EACH, PASTE_LAST, PASTE_PARTS } PastePart;
void paste_runtime(Arena *mem, const char *used_by, Text part[PASTE_PARTS]);

#endif
