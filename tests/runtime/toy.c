/* toy.c -- two trainers by hand, for tests of the runtime where no generated code is needed. Without -DTOY_CSV:
 * text; s(t) = s(t-1)/2 + onehot(x), logits = W s + b, mean cross-entropy, the state s carried. With it: CSV, y = w
 * . x + b over the window's steps, mean squared error. -DTOY_EXPLODE makes the loss infinite at large weights.
 */
#include "../../runtime/rt_model.h"

#include <math.h>
#include <string.h>

#ifndef TOY_NAME
#define TOY_NAME "toy"
#endif
#ifndef TOY_HASH
#define TOY_HASH 7
#endif

#ifndef TOY_CSV

#ifndef TOY_CLASSES
#define TOY_CLASSES 12
#endif
#ifndef TOY_CHARS
#define TOY_CHARS 1
#endif
enum { T = 5, B = 3, V = TOY_CLASSES };
typedef struct {
    _Alignas(64) int32_t x[T][B];
    _Alignas(64) int32_t y[T][B];
    _Alignas(64) real state[B][V];
    _Alignas(64) real final[B][V];
    _Alignas(64) real s[T][B][V];
    _Alignas(64) real p[T][B][V];
    _Alignas(64) real loss;
} Work;
enum { W0 = 0, B0 = V * V, REALS = V * V + V };

static void forward(const real *param, Work *w, int steps, int batch)
{
    real sum = 0;
    for (int b = 0; b < batch; b++)
        for (int t = 0; t < steps; t++) {
            real *s = w->s[t][b], *p = w->p[t][b], most = -1e30f, all = 0;
            for (int i = 0; i < V; i++)
                s[i] = (t ? w->s[t - 1][b][i] : w->state[b][i]) / 2 + (real)(w->x[t][b] == i);
            for (int o = 0; o < V; o++) {
                p[o] = param[B0 + o];
                for (int i = 0; i < V; i++)
                    p[o] += param[W0 + o * V + i] * s[i];
                most = p[o] > most ? p[o] : most;
            }
            for (int o = 0; o < V; o++)
                all += p[o] = (real)exp((double)(p[o] - most));
            for (int o = 0; o < V; o++)
                p[o] /= all;
            sum -= (real)log((double)p[w->y[t][b]]);
            memcpy(w->final[b], s, sizeof w->final[b]);
        }
    w->loss = sum / (real)(steps * batch);
}

static void loss_run(const real *param, real *grad, void *work)
{
    (void)grad;
    forward(param, work, T, B);
}

static void step_run(const real *param, real *grad, void *work)
{
    (void)grad;
    forward(param, work, 1, 1);
}

static void gradient_run(const real *param, real *grad, void *work)
{
    Work *w = work;
    forward(param, w, T, B);
    memset(grad, 0, REALS * sizeof *grad);
    for (int t = 0; t < T; t++)
        for (int b = 0; b < B; b++)
            for (int o = 0; o < V; o++) {
                real d = (w->p[t][b][o] - (real)(w->y[t][b] == o)) / (real)(T * B);
                grad[B0 + o] += d;
                for (int i = 0; i < V; i++)
                    grad[W0 + o * V + i] += d * w->s[t][b][i];
            }
#ifdef TOY_EXPLODE
    static int runs;
    if (++runs == TOY_EXPLODE)
        grad[B0 + 1] = (real)NAN;
#endif
}

#define AT(f) offsetof(Work, f)
static const rt_port ports[] = {
    { "chars", RT_INPUT, V, T, B, 0, { 0 }, AT(x), NULL },       { "next", RT_TARGET, V, T, B, 0, { 0 }, AT(y), NULL },
    { "memory", RT_STATE, 0, 0, B, 1, { V }, AT(state), NULL },  { "memory", RT_FINAL, 0, 0, B, 1, { V }, AT(final), NULL },
    { "loss", RT_LOSS, 0, 0, 0, 0, { 0 }, AT(loss), NULL },      { "next", RT_OUTPUT, 0, T, B, 1, { V }, AT(p), NULL },
};
static const rt_port step_ports[] = {
    { "chars", RT_INPUT, V, 0, 1, 0, { 0 }, AT(x), NULL },       { "memory", RT_STATE, 0, 0, 1, 1, { V }, AT(state), NULL },
    { "memory", RT_FINAL, 0, 0, 1, 1, { V }, AT(final), NULL },  { "next", RT_OUTPUT, 0, 0, 1, 1, { V }, AT(p), NULL },
};
static const rt_watch watch[] = { { "memory (toy.lua:3)", AT(s), T * B * V }, { "p (toy.lua:4)", AT(p), T * B * V },
                                  { "loss (toy.lua:5)", AT(loss), 1 } };
