/* rt_train.c -- the loop: batch, gradient, clipping, update; validation and checkpoints beside it. The numbers are
 * a function of description, data, seed and step alone: clocks decide only when to save and when to end. An
 * interruption (Ctrl-C, SIGTERM) lets the step finish, saves and ends.
 */
#define _GNU_SOURCE
#include "rt.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { LOG_EVERY = 10 };
static const double save_every = 10;                         /* wall seconds, where --every does not say */

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number) { interrupted = signal_number; }

static void catch_signals(void)
{
    struct sigaction a;
    memset(&a, 0, sizeof a);
    a.sa_handler = interrupt;
    a.sa_flags = (int)SA_RESETHAND;                          /* a second Ctrl-C ends the program at once */
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    sigaction(SIGHUP, &a, NULL);
}

typedef struct {
    rt_progress shown;
    long saved_at, saved_validated_at;                       /* steps */
    double saved_when;
} Run;

static void pause_clock(rt_trainer *t) { t->seconds += rt_cpu() - t->mark, t->mark = rt_cpu(); }

/* One step; 1 if its numbers are finite, and then the step has been made. */
static int one_step(rt_trainer *t, char *text, size_t n)
{
    const rt_part *q = &t->data.part[RT_TRAIN];
    const long pass = t->step / q->windows, window = t->step % q->windows;
    if (window == 0 || !t->t.carry_state)
        rt_carry_zero(&t->carry);
    rt_data_starts(&t->data, RT_TRAIN, pass, window, t->seed, t->start);
    rt_data_fill(&t->data, &t->gradient_of, t->start);
    rt_carry_put(&t->carry);
    rt_draw_random(&t->gradient_of, t->seed, t->step);
    rt_instance_prepare(&t->gradient_of, t->param);
    rt_instance_run(&t->gradient_of, t->param, t->gradient);
    const double loss = rt_instance_loss(&t->gradient_of), norm = rt_norm(t->gradient, t->model->reals);
    if (!isfinite(loss) || !isfinite(norm)) {
        rt_blame(t, loss, norm, text, n);
        return 0;
    }
    if (t->t.carry_state)
        rt_carry_take(&t->carry);
    double scale = t->t.clip_norm > 0 ? t->t.clip_norm / (norm + 1e-6) : 1;
    rt_training now = t->t;
    now.lr = rt_rate(t, t->step);
    rt_update_all(t->model, &now, t->step + 1, scale < 1 ? scale : 1, t->param, t->gradient, t->m, t->v);
    t->step++;
    t->loss = loss;
    t->smooth = t->step == 1 ? loss : 0.999 * t->smooth + 0.001 * loss;
    t->logged += loss;
    t->logged_steps++;
    return 1;
}

static int save(rt_trainer *t, Run *r, rt_error *e)
{
    pause_clock(t);
    if (rt_log_sync(t, e))
        return -1;
    /* without validation the last weights are the best known */
    if (!t->validates) {
        t->best_step = t->step;
        if (rt_checkpoint_save(t, "best.safetensors", 1, e))
            return -1;
    }
    if (rt_checkpoint_save(t, "last.safetensors", 0, e))
        return -1;
    r->saved_at = t->step;
    r->saved_validated_at = t->validated_at;
    r->saved_when = rt_clock();
    t->mark = rt_cpu();
    return 0;
}

static int is_stale(const rt_trainer *t) { return t->patience > 0 && t->stale >= t->patience; }

static int validate(rt_trainer *t, Run *r, rt_error *e)
{
    char more[100];
    pause_clock(t);
    rt_score s = rt_evaluate(t);
    /* where a run ends decides nothing later */
    const int better = s.loss < t->best, counts = t->step % t->every == 0;
    t->validated_at = t->step;
    t->validated = s.loss;
    rt_log_row(t, &s);
    const int lower = counts && rt_heed(t, s.loss);
    rt_score_text(t, &s, 3, more, sizeof more);
    rt_progress_line(&r->shown, "step %ld  validation %.5g%s%s", t->step, s.loss, more, better ? "  best so far"
                     : "");
    if (lower)
        rt_progress_line(&r->shown, "step %ld  learning rate %.3g from here", t->step, rt_rate(t, t->step));
    if (better) {
        t->best = s.loss;
        t->best_step = t->step;
        if (rt_checkpoint_save(t, "best.safetensors", 1, e))
            return -1;
    }
    if (counts && is_stale(t))
        rt_progress_line(&r->shown, "step %ld  no better validation for %ld times: the run ends", t->step,
                         t->stale);
    t->mark = rt_cpu();
    return 0;
}

