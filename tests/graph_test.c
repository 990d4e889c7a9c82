/* graph_test.c -- graphs built by hand, one a kind of network, and random ones: derivatives, passes, padding,
 * streaming. Needs gen/ but its main.c and emit_*; prints "N passed, N failed".
 */
#include "graph_kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void random_models(int from, int to);
void folds(void);
void refusals(void);

static Node *squares(Case *c, Node *x, const char *weights)        /* a loss that notices every element */
{
    Node *w = given(c, weights, x->type.axis, x->type.shape.dim[0]);
    return total(c, add(c, mul(c, x, w), mul(c, mul(c, x, x), num(c, 0.3))));
}

static void stacked_rnn(Case *c)
{
    Axis *t = axis_of(c, "time", 4, false);
    Node *x = given(c, "x", t, 3);
    Node *h = memory(c, t, 2, 1, start_of(c, "h", 0, 2), "h");
    Node *first = f(c, Otanh, add(c, dot(c, with(c, x, h), weight(c, "W", 2, 5)), weight(c, "b", 2, 0)));
    close_state(c->g, h, first);
    Node *k = memory(c, t, 2, 1, NULL, "k");
    Node *second = f(c, Otanh, add(c, dot(c, first, weight(c, "W1", 2, 2)), dot(c, k, weight(c, "U1", 2, 2))));
    close_state(c->g, k, second);
    Node *last = last_of(c->g, second, NULL, -1);
    output_is(c, "out", second);
    loss_is(c, add(c, squares(c, second, "w"), total(c, mul(c, last, last))));
}

static Node *lstm(Case *c, Axis *t, Node *x, int size, int hidden, Node *h0)
{
    Node *h = memory(c, t, hidden, 1, h0, "lstm.h"), *cell = memory(c, t, hidden, 1, NULL, "lstm.c");
    Node *all = add(c, add(c, dot(c, x, weight(c, "Wx", 4 * hidden, size)), weight(c, "bx", 4 * hidden, 0)),
                    dot(c, h, weight(c, "Wh", 4 * hidden, hidden)));
    Node *i = f(c, Osigmoid, part(c, all, 0, 4)), *forget = f(c, Osigmoid, part(c, all, 1, 4));
    Node *g = f(c, Otanh, part(c, all, 2, 4)), *o = f(c, Osigmoid, part(c, all, 3, 4));
    Node *next = add(c, mul(c, forget, cell), mul(c, i, g)), *out = mul(c, o, f(c, Otanh, next));
    close_state(c->g, cell, next);
    close_state(c->g, h, out);
    return out;
}

static Node *cross_entropy(Case *c, Node *logits, Node *target, double n)
{
    return mul(c, f(c, Oneg, total(c, mul(c, f(c, Ologsoftmax, logits), target))), num(c, 1 / n));
}

static void lstm_language(Case *c)
{
    Axis *t = axis_of(c, "time", 4, false);
    Node *x = ids(c, "chars", t, 5), *y = ids(c, "next", t, 5);
    y->args[0]->attr.leaf->role = TARGET;
    Node *h = lstm(c, t, x, 5, 2, weight(c, "h0", 2, 0));
    Node *z = add(c, dot(c, h, weight(c, "V", 5, 2)), weight(c, "d", 5, 0));
    output_is(c, "p", f(c, Osoftmax, z));
    loss_is(c, cross_entropy(c, z, y, 12));
}

static void lstm_ragged_last(Case *c)                   /* loss on the last two steps of each example */
{
    Axis *t = axis_of(c, "time", 4, true);
    Attr a = {.axis = t};
    Node *x = given(c, "x", t, 3), *y = ids(c, "next", t, 4);
    Node *z = dot(c, lstm(c, t, x, 3, 2, weight(c, "h0", 2, 0)), weight(c, "V", 4, 2));
    Node *early =
        node2(c->g, Olt, node(c->g, Oindex, 0, NULL, a), sub(c, node(c->g, Olength, 0, NULL, a), num(c, 2)));
    Node *recent = vec(c, sub(c, num(c, 1), early), 1);
    Node *ce = mul(c, mul(c, f(c, Ologsoftmax, z), y), recent);
    output_is(c, "z", z);
    loss_is(c, node2(c->g, Odiv, f(c, Oneg, total(c, ce)), node(c->g, Olanes, 0, NULL, (Attr){0})));
}

