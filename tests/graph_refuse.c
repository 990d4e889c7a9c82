/* graph_refuse.c -- what has no meaning, and the sentence that says so. Each mistake is made in a process of
 * its own, since the user's errors end the compiler.
 */
#define _POSIX_C_SOURCE 200809L
#include "graph_kit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void refused(const char *title, Build *build, const char *expected)
{
    int pipes[2];
    char text[1024];
    size_t n = 0;
    fflush(stdout);
    if (pipe(pipes))
        abort();
    pid_t child = fork();
    if (child == 0) {
        Arena *mem = arena_new();
        Model m = {.mem = mem, .name = "m", .file = "m.lua", .batch = 2};
        Case c = {.title = title, .m = &m, .g = graph_new(&m, mem), .batch = 2};
        dup2(pipes[1], STDERR_FILENO);
        c.g->loc = (Loc){"m.lua", 7};
        build(&c);
        arena_free(mem);
        _exit(0);
    }
    close(pipes[1]);
    for (ssize_t got; n < sizeof text - 1 && (got = read(pipes[0], text + n, sizeof text - 1 - n)) > 0;)
        n += (size_t)got;
    text[n] = 0;
    close(pipes[0]);
    int status = 0;
    waitpid(child, &status, 0);
    expect(WIFEXITED(status) && WEXITSTATUS(status) == 1, title, "not refused");
    expect(strstr(text, expected) != NULL, title, "says: %s", text);
}

static Axis *time_of(Case *c) { return axis_of(c, "time", 3, false); }
static Node *h_of(Case *c, Axis *t, int k, const char *name) { return memory(c, t, 2, k, NULL, name); }

static void contract_sizes(Case *c) { dot(c, given(c, "x", time_of(c), 64), weight(c, "W", 2, 128)); }
static void contract_letter(Case *c)
{
    contract_of(c->g, given(c, "x", time_of(c), 2), weight(c, "W", 2, 2), "i", "oj", "o", 0);
}
static void shapes(Case *c) { add(c, weight(c, "a", 3, 0), weight(c, "b", 4, 0)); }
static void axes(Case *c)
{
    add(c, given(c, "x", time_of(c), 2), given(c, "y", axis_of(c, "words", 3, false), 2));
}
static void concat_shapes(Case *c) { with(c, weight(c, "a", 3, 2), weight(c, "b", 4, 2)); }
static void no_axis(Case *c) { sum_of(c->g, weight(c, "a", 3, 0), DROP_T, 0); }
static void delay_0(Case *c) { delay_of(c->g, given(c, "x", time_of(c), 2), 0, NULL); }
static void initial_shape(Case *c) { memory(c, time_of(c), 2, 2, weight(c, "h0", 3, 0), "h"); }

static void never_closed(Case *c)
{
    output_is(c, "out", f(c, Otanh, h_of(c, time_of(c), 1, "h")));
    topo_roots(c->m->mem, c->g);
}

static void closed_twice(Case *c)
{
    Node *h = h_of(c, time_of(c), 1, "h");
    close_state(c->g, h, f(c, Otanh, h));
    close_state(c->g, h, h);
}

static void closed_wrong(Case *c)
{
    Axis *t = time_of(c);
    close_state(c->g, h_of(c, t, 1, "h"), given(c, "x", t, 3));
}

static void two_signs(Case *c)
{
    Axis *t = time_of(c);
    Node *a = h_of(c, t, 2, "a"), *b = h_of(c, t, -1, "b");
    close_state(c->g, a, f(c, Otanh, b));
    close_state(c->g, b, f(c, Otanh, a));
    output_is(c, "out", a);
    components(c->m->mem, c->g);
}

static void all_steps(Case *c)
{
    Axis *t = time_of(c);
    Node *h = h_of(c, t, 1, "h");
    close_state(c->g, h, add(c, given(c, "x", t, 2), sum_of(c->g, h, DROP_T, 0)));
    output_is(c, "out", h);
    components(c->m->mem, c->g);
}

static void loss_vector(Case *c)
{
    Node *w = weight(c, "w", 2, 0);
    derive(c->g, mul(c, w, w), &w->attr.leaf, 1);
}

static void stepped(Case *c, Node *out)                 /* a refusal to step is a sentence, not an error */
{
    const char *why = "it can step";
    output_is(c, "out", out);
    if (opt_stream(c->g, FOR_SAMPLE, &why))
        why = "it can step";
    err((Loc){0}, "%s", why);
}

static void step_ahead(Case *c)
{
    Axis *t = time_of(c);
    Node *h = h_of(c, t, -1, "reversed");
    close_state(c->g, h, f(c, Otanh, add(c, h, given(c, "x", t, 2))));
    stepped(c, h);
}

static void step_mean(Case *c)
{
    Node *x = given(c, "x", time_of(c), 2);
    stepped(c, sub(c, x, sum_of(c->g, x, DROP_T, 0)));
}

void refusals(void)
{
    refused("sizes of a product", contract_sizes,
            "m.lua:7: contract i,oi->o: i is 64 in the first operand, 128 in the second");
    refused("a letter alone", contract_letter, "contract i,oj->o: i stands in one place only");
    refused("shapes", shapes, "m.lua:7: add: shapes [3] and [4] do not broadcast");
    refused("axes", axes, "m.lua:7: add: operands on different axes: time, words");
    refused("concat", concat_shapes, "concat: shapes [3, 2] and [4, 2] differ before the last dimension");
    refused("sum without axis", no_axis, "sum: 'a' ([3]) lies on no axis");
    refused("delay 0", delay_0, "delay by 0 steps");
    refused("initial shape", initial_shape,
            "initial value of shape [3] for a state of shape [2]; expected [2] or [2, 2]");
    refused("open state", never_closed, "state 'h' is never given its next value");
    refused("closed twice", closed_twice, "state 'h' (line 7) is given its next value twice");
    refused("closed with another shape", closed_wrong, "state 'h': [2] is given [3]");
    refused("two signs", two_signs, "one recurrence looks back ('a' by 2) and ahead ('b' by 1)");
    refused("all steps at once", all_steps, "recurrence 'h' needs all its steps at once: 'sum' is outside time");
    refused("loss", loss_vector, "a loss is one number, found [2]");
    refused("stepping ahead", step_ahead, "m.lua:7: 'reversed' looks 1 ahead");
    refused("stepping with a sum over time", step_mean, "m.lua:7: sum needs all steps of time");
}
