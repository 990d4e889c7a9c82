/* graph_random.c -- random models: maps, products, delays either way, recurrences, samplings, attention,
 * lengths from 0. Takes seeds; holds each model to what graph_kit.c holds every model to.
 */
#include "graph_kit.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    Case *c;
    Axis *t;
    Node *pool[64];
    int n, leaves;
    uint64_t state;
} Draw;

static int pick_of(Draw *d, int n)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((d->state >> 33) % (uint64_t)n);
}

static Node *some(Draw *d) { return d->pool[pick_of(d, d->n)]; }

static void keep(Draw *d, Node *x)
{
    if (d->n < 64)
        d->pool[d->n++] = x;
}

static const char *fresh(Draw *d) { return format(d->c->m->mem, "v%d", d->leaves++); }
static Node *matrix22(Draw *d) { return weight(d->c, fresh(d), 2, 2); }

static Node *initial(Draw *d, int k)
{
    switch (pick_of(d, 4)) {
    case 0: return NULL;
    case 1: return start_of(d->c, fresh(d), 0, 2);
    case 2: return start_of(d->c, fresh(d), abs(k), 2);
    default: return weight(d->c, fresh(d), 2, 0);
    }
}

static void recurrence(Draw *d)
{
    Case *c = d->c;
    int sign = pick_of(d, 2) ? 1 : -1, n = 1 + pick_of(d, 2);
    Node *s[2] = {NULL, NULL};
    for (int i = 0; i < n; i++) {
        int k = sign * (1 + pick_of(d, 3));
        s[i] = memory(c, d->t, 2, k, initial(d, k), format(c->m->mem, "s%d", d->leaves++));
    }
    for (int i = 0; i < n; i++) {
        Node *a = mul(c, dot(c, s[pick_of(d, n)], matrix22(d)), some(d)), *b = add(c, some(d), s[(i + n - 1) % n]);
        Node *x = f(c, Otanh, add(c, a, b));
        close_state(c->g, s[i], x);
        keep(d, x);
    }
}

static void attend(Draw *d)
{
    Case *c = d->c;
    Node *m = matrix_of(c->g, some(d)), *v = matrix_of(c->g, some(d));
    Node *there = vec(c, matrix_of(c->g, inside(c->g, d->t)), d->t->steps);
    Node *score = select_of(c->g, there, contract_of(c->g, some(d), m, "h", "sh", "s", 0), num(c, -1e30));
    keep(d, contract_of(c->g, f(c, Osoftmax, score), v, "s", "sh", "h", 0));
}

static void grown(Draw *d)
{
    Case *c = d->c;
    Graph *g = c->g;
    static const int far[6] = {-3, -2, -1, 1, 2, 3};
    Node *x;
    switch (pick_of(d, 14)) {
    case 0:
        keep(d,
             f(c, Otanh,
               add(c, dot(c, with(c, some(d), some(d)), weight(c, fresh(d), 2, 4)), weight(c, fresh(d), 2, 0))));
        break;
    case 1: keep(d, mul(c, some(d), f(c, Osigmoid, some(d)))); break;
    case 2: case 3: recurrence(d); break;
    case 4: keep(d, delay_of(g, some(d), far[pick_of(d, 6)], start_of(c, fresh(d), 0, 2))); break;
    case 5:
        x = last_of(g, some(d), weight(c, fresh(d), 2, 0), pick_of(d, 2) ? 1 : -1);
        keep(d, add(c, some(d), x));
        break;
    case 6: keep(d, mul(c, some(d), sum_of(g, some(d), DROP_T, 0))); break;
    case 7:
        x = f(c, Otanh, sample_of(g, some(d), 2, pick_of(d, 2)));
        keep(d, add(c, some(d), node1(g, Ospread, x)));
        break;
    case 8: attend(d); break;
    case 9: x = some(d); keep(d, sub(c, some(d), sum_of(g, mul(c, x, peak_of(c, x)), DROP_T, 0))); break;
    case 10: keep(d, select_of(g, node2(g, Olt, some(d), num(c, 0.1)), d->pool[0], some(d))); break;
    case 11:
        x = some(d);
        keep(d, over(c, along_of(c, matrix_of(g, some(d)), d->t), add(c, num(c, 1.5), mul(c, x, x))));
        break;
    case 12:                                            /* two products of one operand, parts put together again */
        x = some(d);
        x = with(c, dot(c, x, matrix22(d)), dot(c, x, matrix22(d)));
        keep(d, add(c, f(c, Orelu, part(c, x, 0, 2)), mul(c, part(c, x, 1, 2), num(c, -0.5))));
        break;
    default:
        x = f(c, Ologsoftmax, some(d));
        keep(d, node2(g, Omax, x, sub(c, num(c, -1), f(c, Oabs, some(d)))));
        break;
    }
}

static void random_model(Case *c)
{
    Draw d = {.c = c, .state = c->seed * 7919 + 17};
    for (int i = 0; i < 5; i++)
        pick_of(&d, 2);
    d.t = axis_of(c, "time", 2 + pick_of(&d, 4), c->seed % 3 > 0);
    keep(&d, given(c, fresh(&d), d.t, 2));
    keep(&d, given(c, fresh(&d), d.t, 2));
    for (int i = 2 + pick_of(&d, 6); i > 0; i--)
        grown(&d);
    Node *a = d.pool[d.n - 1], *b = d.pool[d.n - 2];
    Node *sum = add(c, mul(c, f(c, Otanh, a), given(c, fresh(&d), d.t, 2)), mul(c, mul(c, b, b), num(c, 0.1)));
    output_is(c, "out", a);
    loss_is(c, total(c, sum));
}

void random_models(int from, int to)
{
    char title[32];
    for (int seed = from; seed < to; seed++) {
        snprintf(title, sizeof title, "random %d", seed);
        hold(title, random_model, (uint64_t)seed, false);
    }
}
