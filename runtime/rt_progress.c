/* rt_progress.c -- what a person sees while a run goes on, on stderr: one line that is written again and again on a
 * terminal, a line every five seconds elsewhere. Reads clocks and the trainer; changes nothing that the numbers
 * depend on.
 */
#define _GNU_SOURCE
#include "rt.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double rt_clock(void) { return clock_of(CLOCK_MONOTONIC); }
double rt_cpu(void) { return clock_of(CLOCK_THREAD_CPUTIME_ID); }

void rt_progress_begin(rt_progress *p, const rt_trainer *t)
{
    double now = rt_clock();
    *p = (rt_progress){ .terminal = isatty(2), .quiet = t->o->quiet, .begun = now, .shown = now,
                        .begun_step = t->step, .shown_step = t->step, .recent = NAN };
}

static void duration(char *out, size_t n, double s)
{
    long x = (long)(s + 0.5);
    if (!(s >= 0) || s > 1e8)
        snprintf(out, n, "?");
    else if (x < 60)
        snprintf(out, n, "%ld s", x);
    else if (x < 3600)
        snprintf(out, n, "%ld:%02ld min", x / 60, x % 60);
    else
        snprintf(out, n, "%ld:%02ld h", x / 3600, x / 60 % 60);
}

static void quantity(char *out, size_t n, double x)
{
    snprintf(out, n, x < 1e3 ? "%.3g" : x < 1e6 ? "%.3gk" : "%.3gM", x < 1e3 ? x : x < 1e6 ? x / 1e3 : x / 1e6);
}

static void show(rt_progress *p, const rt_trainer *t, double now)
{
    char line[300], rate[32], eta[32], lr[32] = "";
    const rt_part *q = &t->data.part[RT_TRAIN];
    double steps_a_second = (double)(t->step - p->shown_step) / (now - p->shown);
    double all = (double)(t->step - p->begun_step) / (now - p->begun), left = INFINITY;
    if (t->steps)
        left = (double)(t->steps - t->step) / all;
    if (t->limit > 0 && t->limit - t->seconds - (rt_cpu() - t->mark) < left)
        left = t->limit - t->seconds - (rt_cpu() - t->mark);
    if (rt_is_scheduled(t))
        snprintf(lr, sizeof lr, "  rate %.3g", rt_rate(t, t->step));
    quantity(rate, sizeof rate, steps_a_second * q->steps * q->batch);
    duration(eta, sizeof eta, left);
    int n = snprintf(line, sizeof line, "step %ld", t->step);
    if (t->steps)
        n += snprintf(line + n, sizeof line - (size_t)n, "/%ld", t->steps);
    n += snprintf(line + n, sizeof line - (size_t)n, "  loss %.4g", p->recent);
    if (t->symbols > 0)
        n += snprintf(line + n, sizeof line - (size_t)n, "  %.3f bits/%s", rt_symbol_bits(t, p->recent),
                      t->data.spec->chars ? "char" : "byte");
    n += snprintf(line + n, sizeof line - (size_t)n, "  %s %s/s", rate, t->data.counted);
    if (t->model->flops > 0)
        n += snprintf(line + n, sizeof line - (size_t)n, "  %.3g GFLOP/s", t->model->flops * steps_a_second * 1e-9);
    snprintf(line + n, sizeof line - (size_t)n, "%s  ETA %s", lr, eta);
    if (p->terminal)
        fprintf(stderr, "\r%s\033[K", line);
    else
        fprintf(stderr, "%s\n", line);
    fflush(stderr);
    p->ended = !p->terminal;
    p->shown = now;
    p->shown_step = t->step;
}

void rt_progress_step(rt_progress *p, const rt_trainer *t, double now, double loss)
{
    p->recent = isnan(p->recent) ? loss : p->recent + (loss - p->recent) * 0.02;
    if (!p->quiet && now - p->shown >= (p->terminal ? 0.25 : 5))
        show(p, t, now);
}

/* a line of its own, below the one that is written again and again */
void rt_progress_line(rt_progress *p, const char *fmt, ...)
{
    va_list v;
    if (p->quiet)
        return;
    if (p->terminal)
        fputs("\r\033[K", stderr);
    va_start(v, fmt);
    vfprintf(stderr, fmt, v);
    va_end(v);
    fputc('\n', stderr);
}
