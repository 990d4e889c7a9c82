/* rt_trainer.c -- everything a run needs, made from the model's tables, the options and, to go on or to start from,
 * a file of weights; and unmade. Does not train.
 */
#include "rt.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void rt_note(const rt_trainer *t, const char *fmt, ...)
{
    va_list v;
    if (t->o->quiet)
        return;
    fprintf(stderr, "%s: ", t->model->name);
    va_start(v, fmt);
    vfprintf(stderr, fmt, v);
    va_end(v);
    fputc('\n', stderr);
}

char *rt_in_folder(const char *folder, const char *file)
{
    char *s = malloc(strlen(folder) + strlen(file) + 2);
    if (s)
        sprintf(s, "%s/%s", folder, file);
    return s;
}

char *rt_out_folder(const rt_model *m, const rt_options *o)
{
    char *s = malloc(strlen(o->out ? o->out : m->name) + 8);
    if (s)
        sprintf(s, o->out ? "%s" : "%s.run", o->out ? o->out : m->name);
    return s;
}

static int make_folder(char *path, rt_error *e)
{
    for (char *s = path + 1;; s++)
        if (!*s || *s == '/') {
            char c = *s;
            *s = 0;
            if (mkdir(path, 0777) && errno != EEXIST)
                return rt_fail(e, "%s: cannot make the folder: %s", path, strerror(errno));
            *s = c;
            if (!c)
                return 0;
        }
}

static double chosen(double option, double described) { return option >= 0 ? option : described; }

/* An earlier run in the same folder is put aside, not overwritten. */
static int put_aside(const rt_trainer *t, const char *folder, rt_error *e)
{
    static const char *const file[] = { "last.safetensors", "best.safetensors", "log.csv" };
    for (int i = 0; i < 3; i++) {
        char name[60];
        snprintf(name, sizeof name, "previous.%s", file[i]);
        char *old = rt_in_folder(folder, file[i]), *new = rt_in_folder(folder, name);
        int bad = !old || !new || (rename(old, new) && errno != ENOENT), gone = errno == ENOENT;
        struct stat s;
        if (!bad && i == 0 && !gone && new && !stat(new, &s))
            rt_note(t, "%s holds an earlier run, kept as %s/previous.* (--resume would have gone on with it)",
                    folder, folder);
        if (bad)
            rt_fail(e, "%s/%s: %s", folder, file[i], strerror(errno));
        free(old), free(new);
        if (bad)
            return -1;
        errno = 0;
    }
    return 0;
}

static int allocate(rt_trainer *t, rt_error *e)
{
    const rt_model *m = t->model;
    size_t bytes = m->reals * sizeof(real);
    t->param = rt_zeros(bytes), t->gradient = rt_zeros(bytes);
    t->m = rt_uses_m(&t->t) ? rt_zeros(bytes) : NULL, t->v = rt_uses_v(&t->t) ? rt_zeros(bytes) : NULL;
    if (!t->param || !t->gradient || (rt_uses_m(&t->t) && !t->m) || (rt_uses_v(&t->t) && !t->v))
        return rt_fail(e, "out of memory");
    return rt_instance_new(&t->gradient_of, m->gradient, e) || rt_instance_new(&t->loss_of, m->loss, e) ||
           rt_carry_new(&t->carry, &t->gradient_of, e) || rt_carry_new(&t->valid_carry, &t->loss_of, e);
}

static int damaged(const char *path, rt_error *e) { return rt_fail(e, "%s: the numbers of the run are damaged", path); }

/* what the options say, else the run that goes on, else the description */
static int choose(rt_trainer *t, const rt_tensors *from, const char *path, rt_error *e)
{
    const rt_options *o = t->o;
    const rt_training *d = &t->model->train;
    t->t = *d;
    t->t.lr = chosen(o->lr, rt_meta_number(from, "train.lr", d->lr));
    t->t.clip_norm = chosen(o->clip_norm, rt_meta_number(from, "train.clip_norm", d->clip_norm));
    t->t.clip_value = chosen(o->clip_value, rt_meta_number(from, "train.clip_value", d->clip_value));
    t->t.valid = chosen(o->valid, rt_meta_number(from, "train.valid", d->valid));
    t->patience = o->patience >= 0 ? o->patience : rt_meta_whole(from, "train.patience", d->patience);
    t->best = t->plateau_best = t->stale_best = INFINITY;
    t->scale = 1;
    const int good = t->t.lr >= 0 && isfinite(t->t.lr) && t->t.clip_norm >= 0 && t->t.clip_value >= 0 && t->t.valid >= 0 &&
                     t->t.valid < 1 && t->patience >= 0;
    return good ? 0 : damaged(path, e);
}