static Node *gru(Case *c, Axis *t, Node *x, int size, int k, const char *tag)
{
    char name[4][32];
    static const char *const of[4] = {"W", "U", "b", "h0"};
    for (int i = 0; i < 4; i++)
        snprintf(name[i], sizeof name[i], "%s%s", of[i], tag);
    Node *h = memory(c, t, 2, k, start_of(c, name[3], 0, 2), copy_text(c->m->mem, tag));
    Node *xs = add(c, dot(c, x, weight(c, name[0], 6, size)), weight(c, name[2], 6, 0));
    Node *hs = dot(c, h, weight(c, name[1], 6, 2));
    Node *r = f(c, Osigmoid, add(c, part(c, xs, 0, 3), part(c, hs, 0, 3)));
    Node *z = f(c, Osigmoid, add(c, part(c, xs, 1, 3), part(c, hs, 1, 3)));
    Node *n = f(c, Otanh, add(c, part(c, xs, 2, 3), mul(c, r, part(c, hs, 2, 3))));
    Node *out = add(c, mul(c, sub(c, num(c, 1), z), n), mul(c, z, h));
    close_state(c->g, h, out);
    return out;
}

static void gru_both_ways(Case *c)
{
    Axis *t = axis_of(c, "time", 4, true);
    Node *x = given(c, "x", t, 3), *both = NULL, *finals = NULL;
    for (int layer = 0; layer < 2; layer++) {
        Node *up = gru(c, t, layer ? both : x, layer ? 4 : 3, 1, layer ? "1f" : "0f");
        Node *down = gru(c, t, layer ? both : x, layer ? 4 : 3, -1, layer ? "1r" : "0r");
        both = with(c, up, down);
        Node *e = add(c, last_of(c->g, up, weight(c, layer ? "e1" : "e0", 2, 0), -1), last_of(c->g, down, NULL, 1));
        finals = finals ? add(c, finals, e) : e;
    }
    output_is(c, "out", both);
    loss_is(c, add(c, squares(c, both, "w"), total(c, mul(c, finals, finals))));
}

/* encoder, decoder fed with the targets, additive attention */
static void attention(Case *c)
{
    Axis *s = axis_of(c, "source", 3, true), *t = axis_of(c, "target", 4, true);
    Node *encoded = gru(c, s, given(c, "x", s, 3), 3, 1, "enc"), *y = ids(c, "y", t, 3);
    Node *h = memory(c, t, 2, 1, last_of(c->g, encoded, NULL, -1), "dec");
    Node *keys = matrix_of(c->g, dot(c, encoded, weight(c, "Wk", 2, 2))), *values = matrix_of(c->g, encoded);
    int rows = s->steps, one[2] = {1, 2};
    Node *q = reshape_to(c->g, dot(c, h, weight(c, "Wq", 2, 2)), shape_of(2, one));
    Node *score = contract_of(c->g, f(c, Otanh, add(c, q, keys)), weight(c, "v", 2, 0), "sa", "a", "s", 0);
    Node *there = vec(c, matrix_of(c->g, inside(c->g, s)), rows);
    Node *alpha = f(c, Osoftmax, select_of(c->g, there, score, num(c, -1e30)));
    Node *context = contract_of(c->g, alpha, values, "s", "sh", "h", 0);
    Node *fed = with(c, delay_of(c->g, y, 1, weight(c, "go", 3, 0)), context);
    Node *out = f(c, Otanh, dot(c, with(c, fed, h), weight(c, "Wd", 2, 7)));
    close_state(c->g, h, out);
    Node *z = dot(c, out, weight(c, "V", 3, 2));
    output_is(c, "z", z);
    loss_is(c, total(c, mul(c, f(c, Ologsoftmax, z), y)));
}

