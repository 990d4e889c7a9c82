/* rt_log.c -- log.csv: a row every ten steps (the mean loss since the row before) and at every validation. When a
 * run goes on, rows later than its checkpoint are cut off, so that each step stands there once.
 */
#include "rt.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* with examples the last column is a measure beside the loss */
static const char *header_of(const rt_trainer *t)
{
    if (!t->data.examples)
        return "step,loss,valid,rate,seconds\n";
    for (int i = 0; i < t->model->loss->ports; i++)
        if (t->model->loss->port[i].role == RT_TARGET && t->model->loss->port[i].classes)
            return "step,loss,valid,rate,seconds,accuracy\n";
    return "step,loss,valid,rate,seconds,rmse\n";
}

static int cut(FILE *f, long step, const char *header)
{
    char *line = NULL, *end;
    size_t room = 0;
    off_t keep = 0;
    for (ssize_t n; (n = getline(&line, &room, f)) > 0; keep += n)
        if (line[n - 1] != '\n' || (keep == 0 ? strcmp(line, header) != 0 : strtol(line, &end, 10) > step ||
                                    end == line))
            break;
    free(line);
    return fflush(f) || ftruncate(fileno(f), keep) || fseeko(f, keep, SEEK_SET) ||
        (keep == 0 && fputs(header, f) < 0);
}

int rt_log_open(rt_trainer *t, const char *path, rt_error *e)
{
    t->log = t->step ? fopen(path, "r+") : NULL;
    if (!t->log && (t->step == 0 || errno == ENOENT))
        t->log = fopen(path, "w+");
    if (!t->log || cut(t->log, t->step, header_of(t)))
        return rt_fail(e, "%s: %s", path, strerror(errno));
    return 0;
}

void rt_log_row(rt_trainer *t, const rt_score *s)
{
    double seconds = t->seconds + (t->mark > 0 ? rt_cpu() - t->mark : 0);
    if (t->logged_steps)
        fprintf(t->log, "%ld,%.9g,", t->step, t->logged / (double)t->logged_steps);
    else
        fprintf(t->log, "%ld,,", t->step);
    if (s && isfinite(s->loss))
        fprintf(t->log, "%.9g", s->loss);
    fprintf(t->log, ",%.6g", rt_rate(t, t->step > 0 ? t->step - 1 : 0));
    fprintf(t->log, t->data.examples ? ",%.2f," : ",%.2f", seconds);
    if (s && t->data.examples && isfinite(s->accuracy))
        fprintf(t->log, "%.9g", s->accuracy);
    else if (s && t->data.examples && isfinite(s->rmse))
        fprintf(t->log, "%.9g", s->rmse);
    fputc('\n', t->log);
    t->logged = 0;
    t->logged_steps = 0;
}

int rt_log_sync(rt_trainer *t, rt_error *e)
{
    if (fflush(t->log) || (fsync(fileno(t->log)) && errno != EINVAL) || ferror(t->log))
        return rt_fail(e, "log.csv: %s", strerror(errno));
    return 0;
}
