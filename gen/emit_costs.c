/* emit_costs.c -- what a predictor costs, from its text and its plan: bytes of constants, state, stack, code; arithmetic.
 * Bytes of data are exact, the stack is a bound, the code is an estimate for a Cortex-M.
 */
#include "emit_predictor.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The arrays of the function whose arrays are largest: compilers need not let them share a place. */
static long local_arrays(const char *code, long bytes)
{
    long most = 0, now = 0;
    for (const char *s = code; s && *s; s = strchr(s, '\n'), s += s != NULL) {
        const char *end = strchr(s, '\n'), *at = strstr(s, "RT_ALIGNED real ");
        if (*s == '}')
            now = 0;
        if (!at || (end && at > end))
            continue;
        at = strchr(at, '[');
        if (strncmp(at, "[work_size]", 11))
            now += strtol(at + 1, NULL, 10) * bytes;
        most = now > most ? now : most;
    }
    return most;
}

enum {
    REGISTERS = 768,                                    /* saved, spilled; vectors of 16 bytes; functions of functions */
    SLACK = 64                                          /* arrays lie at multiples of 64 */
};

/* Without a library it is for a small processor, whose vectors are not wide. Elsewhere one compiler or another (gcc -O1, clang -Os)
 * keeps sums in memory, up to 3100 bytes more than narrow ones (measured), which nobody there will miss. */
static long registers_of(const Plan *p) { return REGISTERS + SLACK + (p->o->freestanding ? 0 : WIDE_VECTORS); }

/* Its own place, copies of the state, registers that are saved: with gcc and clang, optimised. */
long stack_of(const Plan *p, const char *code)
{
    long next = 0;                                      /* what the state becomes, until all of it has been read */
    const long bytes = p->o->double_precision ? 8 : 4;
    const bool seen = !p->o->freestanding && strstr(code, "} next_state;");     /* among the arrays */
    for (int i = 0; i < p->g->roots && !seen; i++)
        if (p->g->root[i].kind == R_FINAL)
            next += numbers_of(p->g->root[i].node->type) * bytes;
    long work = p->purpose == FOR_STEP ? p->work * bytes : 0;
    long arrays = strstr(code, "real work[work_size]") ? local_arrays(code, bytes) + work : local_arrays(code, bytes);
    return (arrays + (p->purpose == FOR_STEP ? next : 0) + registers_of(p) + 7) / 8 * 8;
}

long stack_of_block(const Plan *block)
{
    const long bytes = block->o->double_precision ? 8 : 4;
    return (block->work * bytes + registers_of(block) + 7) / 8 * 8;
}

static bool trained(const Node *n)
{
    if (n->op == Oparam)
        return true;
    for (int i = 0; i < n->nargs; i++)
        if (trained(n->args[i]))
            return true;
    return false;
}

/* Those in products, and those of values with trained numbers element by element: a layer of one input is no product any more. */
long multiply_adds_of(const Plan *p)
{
    double n = flops_of(p) / 2;
    for (int i = 0; i < p->order.n; i++) {
        const Node *x = p->order.node[i];
        if (x->op != Omul || is_fixed(p, x))
            continue;
        for (int k = 0; k < 2; k++)
            if (is_fixed(p, x->args[k]) && trained(x->args[k])) {
                n += (double)shape_size(x->type.shape) * (x->type.axis && p->purpose != FOR_STEP ? x->type.axis->steps : 1);
                break;
            }
    }
    return (long)n;
}

long ram_of(const Plan *p, const Costs *c) { return c->state + c->stack + c->begin + (p->purpose == FOR_STEP ? 0 : c->work); }

/* Measured: bytes that each of these adds, each time and the first time, by least squares over 89 descriptions in models/, bench/,
 * examples/ and tests/, with gcc 12 -Os for a Cortex-M4F. A comment stands for a statement of the description;
 * a square root without a library is one of doubles, which the compiler's own brings along. */
