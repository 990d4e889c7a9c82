/* step_run.c -- holds one predictor (NAME, HEADER, IN classes, OUT outputs, by the compiler's -D) to what its
 * header promises: step k times is run of k, states do not disturb each other, a copied state goes on the same.
 * Prints its outputs for a comparison, and what differs to standard error.
 */
#include HEADER

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
#define STATE PASTE(NAME, _state)
#define RESET PASTE(NAME, _reset)
#define STEP PASTE(NAME, _step)
#define RUN PASTE(NAME, _run)
#define TEXT2(a) #a
#define TEXT(a) TEXT2(a)

enum { K = 137, HALF = 61 };

static int32_t id[K];
static NUMBER once[K * OUT], again[K * OUT], other[K * OUT];
static int bad;

static void same(const void *a, const void *b, size_t n, const char *what)
{
    if (memcmp(a, b, n)) {
        fprintf(stderr, "%s: %s: differs\n", TEXT(NAME), what);
        bad = 1;
    }
}

int main(void)
{
    unsigned seed = 7;
    STATE s, t, kept;
    size_t i;
    for (i = 0; i < K; i++) {
        seed = seed * 1103515245u + 12345u;
        id[i] = (int32_t)(seed >> 16) % IN;
    }
    RESET(&s);
    for (i = 0; i < K; i++)
        STEP(&s, id + i, once + i * OUT);
    memset(&t, 0xff, sizeof t);                         /* reset leaves nothing of what was there */
    RESET(&t);
    RUN(&t, K, id, again);
    same(once, again, sizeof once, "step by step and run");
    same(&s, &t, sizeof s, "the state of step and run");

    RESET(&t);
    RUN(&t, HALF, id, again);
    memcpy(&kept, &t, sizeof t);
    RUN(&t, 0, id, again);
    same(&kept, &t, sizeof t, "run of no steps: the state");
    RUN(&t, K - HALF, id + HALF, again + HALF * OUT);
    same(once, again, sizeof once, "run in two parts");
    memset(again, 0, sizeof again);
    RUN(&kept, K - HALF, id + HALF, again + HALF * OUT);
    same(once + HALF * OUT, again + HALF * OUT, (K - HALF) * OUT * sizeof *once, "a copied state");

    RESET(&s);
    RESET(&t);
    for (i = 0; i < K; i++) {                           /* one forwards, one backwards through the same input */
        STEP(&s, id + i, again + i * OUT);
        STEP(&t, id + K - 1 - i, other + i * OUT);
    }
    same(once, again, sizeof once, "two states in turn");
    RESET(&kept);
    for (i = 0; i < K; i++)
        STEP(&kept, id + K - 1 - i, again + i * OUT);
    same(other, again, sizeof other, "the second of two states in turn");

    for (i = 0; i < K * OUT; i++)
        printf("%.17g\n", (double)once[i]);
    return bad;
}