/* how long, and how often to validate; needs the data */
static int set_length(rt_trainer *t, const rt_tensors *from, const char *path, rt_error *e)
{
    const rt_options *o = t->o;
    const long pass = t->data.part[RT_TRAIN].windows;
    const double epochs = o->epochs >= 0 ? o->epochs : t->model->train.epochs;
    t->limit = chosen(o->seconds, rt_meta_number(from, "train.limit", 0));
    if (o->steps >= 0)
        t->steps = o->steps;
    else if (o->epochs >= 0)
        t->steps = (long)ceil(o->epochs * (double)pass - 1e-9);
    else if (o->seconds >= 0)
        t->steps = 0;
    else if (from)
        t->steps = rt_meta_whole(from, "train.steps", 0);
    else
        t->steps = t->model->train.steps ? t->model->train.steps : (long)ceil(epochs * (double)pass - 1e-9);
    if (t->steps < 1 && o->seconds < 0 && !(t->limit > 0) && !o->evaluate && !o->flow)
        return rt_fail(e, "how long? --steps N, --epochs X or --seconds S (or train = { steps = N } in %s)",
                       t->model->source);
    t->every = o->every > 0 ? o->every : rt_meta_whole(from, "train.every", pass < 100 ? 100 : pass > 1000 ? 1000 : pass);
    if (t->every < 1 || t->steps < 0 || !(t->limit >= 0))
        return damaged(path, e);
    return 0;
}

/* the file that weights come from: to go on, to start from, to evaluate */
static int find_weights(const rt_trainer *t, const char *folder, char **path, rt_error *e)
{
    *path = NULL;
    if (t->o->weights)
        *path = strdup(t->o->weights);
    else if (t->o->resume || t->o->evaluate)
        *path = rt_in_folder(folder, t->o->resume ? "last.safetensors" : "best.safetensors");
    else
        return 0;
    return *path ? 0 : rt_fail(e, "out of memory");
}

static int start_log(rt_trainer *t, char *folder, rt_error *e)
{
    if (make_folder(folder, e) || (!t->o->resume && put_aside(t, folder, e)))
        return -1;
    char *path = rt_in_folder(folder, "log.csv");
    int bad = path ? rt_log_open(t, path, e) : rt_fail(e, "out of memory");
    free(path);
    return bad;
}

static int build(rt_trainer *t, const rt_tensors *from, const char *path, char *folder, rt_error *e)
{
    const rt_options *o = t->o;
    const rt_tensors *run = o->resume ? from : NULL;
    const char *seed = from ? rt_tensors_meta(from, "seed") : NULL;
    t->seed = run && seed && !o->seed_given ? strtoull(seed, NULL, 10) : o->seed;
    if (choose(t, run ? run : o->evaluate ? from : NULL, path, e) || allocate(t, e) || (from && !run && rt_weights_load(t->model, from, path, t->param, e)) ||
        rt_data_open(&t->data, t->model, o, t->t.valid, from, e) || set_length(t, run, path, e))
        return -1;
    t->validates = t->data.part[RT_VALID].windows > 0;
    if (!o->evaluate && rt_schedule_begin(t, e))
        return -1;
    if (t->data.note[0])
        rt_note(t, "%s", t->data.note);
    size_t batch = (size_t)(t->gradient_of.program->batch + t->loss_of.program->batch + 2);
    if (!(t->start = calloc(batch, sizeof *t->start)))
        return rt_fail(e, "out of memory");
    if (run && rt_checkpoint_load(t, run, path, e))
        return -1;
    if (!from)
        rt_initial(t->model, t->seed, t->param);
    if (!run)
        rt_optimizer_start(&t->t, t->model->reals, t->v);
    t->symbols = rt_symbol_scale(t);
    return o->evaluate || o->flow ? 0 : start_log(t, folder, e);
}

int rt_trainer_new(rt_trainer *t, const rt_model *m, const rt_options *o, rt_error *e)
{
    *t = (rt_trainer){ .model = m, .o = o };
    char *folder = rt_out_folder(m, o), *path = NULL;
    rt_tensors *from = NULL;
    int bad = folder ? find_weights(t, folder, &path, e) : rt_fail(e, "out of memory");
    if (!bad && path && !(from = rt_tensors_open(path, e->text, sizeof e->text))) {
        bad = -1;
        if (strstr(e->text, "No such file") && !o->weights)
            rt_fail(e, "%s: there is no run to %s (%s)", path, o->resume ? "resume" : "evaluate",
                    "its folder is named by --out DIR");
    }
    bad = bad || build(t, from, path, folder, e);
    rt_tensors_close(from);
    free(path), free(folder);
    return bad ? -1 : 0;
}

void rt_trainer_free(rt_trainer *t)
{
    rt_data_close(&t->data);
    free(t->param), free(t->gradient), free(t->m), free(t->v), free(t->start);
    free(t->gradient_of.work), free(t->loss_of.work), free(t->carry.value), free(t->valid_carry.value);
    if (t->log)
        fclose(t->log);
}