static const struct { const char *text; double each, first; } piece[] = {
    { "rtv_store", 15.5, 0 }, { "rtv_load", 3.6, 0 }, { "rtv_exp(", 104.5, 0 }, { "rtv_tanh(", 104.7, 0 }, { "rt_tanh(", 158, 0 },
    { "rtv_sigmoid(", 141.8, 0 }, { "rt_sigmoid(", 143.8, 0 }, { "tanh(", 0, 84.6 }, { "sigmoid(", 0, 83.4 }, { "sqrt(", 0, 3100 },
    { "rtv_select", 57.7, 51.7 }, { "rtv_max_of(", 103.8, 0 }, { "_step_", 2.3, 0 }, { "memcpy(", 8.3, 0 }, { "/*", 4.7, 0 },
    { "rt_zero", 37.7, 0 }, { "rt_product_dots(", 78, 0 }, { "for (", 19.5, 0 }, { ";", 1, 0 }, { "? ", 1.2, 0 },
};

long code_of(const char *code)
{
    double bytes = 21.5;
    for (size_t i = 0; i < sizeof piece / sizeof *piece; i++) {
        bytes += strstr(code, piece[i].text) ? piece[i].first : 0;
        for (const char *s = code; (s = strstr(s, piece[i].text)); s += strlen(piece[i].text))
            bytes += piece[i].each;
    }
    for (const char *s = code; (s = strstr(s, "rt_matvec_packed(")); s++) {     /* N, K, ...: panels of 64, and what is left */
        char *end;
        const long n = strtol(s + 17, &end, 10), k = strtol(end + 1, NULL, 10), parts = (n >= 64) + (n % 64 > 0);
        bytes += (k >= 4 ? 105.4 * (double)parts : 0) + (k % 4 ? 21.8 * (double)parts : 0);
    }
    for (const char *s = code; (s = strstr(s, "rt_product_packed(")); s++) {    /* M, N, K, ... */
        char *end;
        strtol(s + 18, &end, 10);
        bytes += strtol(end + 1, NULL, 10) > 8 ? 822.1 : 331.7;
    }
    return (long)bytes;
}

uint64_t hash_of_weights(const Model *m, const Weights *w, bool twice)
{
    uint64_t h = 0;
    for (int i = 0; i < m->leaves; i++) {
        if (m->leaf[i]->role != PARAM)
            continue;
        for (size_t j = 0; j < m->leaf[i]->size; j++) {
            double x = w->leaf[i][j];
            float y = (float)x;
            h = twice ? hash_bytes(h, &x, sizeof x) : hash_bytes(h, &y, sizeof y);
        }
    }
    return h;
}

static void hash_macro(Text *d, const char *name, uint64_t value, const char *about)
{
    put(d, "{ name="), quote(d, name), put(d, ", value=\"UINT64_C(0x%016" PRIx64 ")\", about=", value), quote(d, about), put(d, " },\n");
}

void cost_macros(Text *d, Arena *mem, const char *up, const Costs *c, bool steps)
{
    macro(d, format(mem, "%s_PARAMETERS", up), c->parameters, "trained numbers");
    macro(d, format(mem, "%s_WEIGHT_BYTES", up), c->weights, "of constants, packed");
    macro(d, format(mem, "%s_STATE_BYTES", up), c->state, steps ? "of the state" : "the network keeps none between runs");
    macro(d, format(mem, "%s_WORK_BYTES", up), c->work, steps ? "of the stack that a step works on" : "of the workspace");
    macro(d, format(mem, "%s_STACK_BYTES", up), c->stack,
          c->narrow ? "no call needs more of the stack, optimised by gcc or clang, with vectors of 16 bytes or none"
                    : "no call needs more of the stack, optimised by gcc or clang");
    if (c->classes)
        macro(d, format(mem, "%s_GENERATE_STACK_BYTES", up), c->stack + 16 * c->classes + 768, "nor generate or beam more than this");
    macro(d, format(mem, "%s_MULTIPLY_ADDS", up), c->multiply_adds, steps ? "a step, with trained numbers and in products" : "a run, with trained numbers and in products");
    macro(d, format(mem, "%s_RECEPTIVE_FIELD", up), c->reach.past < 0 ? 0 : c->reach.past,
          c->reach.past < 0 ? "an output depends on every step before its own" : "steps, its own among them, on which an output depends");
    macro(d, format(mem, "%s_LOOK_AHEAD", up), c->reach.future < 0 ? c->axis_steps - 1 : c->reach.future,
          "steps after its own on which an output depends");
    hash_macro(d, format(mem, "%s_MODEL_HASH", up), c->model_hash, "of the code, and so of the network's form");
    hash_macro(d, format(mem, "%s_WEIGHTS_HASH", up), c->weights_hash, "of the trained numbers");
}
