/* rt.h -- the trainer's runtime, file by file: what each takes and gives. Nothing here knows a network by name;
 * everything comes from the tables in rt_model.h. Functions that can fail return 0 or -1 and leave a sentence in an
 * rt_error; only rt_main() prints errors, and nothing calls exit.
 */
#ifndef RT_H
#define RT_H

#include "rt_model.h"
#include "rt_tensors.h"

#include <stdio.h>

/* ---- rt_support.c: errors, memory, ports of a program ---- */

typedef struct { char text[800]; int code; } rt_error;      /* code: exit code, 1 if 0 */

int rt_fail(rt_error *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));     /* -1 */
/* aligned to 64, with 256 spare bytes behind; free() */
void *rt_zeros(size_t bytes);
const char *rt_nearest(const char *name, const char *const *list, int n);                 /* NULL: none is near */

typedef struct { const rt_program *program; unsigned char *work; } rt_instance;

int rt_instance_new(rt_instance *i, const rt_program *p, rt_error *e);
void rt_instance_run(const rt_instance *i, const real *param, real *gradient);
void rt_instance_prepare(const rt_instance *i, const real *param);
double rt_instance_loss(const rt_instance *i);
void rt_instance_lengths(const rt_instance *i, int steps);   /* every example is complete */
void rt_instance_cut(const rt_instance *i);                  /* inputs and targets past each example's length become 0 */
const rt_port *rt_find_port(const rt_program *p, rt_role role, const char *name);         /* name NULL: the first */
size_t rt_port_count(const rt_port *p);                      /* elements, over steps and batch */
int rt_port_shape(const rt_port *p, long *shape);            /* [steps, batch, ...]; the rank */
void *rt_port_data(const rt_instance *i, const rt_port *p);

/* states between windows */
typedef struct { const rt_instance *of; real *value; size_t count; } rt_carry;

int rt_carry_new(rt_carry *c, const rt_instance *i, rt_error *e);
void rt_carry_zero(rt_carry *c);
int rt_carry_begin(rt_carry *c, const rt_program *begin, const real *param, rt_error *e);   /* as it says; NULL: zeros */
void rt_carry_from(rt_carry *c, const rt_instance *from);    /* from that program's RT_FINAL ports */
void rt_carry_put(const rt_carry *c);                        /* into the RT_STATE ports, before a run */
void rt_carry_take(rt_carry *c);                             /* from the RT_FINAL ports, after it */

/* ---- rt_random.c: numbers that are the same on every machine, and initial parameters ---- */

typedef struct { uint64_t key, count; } rt_random;

rt_random rt_random_new(uint64_t seed, uint64_t stream);
uint64_t rt_random_bits(rt_random *r);
double rt_random_uniform(rt_random *r);                      /* [0, 1), 53 bits */
double rt_random_normal(rt_random *r);
uint64_t rt_random_below(rt_random *r, uint64_t n);
void rt_random_order(rt_random *r, long *order, long n);     /* a permutation of 0 .. n-1 */
void rt_initial(const rt_model *m, uint64_t seed, real *param);
void rt_draw_random(const rt_instance *i, uint64_t seed, long step);                   /* into the RT_RANDOM ports */

/* ---- rt_options.c: the command line ---- */

typedef struct {
    const char *data, *valid_data, *out, *weights, *prime, *predict, *flow, *activations, *probe[2];
    long top_k, beam;                                        /* 0: not said */
    int score;
    long steps, every, sample, patience;                               /* -1: not said */
    double epochs, seconds, lr, clip_norm, clip_value, valid, temperature;      /* < 0: not said */
    uint64_t seed;
    int seed_given, resume, evaluate, speed, quiet, help;
} rt_options;

int rt_options_read(rt_options *o, int argc, char **argv, const rt_model *m, rt_error *e);
void rt_options_help(const rt_model *m, FILE *to);
const char *rt_option(int i, int *words);                    /* the name of option i, NULL behind the last; how many words follow it */

/* ---- rt_data.c, rt_data_text.c, rt_data_csv.c: rows of data, windows of them ---- */

enum { RT_TRAIN, RT_VALID };
typedef struct { int n; double *mean, *std; } rt_scale;      /* n 0: none */

typedef struct {
    int steps, batch;                                        /* of the program that is fed */
    size_t first, rows;
    long windows;                                            /* batches in one pass over the part */
    long examples;                                           /* windows of one example, when not in lanes */
    size_t lane;                                             /* rows of one lane */
} rt_part;

