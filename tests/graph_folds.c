/* graph_folds.c -- what the door simplifies: that it still means the same, by formulas written out here, and
 * that what must become small does.
 */
#include "graph_kit.h"

#include <math.h>

enum { STEPS = 3, BATCH = 2, WIDTH = 2 };

typedef struct {
    Case c;
    Axis *t;
    Node *x, *y, *s, *p;            /* on the axis; a number a step; a parameter */
} Scene;

static Scene scene(Arena *mem, const char *title, bool has_lengths)
{
    Scene s = {.c = {.title = title, .batch = BATCH}};
    s.c.m = alloc(mem, sizeof *s.c.m);
    s.c.m->mem = mem;
    s.c.m->batch = BATCH;
    s.c.g = graph_new(s.c.m, mem);
    s.t = axis_of(&s.c, "time", STEPS, has_lengths);
    s.x = given(&s.c, "x", s.t, WIDTH);
    s.y = given(&s.c, "y", s.t, WIDTH);
    s.s = leaf(&s.c, INPUT, "s", s.t, true, 0, 0, 0);
    s.p = weight(&s.c, "p", WIDTH, 0);
    return s;
}

/* the value of n at every place against want(x, y, s, p) there */
typedef double Formula(double x, double y, double s, double p);

static void means(Scene *s, Node *n, const char *what, Formula *want)
{
    Arena *mem = arena_new();
    Env *env = random_env(mem, s->c.m, BATCH, 5);
    Eval *e = eval_new(s->c.g, env);
    size_t count;
    Type full = {s->t, true, s->x->type.shape};
    const double *v = eval(e, expand_to(s->c.g, n, full), &count);
    double worst = 0;
    for (size_t i = 0; i < count; i++) {
        double w = want(env->leaf[0][i], env->leaf[1][i], env->leaf[2][i / WIDTH], env->leaf[3][i % WIDTH]);
        worst = fabs(v[i] - w) <= worst ? worst : fabs(v[i] - w);
    }
    expect(worst <= 1e-12, s->c.title, "%s is off by %g", what, worst);
    eval_free(e);
    arena_free(mem);
}

#define FORMULA(name, text) \
    static double name(double x, double y, double s, double p) \
    { \
        (void)x, (void)y, (void)s, (void)p; \
        return text; \
    }
FORMULA(common, -2 * x - 2 * y)
FORMULA(difference, -2 * x + 2 * y)
FORMULA(step_factor, s * x - y * s)
FORMULA(parameter_factor, p * x + p * y)
FORMULA(scaled_twice, 6 * x)
FORMULA(negatives, y - x)
FORMULA(negative_sum, y - x + p)
FORMULA(chosen, x < y ? x : p)
FORMULA(row_sum, s * 1)
FORMULA(repeated, p *STEPS *BATCH)
FORMULA(repeated_row, 2 * s)
FORMULA(twice, 2 * p)

