/* generate.c -- holds what NAME_generate and NAME_beam of one predictor (NAME, HEADER, CLASSES classes, by the compiler's -D; BEGIN: an
 * encoder comes first) to what its header promises; prints texts, for a comparison between compilers.
 */
#include HEADER

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASTE2(a, b) a##b
#define PASTE(a, b) PASTE2(a, b)
#define STATE PASTE(NAME, _state)
#define OPTIONS PASTE(NAME, _options)
#define GENERATE PASTE(NAME, _generate)
#define BEAM PASTE(NAME, _beam)
#define BYTES(w, m) PASTE(UPPER, _BEAM_BYTES)(w, m)

enum { MOST = 40, DRAWS = 20000, SHORT = 3 };

static int bad;

static void check(int good, const char *what, double found)
{
    if (!good)
        printf("FAILED %s: %g\n", what, found), bad = 1;
}

static STATE begun(int k)
{
    STATE s;
#ifdef BEGIN
    static union { double align; unsigned char bytes[65536]; } room;
    const int32_t source[6] = { k % 7, 1, 2, (3 + k) % 7, 4, 5 }, length = 1 + k % 6;
    PASTE(NAME, _begin)(&s, source, &length, room.bytes + (64 - (size_t)room.bytes % 64) % 64);
#else
    (void)k;
    PASTE(NAME, _reset)(&s);
#endif
    return s;
}

static void step(STATE *s, int32_t id, float *p)
{
#ifdef BEGIN
    float weight[6];
    PASTE(NAME, _step)(s, &id, p, weight);
#else
    PASTE(NAME, _step)(s, &id, p);
#endif
}

static void greedy_is_beam_of_one(void)
{
    OPTIONS how = { MOST, -1, 0, 0, 0, 1, 0 };
    void *room = malloc(BYTES(8, MOST));
    for (int k = 0; k < 30; k++) {
        int32_t a[MOST], b[MOST], n, m, width = how.width = 1;
        STATE s = begun(k), kept = s;
        how.stop = k % 3 ? k % CLASSES : -1, how.length_power = k % 2;
        m = BEAM(&s, &how, k % CLASSES, b, room);
        check(!memcmp(&s, &kept, sizeof s), "the beam's start changed", k);
        n = GENERATE(&s, &how, k % CLASSES, a);
        check(n == m && !memcmp(a, b, (size_t)n * sizeof *a), "greedy and a beam of one", k);
        for (how.width = 2; how.width <= 8; how.width *= 2) {
            m = BEAM(&kept, &how, k % CLASSES, b, room);
            check(m >= 0 && m <= MOST, "a wider beam", m);
        }
        printf("%d:", (int)width);
        for (int i = 0; i < n; i++)
            printf(" %d", (int)a[i]);
        puts("");
    }
    check(GENERATE(&(STATE){ 0 }, &how, CLASSES, (int32_t[MOST]){ 0 }) == -1, "a first class that is none", CLASSES);
    free(room);
}

/* the best of all texts of SHORT classes, by trying them */
static double search(STATE s, int32_t id, int left, double sum, int32_t *now, int32_t *ids, double best)
{
    float p[CLASSES];
    if (left == 0) {
        if (sum > best)
            memcpy(ids, now - SHORT, SHORT * sizeof *ids);
        return sum > best ? sum : best;
    }
    step(&s, id, p);
    for (int32_t i = 0; i < CLASSES; i++) {
        *now = i;
        best = search(s, i, left - 1, sum + log((double)p[i]), now + 1, ids, best);
    }
    return best;
}

static void wide_beam_is_search(void)
{
    const int32_t width = CLASSES * CLASSES;
    OPTIONS how = { SHORT, -1, 0, 0, 0, 0, 0 };
    void *room = malloc(BYTES((size_t)width, SHORT));
    how.width = width;
    for (int k = 0; k < 4; k++) {
        int32_t a[SHORT], b[SHORT], now[SHORT];
        STATE s = begun(k);
        search(s, k, SHORT, 0, now, a, -1e300);
        check(BEAM(&s, &how, k, b, room) == SHORT && !memcmp(a, b, sizeof a), "a wide beam and all texts", k);
    }
    free(room);
}

static void frequencies(int32_t top_k)
{
    OPTIONS how = { 1, -1, 1, top_k, 0, 0, 0 };
    STATE first = begun(3), s = first;
    float p[CLASSES];
    double share[CLASSES], total = 0, sum = 0;
    long count[CLASSES] = { 0 };
    int classes = 0;
    step(&s, 1, p);
    for (int i = 0; i < CLASSES; i++) {
        int above = 0;
        for (int j = 0; j < CLASSES; j++)
            above += p[j] > p[i];
        share[i] = top_k == 0 || above < top_k ? (double)p[i] : 0;
        total += share[i];
    }
    for (int k = 0; k < DRAWS; k++) {
        int32_t id = -1;
        s = first, how.seed = 1000 + (uint64_t)k;
        check(GENERATE(&s, &how, 1, &id) == 1 && id >= 0 && id < CLASSES, "a class", id);
        count[id]++;
    }
    for (int i = 0; i < CLASSES; i++) {
        const double want = DRAWS * share[i] / total;
        if (share[i] > 0)
            sum += ((double)count[i] - want) * ((double)count[i] - want) / want, classes++;
        else
            check(count[i] == 0, "drawn but not among the likeliest", i);
    }
    check(classes == (top_k ? top_k : CLASSES) && sum / (classes - 1) < 2, "frequencies", sum / (classes - 1));
}

static void texts(void)
{
    OPTIONS how = { MOST, -1, 0, 0, 0, 0, 0 };
    for (int k = 0; k < 20; k++) {
        int32_t a[MOST], b[MOST];
        STATE s = begun(k), t = s;
        how.temperature = 0.5 + 0.1 * k, how.top_k = k % 4, how.seed = (uint64_t)k / 2;
        check(GENERATE(&s, &how, 0, a) == MOST && GENERATE(&t, &how, 0, b) == MOST && !memcmp(a, b, sizeof a), "the same seed", k);
        for (int i = 0; i < MOST; i++)
            printf("%d%s", (int)a[i], i + 1 < MOST ? " " : "\n");
    }
}

int main(void)
{
    greedy_is_beam_of_one();
    if (CLASSES < 6)
        wide_beam_is_search();
    frequencies(0);
    frequencies(3);
    texts();
    return bad;
}
