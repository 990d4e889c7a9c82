/* verify_derivative.c -- every derived gradient against central differences of the loss, both by the oracle in double
 * precision. For each leaf random directions of length 1: the slope along a direction is the gradient's product with it.
 */
#include "verify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIRECTIONS = 3 };

static double uniform(uint64_t *s)                      /* splitmix64, in (-1, 1) */
{
    uint64_t z = (*s += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ z >> 31) >> 11) * 0x1p-52 - 1;
}

static double loss_at(Graph *g, Env *env, Node *loss, Leaf *leaf, const double *from, const double *d, size_t n, double h)
{
    for (size_t i = 0; i < n; i++)
        env->leaf[leaf->index][i] = from[i] + h * d[i];
    Eval *e = eval_new(g, env);
    size_t size;
    double x = eval(e, loss, &size)[0];
    eval_free(e);
    return x;
}

/* five points: the error is of the order h^4 beside rounding, eps/h */
static double slope(Graph *g, Env *env, Node *loss, Leaf *leaf, const double *from, const double *d, size_t n, double h)
{
    double a = loss_at(g, env, loss, leaf, from, d, n, 2 * h), b = loss_at(g, env, loss, leaf, from, d, n, h);
    double c = loss_at(g, env, loss, leaf, from, d, n, -h), e = loss_at(g, env, loss, leaf, from, d, n, -2 * h);
    return (8 * (b - c) - (a - e)) / (12 * h);
}

static double check_leaf(Graph *g, Env *env, Node *loss, const Root *r, double least, uint64_t *seed)
{
    size_t n;
    Eval *e = eval_new(g, env);
    const double *grad = eval(e, r->node, &n);
    double *x = env->leaf[r->leaf->index], *from = malloc(n * sizeof *from), *d = malloc(n * sizeof *d), worst = 0, norm = 0;
    if (!from || !d)
        DIE("out of memory");
    memcpy(from, x, n * sizeof *from);
    for (size_t i = 0; i < n; i++)
        norm += grad[i] * grad[i];
    norm = sqrt(norm / (double)n);                      /* what a random direction meets */
    for (int k = 0; k < DIRECTIONS; k++) {
        double length = 0, want = 0, best = INFINITY;
        for (size_t i = 0; i < n; i++)
            d[i] = uniform(seed), length += d[i] * d[i];
        for (size_t i = 0; i < n; i++)
            d[i] /= sqrt(length), want += d[i] * grad[i];
        for (int i = 0; i < 10 && !(best <= (i < 5 ? 1e-9 : 1e-8)); i++) {   /* smaller where the loss bends or breaks */
            double h = (i < 5 ? 1e-2 : 3e-3) * pow(10, -(i % 5));
            double got = slope(g, env, loss, r->leaf, from, d, n, h), scale = fmax(fabs(want), fmax(norm, least));
            double error = fabs(got - want) / scale;
            best = error <= best ? error : best;
        }
        worst = best <= worst ? worst : best;
        memcpy(x, from, n * sizeof *from);
    }
    free(from), free(d);
    eval_free(e);
    return worst;
}

int verify_derivatives(Graph *g, int batch, uint64_t seed, double rtol, bool verbose)
{
    Arena *mem = arena_new();
    Env *env = random_env(mem, g->model, batch, seed);
    Node *loss = NULL;
    int bad = 0;
    for (int i = 0; i < g->roots; i++)
        if (g->root[i].kind == R_LOSS)
            loss = g->root[i].node;
    Eval *e = eval_new(g, env);
    double least = fmax(1e-12, VERIFY_SHARE * largest_gradient(e, g));
    if (loss)                                           /* what the loss's own rounding makes of a slope */
        least = fmax(least, 1e-6 * fabs(eval(e, loss, NULL)[0]));
    eval_free(e);
    for (int i = 0; loss && i < g->roots; i++) {
        const Root *r = &g->root[i];
        if (r->kind != R_GRAD)
            continue;
        double error = check_leaf(g, env, loss, r, least, &seed);
        bool ok = error <= rtol;
        bad += !ok;
        if (verbose || !ok)
            printf("%-4s  d loss / d %-28s central differences: %.1e\n", ok ? "ok" : "BAD", r->name, error);
    }
    arena_free(mem);
    return bad;
}