typedef struct rt_examples rt_examples;                      /* rt_examples.h */

typedef struct {
    const rt_data_spec *spec;
    const char *path;
    rt_examples *examples;                                   /* NULL: rows, or a text */
    const char *counted;                                     /* "chars", "bytes", "rows", "examples" */
    int is_text, in_lanes, horizon, ahead;                   /* ahead: rows that a target holds */
    const char *apart;                                       /* the file that validates: no window begins before it; NULL: a share */
    size_t rows, train;
    uint64_t digest;                                         /* of what was read */
    int classes, codes, unknown;                             /* text: class of what is in no vocabulary, or -1 */
    int32_t *code;                                           /* text: code point (or byte) by class */
    int32_t *symbol;                                         /* text: [rows] */
    real *x, *y;                                             /* CSV: [rows][xs], [rows][ys] */
    int xs, ys;
    rt_scale into, target;
    rt_part part[2];
    long *order;                                             /* CSV: this pass's permutation */
    long order_pass;
    /* what a person should know of how it was read; may be empty */
    char note[400];
} rt_data;

/* known: metadata of weights whose vocabulary and normalisation hold, or NULL */
int rt_data_open(rt_data *d, const rt_model *m, const rt_options *o, double valid, const rt_tensors *known,
                 rt_error *e);
int rt_data_vocabulary(rt_data *d, const rt_model *m, const rt_tensors *known, rt_error *e);   /* without data */
void rt_data_close(rt_data *d);
/* the first row of each example of one batch */
void rt_data_starts(rt_data *d, int part, long pass, long window, uint64_t seed, size_t *start);
void rt_data_fill(const rt_data *d, const rt_instance *i, const size_t *start);
int rt_data_metas(const rt_data *d, rt_meta *meta);          /* at most 12; values are malloc'd */

/* valid_path: a file of its own that validates, behind d->path's rows; NULL: none */
int rt_text_read(rt_data *d, const rt_model *m, const char *valid_path, const rt_tensors *known, rt_error *e);
int rt_text_decode(const unsigned char *s, size_t left, int32_t *code);         /* bytes used; 0: not UTF-8 */
int rt_text_class(const rt_data *d, int32_t code);           /* -1: none */
void rt_text_put(const rt_data *d, int class_id, FILE *to);
int rt_csv_read(rt_data *d, const rt_model *m, const char *valid_path, double valid, const rt_tensors *known, rt_error *e);
int rt_file_read(const char *path, unsigned char **bytes, size_t *n, rt_error *e);
uint64_t rt_digest(uint64_t so_far, const void *bytes, size_t n);

/* ---- rt_optimizer.c ---- */

double rt_norm(const real *g, size_t n);                     /* sums in a fixed order */
int rt_uses_m(const rt_training *t);
int rt_uses_v(const rt_training *t);
void rt_optimizer_start(const rt_training *t, size_t n, real *v);               /* before the first step */
/* step counts from 1; scale: what clipping by norm multiplies with. Arrays padded as rt_zeros() pads. */
void rt_update(const rt_training *t, long step, double scale, size_t n, real *param, const real *gradient, real *m,
               real *v);
/* the same, with the model's threads */
void rt_update_all(const rt_model *model, const rt_training *t, long step, double scale, real *param, const real *gradient, real *m, real *v);

/* ---- rt_train.c and what it is made of ---- */

typedef struct {
    const rt_model *model;
    const rt_options *o;
    rt_training t;                                           /* the model's with the options' changes */
    uint64_t seed;
    rt_data data;
    rt_instance gradient_of, loss_of;
    rt_carry carry, valid_carry;
    size_t *start;
    real *param, *gradient, *m, *v;
    long step, steps, every;                                 /* steps: where to end, 0: by time alone */
    long period;                                             /* of the schedule, in steps */
    double scale, plateau_best, stale_best;                  /* of what waits for validations */
    long plateau_stale, stale, patience;                     /* validations without a better one, how many may be */
    long validated_at;                                       /* the last validation's step, its loss */
    double validated;
    double best;                                             /* validation loss */
    long best_step;
    double smooth;                                           /* s <- 0.999 s + 0.001 loss, from the first loss on */
    double logged;                                           /* sum of the losses since the last row of the log */
    long logged_steps;
    double loss;                                             /* of the last step */
    double seconds, mark;                                    /* CPU, of training alone, up to the clock's `mark` */
    double limit;                                            /* of seconds; 0: none */
    /* the loss of a text is this times the mean of -ln p; 0: unknown */
    double symbols;
    int validates;                                           /* there is a part for validation */
    FILE *log;
} rt_trainer;