static int is_over(const rt_trainer *t)
{
    return interrupted || is_stale(t) || (t->steps && t->step >= t->steps) ||
           (t->limit > 0 && t->seconds + rt_cpu() - t->mark >= t->limit);
}

static void summary(const rt_trainer *t)
{
    const rt_part *q = &t->data.part[RT_TRAIN];
    char *folder = rt_out_folder(t->model, t->o);
    const double steps_a_second = t->seconds > 0 ? (double)t->step / t->seconds : 0;
    char smooth[40] = "";                                    /* before, it says more of the first loss */
    if (t->step >= 1000)
        snprintf(smooth, sizeof smooth, ", smoothed %.5g", t->smooth);
    rt_note(t, "%ld steps (%.2f passes) in %.2f s of training (CPU), %.1f steps/s, %.3g %s/s; loss %.5g%s",
            t->step, (double)t->step / (double)q->windows, t->seconds, steps_a_second,
            steps_a_second * q->steps * q->batch, t->data.is_text ? "symbols" : t->data.counted, t->loss, smooth);
    if (t->validates)
        rt_note(t, "validation %.5g, best %.5g at step %ld", t->validated, t->best, t->best_step);
    if (folder)
        rt_note(t, "weights: %s/best.safetensors, to go on: %s/last.safetensors, losses: %s/log.csv", folder,
                folder, folder);
    free(folder);
}

static int loop(rt_trainer *t, Run *r, rt_error *e)
{
    while (!is_over(t)) {
        char text[600];
        if (!one_step(t, text, sizeof text)) {
            char *folder = rt_out_folder(t->model, t->o);
            if (t->log)
                fflush(t->log);
            rt_fail(e, "%s. The last good state is %s/last.safetensors (step %ld); a smaller --lr or "
                    "--clip-norm may help",
                    text, folder ? folder : "", r->saved_at);
            free(folder);
            return -1;
        }
        const double now = rt_clock();
        rt_progress_step(&r->shown, t, now, t->loss);
        if (t->validates && t->step % t->every == 0 && validate(t, r, e))
            return -1;
        if (t->step % LOG_EVERY == 0 && t->validated_at != t->step)
            rt_log_row(t, NULL);
        if (t->o->every > 0 ? t->step % t->every == 0 : now - r->saved_when >= save_every)
            if (save(t, r, e))
                return -1;
    }
    return 0;
}

int rt_train(rt_trainer *t, rt_error *e)
{
    Run r = { .saved_at = -1, .saved_when = rt_clock() };
    catch_signals();
    rt_progress_begin(&r.shown, t);
    if (t->o->resume)
        rt_note(t, t->steps && t->step >= t->steps
                    ? "the run is complete at step %ld; to train longer give a larger --steps"
                : is_stale(t) ? "the run is complete at step %ld; to train longer give a larger --patience"
                              : "going on from step %ld", t->step);
    t->mark = rt_cpu();
    /* from the first moment there is something to resume from */
    if (!t->o->resume && save(t, &r, e))
        return -1;
    r.saved_at = t->step;
    r.saved_validated_at = t->validated_at;
    if (loop(t, &r, e))
        return -1;
    pause_clock(t);
    if (!interrupted && t->validates && t->validated_at != t->step && validate(t, &r, e))
        return -1;
    if ((r.saved_at != t->step || r.saved_validated_at != t->validated_at) && save(t, &r, e))
        return -1;
    if (r.shown.terminal && !r.shown.quiet)
        fputs("\r\033[K", stderr);
    if (interrupted) {
        rt_progress_line(&r.shown,
                         "%s: interrupted at step %ld, which is saved; the same command with --resume goes on",
                         t->model->name, t->step);
        return 130;
    }
    summary(t);
    return 0;
}

int rt_evaluate_only(rt_trainer *t, rt_error *e)
{
    if (!t->validates)
        return rt_fail(e, "no part of the data is for validation; --valid SHARE says which part, at its end, --valid-data FILE another file");
    rt_score s = rt_evaluate(t);
    char more[100];
    rt_score_text(t, &s, 4, more, sizeof more);
    printf("validation loss %.6g%s\n", s.loss, more);
    return 0;
}