static void algebra(void)
{
    Arena *mem = arena_new();
    Scene s = scene(mem, "folds", false);
    Case *c = &s.c;
    Graph *g = c->g;
    Type full = {s.t, true, s.x->type.shape};
    Node *minus2 = num(c, -2);
    means(&s, add(c, mul(c, s.x, minus2), mul(c, minus2, s.y)), "-2 x + -2 y", common);
    means(&s, sub(c, mul(c, s.x, minus2), mul(c, minus2, s.y)), "-2 x - -2 y", difference);
    Node *row = reshape_to(g, s.s, shape_of(1, (int[]){1}));
    means(&s, sub(c, mul(c, row, s.x), mul(c, s.y, row)), "s x - y s", step_factor);
    means(&s, add(c, mul(c, s.p, s.x), mul(c, s.p, s.y)), "p x + p y", parameter_factor);
    means(&s, mul(c, mul(c, s.x, num(c, -2)), num(c, -3)), "x -2 -3", scaled_twice);
    means(&s, f(c, Oneg, sub(c, s.x, s.y)), "-(x - y)", negatives);
    means(&s, add(c, sub(c, add(c, f(c, Oneg, s.x), s.p), f(c, Oneg, s.y)), num(c, 0)), "-x + p - -y",
          negative_sum);
    Node *below = node2(g, Olt, s.x, s.y);
    means(&s, select_of(g, below, select_of(g, below, s.x, s.y), select_of(g, below, s.y, s.p)), "select", chosen);
    Node *soft = f(c, Osoftmax, s.x);
    means(&s, sum_of(g, mul(c, soft, row), 0, 1), "the sum of softmax times s", row_sum);
    means(&s, sum_of(g, expand_to(g, s.p, full), DROP_T | DROP_B, 0),
          "the sum of a parameter over time and batch", repeated);
    means(&s, sum_of(g, expand_to(g, row, full), 0, 1), "the sum of s over a row", repeated_row);
    means(&s, add(c, expand_to(g, s.p, full), s.p), "p + p", twice);

    /* delay(delay(x, 1), -1) is x but for the last step */
    Node *there = delay_of(g, s.x, 1, NULL), *back = delay_of(g, there, -1, NULL);
    Env *env = random_env(mem, c->m, BATCH, 5);
    Eval *e = eval_new(g, env);
    const double *v = eval(e, back, NULL), *w = eval(e, delay_of(g, there, 1, NULL), NULL), *x = env->leaf[0];
    int row_size = BATCH * WIDTH;
    expect(fabs(v[0] - x[0]) < 1e-15 && fabs(v[2 * row_size]) < 1e-15, c->title, "a delay there and back");
    expect(fabs(w[0]) + fabs(w[row_size]) < 1e-15 && fabs(w[2 * row_size] - x[0]) < 1e-15, c->title, "two delays");
    eval_free(e);
    arena_free(mem);
}

static int count(Graph *g, Op op)
{
    Order o = topo_roots(g->mem, g);
    int n = 0;
    for (int i = 0; i < o.n; i++)
        n += o.node[i]->op == op;
    return n;
}

/* (softmax(z) - onehot(y)) / n, and no sum over the classes */
static void cross_entropy(bool has_lengths)
{
    Arena *mem = arena_new();
    Scene s = scene(mem, has_lengths ? "cross-entropy, ragged" : "cross-entropy", has_lengths);
    Case *c = &s.c;
    Node *y = ids(c, "ids", s.t, WIDTH);
    Node *loss = mul(c, f(c, Oneg, total(c, mul(c, f(c, Ologsoftmax, s.x), y))), num(c, 1.0 / 6));
    derive(c->g, loss, &s.x->attr.leaf, 1);
    Graph *g = opt_dead(c->g);
    int muls = count(g, Omul), subs = count(g, Osub), expands = count(g, Oexpand);
    expect(count(g, Osum) == 0, c->title, "sums over the classes are left");
    expect(muls == 1 && subs == 1 && expands == 0, c->title, "%d mul, %d sub, %d expand are left", muls, subs,
           expands);
    if (count(g, Osum) || muls != 1)
        dump(g, stdout);
    arena_free(mem);
}

static void packing(void)
{
    Arena *mem = arena_new();
    Scene s = scene(mem, "packing", false);
    Case *c = &s.c;
    Node *h = memory(c, s.t, WIDTH, 1, NULL, "h");
    Node *z = f(c, Osigmoid, add(c, dot(c, s.x, weight(c, "Wz", 2, 2)), dot(c, h, weight(c, "Uz", 2, 2))));
    Node *n = f(c, Otanh, add(c, dot(c, s.x, weight(c, "Wn", 2, 2)), dot(c, h, weight(c, "Un", 2, 2))));
    close_state(c->g, h, add(c, z, n));
    output_is(c, "head", dot(c, h, weight(c, "V", 3, 2)));
    output_is(c, "out", z);
    int products = count(opt_pack(c->g), Ocontract);
    expect(products == 3, c->title, "%d products, expected one before the loop, one in it, one after it", products);
    arena_free(mem);
}

void folds(void)
{
    algebra();
    cross_entropy(false);
    cross_entropy(true);
    packing();
}