static const rt_program gradient = { "gradient", B, sizeof(Work), ports, 5, NULL, 0, NULL, gradient_run };
static const rt_program loss = { "loss", B, sizeof(Work), ports, 6, watch, 3, NULL, loss_run };
static const rt_program step = { "step", 1, sizeof(Work), step_ports, 4, NULL, 0, NULL, step_run };
static const rt_param param[] = {
    { "out.weight", 2, { V, V }, W0, V * V, RT_UNIFORM, -0.3, 0.3 },
        { "out.bias", 1, { V }, B0, V, RT_NORMAL, 0, 0.1 },
};
#define DATA { .kind = RT_DATA_TEXT, .chars = TOY_CHARS, .into = "chars", .target = "next" }
#define STEP &step

#else

enum { T = 4, B = 5, C = 2 };
typedef struct {
    _Alignas(64) real x[T][B][C];
    _Alignas(64) real y[B];
    _Alignas(64) real z[B];
    _Alignas(64) real loss;
} Work;
enum { REALS = T * C + 1 };

static void loss_run(const real *param, real *grad, void *work)
{
    Work *w = work;
    real sum = 0;
    for (int b = 0; b < B; b++) {
        w->z[b] = param[T * C];
        for (int i = 0; i < T * C; i++)
            w->z[b] += param[i] * w->x[i / C][b][i % C];
        sum += (w->z[b] - w->y[b]) * (w->z[b] - w->y[b]);
    }
    w->loss = sum / B;
    (void)grad;
}

static void gradient_run(const real *param, real *grad, void *work)
{
    Work *w = work;
    loss_run(param, NULL, work);
    memset(grad, 0, REALS * sizeof *grad);
    for (int b = 0; b < B; b++) {
        real d = 2 * (w->z[b] - w->y[b]) / B;
        grad[T * C] += d;
        for (int i = 0; i < T * C; i++)
            grad[i] += d * w->x[i / C][b][i % C];
    }
}

#define AT(f) offsetof(Work, f)
static const rt_port ports[] = {
    { "series", RT_INPUT, 0, T, B, 1, { C }, AT(x), NULL }, { "ahead", RT_TARGET, 0, 0, B, 1, { 1 }, AT(y), NULL },
    { "loss", RT_LOSS, 0, 0, 0, 0, { 0 }, AT(loss), NULL }, { "ahead", RT_OUTPUT, 0, 0, B, 1, { 1 }, AT(z), NULL },
};
static const rt_program gradient = { "gradient", B, sizeof(Work), ports, 3, NULL, 0, NULL, gradient_run };
static const rt_program loss = { "loss", B, sizeof(Work), ports, 4, NULL, 0, NULL, loss_run };
static const rt_param param[] = { { "w", 2, { T, C }, 0, T * C, RT_CONSTANT, 0, 0 },
                                  { "b", 1, { 1 }, T * C, 1, RT_CONSTANT, 0, 0 } };
static const char *const columns[] = { "a", "b" }, *const target[] = { "a" };
#define DATA { .kind = RT_DATA_CSV, .into = "series", .target = "ahead", .column = columns, .columns = 2, \
               .target_column = target, .target_columns = 1, .normalize = 1, .horizon = 1 }
#define STEP NULL

#endif

#ifndef TOY_TRAIN
#define TOY_TRAIN .kind = RT_ADAM, .lr = 0.01, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8, .clip_norm = 1, \
                  .steps = 200
#endif

static const rt_model model = {
    .name = TOY_NAME, .source = "toy.lua", .defines = "", .hash = TOY_HASH, .param = param, .params = 2,
        .reals = REALS,
    .gradient = &gradient, .loss = &loss, .step = STEP, .flops = 1e4,
    .train = { TOY_TRAIN, .valid = 0.2,
#ifndef TOY_CSV
               .carry_state = 1
#endif
    },
    .data = DATA,
};

#ifndef TOY_NO_MAIN
int main(int argc, char **argv) { return rt_main(argc, argv, &model); }
#endif