/* rt_trainer.c: made and unmade */
int rt_trainer_new(rt_trainer *t, const rt_model *m, const rt_options *o, rt_error *e);
void rt_trainer_free(rt_trainer *t);

/* rt_schedule.c */
int rt_schedule_begin(rt_trainer *t, rt_error *e);           /* lengths are known: judges, counts in steps */
int rt_is_scheduled(const rt_trainer *t);
double rt_rate(const rt_trainer *t, long step);              /* of a step, counted from 0 */
int rt_heed(rt_trainer *t, double loss);                     /* a validation, but one at a run's end; 1: the rate drops */

/* rt_checkpoint.c: best: weights and metadata only */
int rt_checkpoint_save(const rt_trainer *t, const char *file, int best, rt_error *e);
int rt_checkpoint_load(rt_trainer *t, const rt_tensors *from, const char *path, rt_error *e);       /* to go on */
int rt_weights_load(const rt_model *m, const rt_tensors *from, const char *path, real *param, rt_error *e);
double rt_meta_number(const rt_tensors *from, const char *key, double otherwise);      /* NAN: it is none; from NULL: otherwise */
long rt_meta_whole(const rt_tensors *from, const char *key, long otherwise);            /* -1: not a whole number from 0 on */
char *rt_in_folder(const char *folder, const char *file);
char *rt_out_folder(const rt_model *m, const rt_options *o);

/* rt_evaluate.c */
typedef struct { double loss, rmse, mse, accuracy; } rt_score;                  /* NAN where there is none */
const rt_port *rt_output_like(const rt_program *p, const rt_port *target, size_t times);
rt_score rt_evaluate_examples(rt_trainer *t);                                   /* rt_score.c */
double rt_loss_without_copies(rt_trainer *t, double loss, int n, int batch);       /* rt_score.c */
void rt_score_text(const rt_trainer *t, const rt_score *s, int digits, char *to, size_t n);
rt_score rt_evaluate(rt_trainer *t);                                            /* over the validation part */
double rt_symbol_scale(rt_trainer *t);
double rt_symbol_bits(const rt_trainer *t, double loss);                            /* a symbol; NAN: not known */

/* rt_log.c: log.csv */
int rt_log_open(rt_trainer *t, const char *path, rt_error *e);                  /* keeps the rows up to t->step */
void rt_log_row(rt_trainer *t, const rt_score *s);                              /* NULL: not measured */
int rt_log_sync(rt_trainer *t, rt_error *e);

/* rt_watch.c: a sentence about where numbers stopped being finite */
void rt_blame(rt_trainer *t, double loss, double norm, char *text, size_t n);

/* rt_progress.c */
typedef struct { int terminal, quiet; double begun, shown, recent; long begun_step, shown_step; char ended;
                 } rt_progress;
double rt_clock(void);                                                          /* wall seconds */
double rt_cpu(void);                                                            /* seconds of the first thread, which shares all work */
void rt_progress_begin(rt_progress *p, const rt_trainer *t);
void rt_progress_step(rt_progress *p, const rt_trainer *t, double now, double loss);
void rt_progress_line(rt_progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* unless --quiet */
void rt_note(const rt_trainer *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* the exit code, -1 with an error */
int rt_train(rt_trainer *t, rt_error *e);
int rt_evaluate_only(rt_trainer *t, rt_error *e);
int rt_gradient_flow(rt_trainer *t, rt_error *e);                               /* rt_flow.c */

/* ---- rt_sample.c, rt_predict.c, rt_probe.c: the other tasks; exit code, -1 with an error ---- */

int rt_activations(const rt_model *m, const rt_options *o, rt_error *e);
int rt_sample(const rt_model *m, const rt_options *o, rt_error *e);
int rt_answers(const rt_model *m, const rt_options *o, rt_error *e);            /* rt_answers.c: of examples */
int rt_texts(const rt_model *m, const rt_options *o, rt_error *e);              /* rt_texts.c: of a decoder */
int rt_writes_texts(const rt_model *m);                                         /* is it one? */
int rt_predict(const rt_model *m, const rt_options *o, rt_error *e);
int rt_probe(const rt_model *m, const rt_options *o, rt_error *e);
int rt_speed(const rt_model *m, rt_error *e);                                   /* rt_speed.c */

#endif
