/* lua_fuzz.c -- libFuzzer's target for descriptions: from the text, through the sandbox, the passes and the planner, to the
 * trainer's and the predictor's C. Whatever the text is, there is C or a sentence. Lines `--D NAME=VALUE` at its beginning are
 * definitions of the command line. Half of the mutations are of lines and words.
 */
#include "gen_kit.h"
#include "passes.h"

#include <ctype.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t n, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t most, unsigned seed);

static const char *text;
static size_t size;

static void defines(Model *m)
{
    const char *s = text, *end = text + size;
    for (const char *line; s + 4 < end && !memcmp(s, "--D ", 4) && (line = memchr(s, '\n', (size_t)(end - s))); s = line + 1) {
        const char *eq = memchr(s, '=', (size_t)(line - s));
        if (!eq || eq == s + 4 || memchr(s, 0, (size_t)(line - s)))
            return;
        Define *all = alloc(m->mem, (size_t)(m->defines + 1) * sizeof *all);
        if (m->defines)
            memcpy(all, m->define, (size_t)m->defines * sizeof *all);
        all[m->defines++] = (Define){ format(m->mem, "%.*s", (int)(eq - s - 4), s + 4), format(m->mem, "%.*s", (int)(line - eq - 1), eq + 1), false };
        m->define = all;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (!n)
        return 0;
    text = (const char *)bytes, size = n;
    file[0].path = "net.lua", file[0].s = bytes, file[0].n = n;
    if (!setjmp(away)) {
        Arena *mem = arena_new();
        Model *m = alloc(mem, sizeof *m);
        m->mem = mem, m->file = "net.lua";
        Options o = { .command = "inspect", .seed = 1, .rtol = 1e-5, .check = true, .quiet = true };
        defines(m);
        Graph *g = read_model(m);
        check(g, "read");
        double numbers = 0, steps = 1;
        for (int i = 0; i < m->leaves; i++) {
            double all = 1;
            for (int k = 0; k < m->leaf[i]->type.shape.rank; k++)
                all *= m->leaf[i]->type.shape.dim[k];
            numbers += all;
        }
        for (const Axis *a = m->axes; a; a = a->next)
            steps *= a->steps > 1 ? a->steps : 1;
        if (g->n < 2000 && numbers < 1e6 && steps * m->batch < 1e7) {   /* time goes with it: nothing to be found */
            cmd_inspect(m, g, &o);
            Text t = { 0 };
            trainer_text(m, g, &o, FOR_GRADIENT, &t);
        }
    }
    give_back();
    return 0;
}

/* ---- mutations of words and lines ---- */

static unsigned dice;
static unsigned draw(unsigned n) { return n ? (dice = dice * 1664525u + 1013904223u) / 65536 % n : 0; }

static size_t replace(uint8_t *data, size_t n, size_t most, size_t at, size_t old, const char *with, size_t len)
{
    if (n - old + len > most)
        return n;
    memmove(data + at + len, data + at + old, n - at - old);
    memcpy(data + at, with, len);
    return n - old + len;
}

static int is_word(uint8_t c) { return isalnum(c) || c == '_' || c == '.'; }

/* the word that ends or begins near a place */
static size_t word_at(const uint8_t *data, size_t n, size_t at, size_t *len)
{
    while (at < n && !is_word(data[at]))
        at++;
    while (at > 0 && is_word(data[at - 1]))
        at--;
    for (*len = 0; at + *len < n && is_word(data[at + *len]);)
        ++*len;
    return at;
}

static size_t line_at(const uint8_t *data, size_t n, size_t at, size_t *len)
{
    while (at > 0 && data[at - 1] != '\n')
        at--;
    for (*len = 0; at + *len < n && data[at + *len] != '\n';)
        ++*len;
    *len += at + *len < n;
    return at;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t most, unsigned seed)
{
    static const char *const hostile[] = { "0", "-1", "1", "2", "3", "1e308", "2^31", "2^53", "0/0", "-1/0", "1.5", "'x'", "nil", "{}", "true", "16777216",
        "nn.tanh", "function() end", "x", "h", "{ 1, 2 }", "nn", "nn.last", "''", "('x'):rep(99)", "nn.real(3)", "nn.class(3)", "nn.axis('q', 2)" };
    dice = seed;
    size_t len, from_len;
    const size_t at = draw((unsigned)n + 1);
    const char *with = hostile[draw(sizeof hostile / sizeof *hostile)];
    char copy[400];
    if (n < 4)
        return LLVMFuzzerMutate(data, n, most);
    switch (draw(8)) {
    case 0: case 1: {                                        /* a word becomes something else */
        size_t w = word_at(data, n, at, &len);
        return replace(data, n, most, w, len, with, strlen(with));
    }
    case 2: case 3: {                                        /* or another word */
        size_t from = word_at(data, n, draw((unsigned)n), &from_len), w = word_at(data, n, at, &len);
        from_len = from_len < sizeof copy ? from_len : sizeof copy;
        memcpy(copy, data + from, from_len);
        return replace(data, n, most, w, len, copy, from_len);
    }
    case 4: {                                                /* a line again, somewhere else, or gone */
        size_t from = line_at(data, n, draw((unsigned)n), &from_len), w = line_at(data, n, at, &len);
        from_len = from_len < sizeof copy ? from_len : sizeof copy;
        memcpy(copy, data + from, from_len);
        return draw(2) ? replace(data, n, most, w, 0, copy, from_len) : replace(data, n, most, w, len, "", 0);
    }
    default:
        return LLVMFuzzerMutate(data, n, most);
    }
}