static void convolution(Case *c)                        /* causal, dilated, then strided, into a recurrence */
{
    Axis *t = axis_of(c, "time", 7, true);
    Node *x = given(c, "x", t, 2), *sum = weight(c, "b", 2, 0);
    for (int j = 0; j < 3; j++) {
        const char *name = format(c->m->mem, "K%d", j);
        sum = add(c, sum, dot(c, j < 2 ? delay_of(c->g, x, 2 * (2 - j), NULL) : x, weight(c, name, 2, 2)));
    }
    Node *strided = sample_of(c->g, f(c, Orelu, sum), 2, 1);
    Node *h = memory(c, strided->type.axis, 2, 1, NULL, "h");
    Node *out = f(c, Otanh, add(c, strided, dot(c, h, weight(c, "U", 2, 2))));
    close_state(c->g, h, out);
    loss_is(c, total(c, mul(c, out, out)));
    output_is(c, "last", last_of(c->g, out, NULL, -1));
}

static void wave(Case *c)                               /* delays of 2 and 3 that a step must keep rows for */
{
    Axis *t = axis_of(c, "time", 6, false);
    Node *x = given(c, "x", t, 2);
    Node *h = memory(c, t, 2, 3, weight(c, "history", 3, 2), "h");
    Node *a = f(c, Otanh, add(c, dot(c, delay_of(c->g, x, 2, weight(c, "before", 2, 0)), weight(c, "A", 2, 2)), x));
    Node *g = f(c, Osigmoid, add(c, dot(c, x, weight(c, "B", 2, 2)), h));
    Node *out = mul(c, a, g);
    close_state(c->g, h, out);
    output_is(c, "out", out);
    loss_is(c, squares(c, out, "w"));
}

static void layer_norm(Case *c)                         /* inside the recurrence, with a logarithm outside */
{
    Axis *t = axis_of(c, "time", 4, true);
    Node *x = given(c, "x", t, 3), *h = memory(c, t, 3, 1, NULL, "h");
    Node *z = add(c, dot(c, x, weight(c, "W", 3, 3)), dot(c, h, weight(c, "U", 3, 3)));
    Node *centred = sub(c, z, mul(c, sum_of(c->g, z, 0, 1), num(c, 1 / 3.0)));
    Node *variance = mul(c, sum_of(c->g, mul(c, centred, centred), 0, 1), num(c, 1 / 3.0));
    Node *unit = over(c, centred, f(c, Osqrt, add(c, variance, num(c, 1e-2))));
    Node *out = f(c, Otanh, add(c, mul(c, unit, weight(c, "scale", 3, 0)), weight(c, "shift", 3, 0)));
    close_state(c->g, h, out);
    Node *far = f(c, Olog, add(c, f(c, Oexp, x), mul(c, out, out)));
    output_is(c, "out", out);
    loss_is(c, add(c, squares(c, out, "w"), total(c, over(c, far, add(c, x, num(c, 2))))));
}

/* last, mean and largest over time; absolute value, max, min */
static void pooling(Case *c)
{
    Axis *t = axis_of(c, "time", 5, true);
    Attr at = {.axis = t};
    Node *x = given(c, "x", t, 3);
    Node *mean = node2(c->g, Odiv, sum_of(c->g, x, DROP_T, 0),
                       node2(c->g, Omax, node(c->g, Olength, 0, NULL, at), num(c, 1)));
    Node *most = sum_of(c->g, mul(c, x, peak_of(c, x)), DROP_T, 0),
         *last = last_of(c->g, x, weight(c, "e", 3, 0), -1);
    Node *all = node2(c->g, Omax, with(c, mean, most), with(c, last, f(c, Oabs, mean)));
    Node *out = f(c, Otanh, dot(c, all, weight(c, "W", 2, 6)));
    Node *again = node2(c->g, Omin, mul(c, out, part(c, x, 0, 1)->type.shape.rank ? slice_of(c->g, x, 0, 2) : x),
                        num(c, 0.2));
    output_is(c, "out", out);
    loss_is(c, add(c, total(c, mul(c, out, out)), total(c, again)));
}

/* a decoder fed with its own choice: forward and its gradient */
static void own_argmax(Case *c)
{
    Axis *t = axis_of(c, "time", 4, false);
    Node *h = memory(c, t, 3, 1, start_of(c, "h", 0, 3), "h"),
         *fed = memory(c, t, 4, 1, weight(c, "go", 4, 0), "fed");
    Node *out = f(c, Otanh, add(c, dot(c, fed, weight(c, "W", 3, 4)), dot(c, h, weight(c, "U", 3, 3))));
    Node *z = dot(c, out, weight(c, "V", 4, 3));
    close_state(c->g, h, out);
    close_state(c->g, fed, node1(c->g, Obest, z));
    output_is(c, "p", f(c, Osoftmax, z));
    loss_is(c, squares(c, z, "w"));
}

static void gates_apart(Case *c)                        /* one product a gate: what packing is for */
{
    Axis *t = axis_of(c, "time", 4, false);
    Node *x = given(c, "x", t, 3), *h = memory(c, t, 2, 1, NULL, "h");
    Node *z = f(c, Osigmoid, add(c, dot(c, x, weight(c, "Wz", 2, 3)), dot(c, h, weight(c, "Uz", 2, 2))));
    Node *n = f(c, Otanh, add(c, dot(c, x, weight(c, "Wn", 2, 3)),
                              contract_of(c->g, h, weight(c, "Un", 2, 2), "i", "oi", "o", 0)));
    Node *out = add(c, mul(c, sub(c, num(c, 1), z), n), mul(c, z, h));
    close_state(c->g, h, out);
    output_is(c, "out", out);
    loss_is(c, squares(c, out, "w"));
}

/* io instead of oi, second operand first: cut at the front */
static void turned_weights(Case *c)
{
    Axis *t = axis_of(c, "time", 4, true);
    Node *x = given(c, "x", t, 3), *h = memory(c, t, 2, 1, NULL, "h");
    Node *out = f(c, Otanh, contract_of(c->g, weight(c, "W", 5, 2), with(c, x, h), "io", "i", "o", 0));
    close_state(c->g, h, out);
    output_is(c, "out", out);
    loss_is(c, squares(c, out, "w"));
}

/* only the first two of three parts; a divisor that is 0 in the padding */
static void parts_unused(Case *c)
{
    Axis *t = axis_of(c, "time", 4, true);
    Node *x = given(c, "x", t, 2), *z = f(c, Otanh, dot(c, x, weight(c, "W", 6, 2)));
    Node *far = add(c, f(c, Osign, x), x), *ratio = over(c, part(c, z, 0, 3), far);
    loss_is(c, squares(c, dot(c, add(c, ratio, part(c, z, 1, 3)), weight(c, "V", 2, 2)), "w"));
    output_is(c, "z", z);
}

static void second_derivative(Case *c)                  /* the loss is made of a first gradient */
{
    Axis *t = axis_of(c, "time", 3, false);
    Node *x = given(c, "x", t, 2), *h = memory(c, t, 2, 1, start_of(c, "h0", 0, 2), "h"), *w = weight(c, "W", 2, 2);
    Node *out = f(c, Otanh, add(c, dot(c, h, w), x));
    close_state(c->g, h, out);
    Leaf *wrt[2] = {w->attr.leaf, x->attr.leaf};
    derive(c->g, total(c, mul(c, out, out)), wrt, 2);
    Node *dw = c->g->root[c->g->roots - 2].node, *dx = c->g->root[c->g->roots - 1].node;
    c->g->roots -= 2;
    loss_is(c, add(c, total(c, mul(c, dw, dw)), total(c, mul(c, dx, f(c, Osigmoid, dx)))));
}

int main(int argc, char **argv)
{
    int models = argc > 1 ? atoi(argv[1]) : 60;
    hold("stacked RNN, [x h] W", stacked_rnn, 1, true);
    hold("LSTM, cross-entropy", lstm_language, 2, true);
    hold("LSTM, loss on the last steps", lstm_ragged_last, 3, true);
    hold("GRU both ways, ragged", gru_both_ways, 4, false);
    hold("attention", attention, 5, true);
    hold("convolution, strided", convolution, 6, false);
    hold("delays with history", wave, 7, true);
    hold("layer norm", layer_norm, 8, true);
    hold("pooling", pooling, 9, false);
    hold("own argmax", own_argmax, 10, true);
    hold("gates apart", gates_apart, 11, true);
    hold("turned weights", turned_weights, 13, true);
    hold("parts unused", parts_unused, 14, true);
    hold("second derivative", second_derivative, 12, false);
    folds();
    refusals();
    random_models(0, models);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
