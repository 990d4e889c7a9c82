/* rt_data_text.c -- text as a row of class ids. Takes a file, or the description's own text, as bytes or as UTF-8
 * code points; gives ids and the vocabulary, which travels with the weights as metadata: "vocabulary", the code
 * points by class (-1: everything else), and "classes". No normalisation, no trimming.
 */
#include "rt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CODES = 0x110000 };

int rt_file_read(const char *path, unsigned char **bytes, size_t *n, rt_error *e)
{
    FILE *f = strcmp(path, "-") ? fopen(path, "rb") : stdin;
    if (!f)
        return rt_fail(e, "%s: %s", path, strerror(errno));
    size_t room = 1 << 16;
    unsigned char *b = malloc(room);
    *n = 0;
    while (b) {
        *n += fread(b + *n, 1, room - *n, f);
        if (*n < room)
            break;
        unsigned char *grown = realloc(b, room *= 2);
        if (!grown)
            free(b);
        b = grown;
    }
    int wrong = ferror(f) ? errno : 0;
    if (f != stdin)
        fclose(f);
    if (!b || wrong) {
        free(b);
        return rt_fail(e, "%s: %s", path, wrong ? strerror(wrong) : "out of memory");
    }
    *bytes = b;
    return 0;
}

uint64_t rt_digest(uint64_t h, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    h ^= n;
    while (n) {
        uint64_t w = 0;
        size_t k = n < 8 ? n : 8;
        memcpy(&w, p, k);
        h = (h ^ w) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 29;
        p += k, n -= k;
    }
    return h;
}

int rt_text_decode(const unsigned char *s, size_t left, int32_t *code)
{
    if (s[0] < 0x80)
        return *code = s[0], 1;
    int n = s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3 : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;
    if (!n || (size_t)n > left)
        return 0;
    int32_t c = s[0] & (0x7f >> n);
    for (int i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 63);
    }
    *code = c;
    return (n == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) || (n == 4 && (c < 0x10000 || c > 0x10ffff)) ? 0
        : n;
}

int rt_text_class(const rt_data *d, int32_t code)
{
    for (int i = 0; i < d->codes; i++)
        if (d->code[i] == code)
            return i;
    return d->unknown;
}

void rt_text_put(const rt_data *d, int id, FILE *to)
{
    int32_t c = id >= 0 && id < d->codes ? d->code[id] : -1;
    if (!d->spec->chars)
        fputc(c < 0 ? '?' : c, to);
    else if (c < 0)
        fputs("\xef\xbf\xbd", to);                           /* U+FFFD: whatever the vocabulary does not hold */
    else if (c < 0x80)
        fputc(c, to);
    else if (c < 0x800)
        fputc(0xc0 | c >> 6, to), fputc(0x80 | (c & 63), to);
    else if (c < 0x10000)
        fputc(0xe0 | c >> 12, to), fputc(0x80 | (c >> 6 & 63), to), fputc(0x80 | (c & 63), to);
    else
        fputc(0xf0 | c >> 18, to), fputc(0x80 | (c >> 12 & 63), to), fputc(0x80 | (c >> 6 & 63), to),
        fputc(0x80 | (c & 63), to);
}

/* behind what d->symbol holds already: code points, not yet classes */
static int decode(rt_data *d, const char *path, const unsigned char *s, size_t n, rt_error *e)
{
    size_t line = 1;
    int32_t *grown = realloc(d->symbol, (d->rows + n + 1) * sizeof *grown);
    if (!grown)
        return rt_fail(e, "%s: out of memory", path);
    d->symbol = grown;
    for (size_t i = 0; i < n;) {
        int32_t c = s[i];
        int k = d->spec->chars ? rt_text_decode(s + i, n - i, &c) : 1;
        if (!k)
            return rt_fail(e,
                           "%s:%zu: byte %zu of the file (0x%02x) is not UTF-8; convert the file, or describe "
                           "the data by bytes: nn.text { unit = \"byte\" } with 256 classes", path, line, i,
                               s[i]);
        line += c == '\n';
        d->symbol[d->rows++] = c;
        i += (size_t)k;
    }
    return 0;
}

static int new_vocabulary(rt_data *d, const size_t *count, rt_error *e)
{
    int distinct = 0;
    for (int c = 0; c < CODES; c++)
        distinct += count[c] > 0;
    int keep = distinct <= d->classes ? distinct : d->classes - 1;
    /* kept: all above `least`, and `same` of those at it */
    size_t least = 0, same = 0;
    if (keep < distinct) {
        for (size_t more = SIZE_MAX; more > (size_t)keep;) { /* the smallest count that few enough exceed */
            size_t next = SIZE_MAX;
            for (int c = 0; c < CODES; c++)
                if (count[c] > least && count[c] < next)
                    next = count[c];
            least = next;
            more = 0;
            for (int c = 0; c < CODES; c++)
                more += count[c] > least;
            same = (size_t)keep - more;
        }
    }
    d->code = malloc(((size_t)keep + 1) * sizeof *d->code);
    if (!d->code)
        return rt_fail(e, "%s: out of memory", d->path);
    size_t all = 0, lost = 0;
    for (int c = 0; c < CODES; c++) {
        all += count[c];
        if (count[c] > least || (count[c] && count[c] == least && same && same--))
            d->code[d->codes++] = c;
        else
            lost += count[c];
    }
    d->unknown = d->codes < d->classes ? d->codes : -1;
    if (lost)
        snprintf(d->note, sizeof d->note,
                 "%s: %d distinct characters, %d classes: the %d most frequent are kept, the others "
                 "(%.3g %% of the text) become one unknown", d->path, distinct, d->classes, d->codes,
                 100.0 * (double)lost / (double)all);
    return 0;
}

int rt_data_vocabulary(rt_data *d, const rt_model *m, const rt_tensors *known, rt_error *e)
{
    const rt_port *into = m->data.into ? rt_find_port(m->step ? m->step : m->loss, RT_INPUT, m->data.into) : NULL;
    d->spec = &m->data;
    d->classes = into ? into->classes : 0;
    d->unknown = -1;
    if (!m->data.chars) {
        if (d->classes != 256)
            return rt_fail(e, "text of bytes has 256 classes; input %s has %d", m->data.into, d->classes);
        d->code = malloc(256 * sizeof *d->code);
        if (!d->code)
            return rt_fail(e, "out of memory");
        for (d->codes = 0; d->codes < 256; d->codes++)
            d->code[d->codes] = d->codes;
        return 0;
    }
    const char *text = known ? rt_tensors_meta(known, "vocabulary") : NULL;
    if (!text)
        return 0;
    d->code = malloc(((size_t)d->classes + 1) * sizeof *d->code);
    if (!d->code)
        return rt_fail(e, "out of memory");
    char *end;
    for (const char *s = text; ; s = end) {
        long c = strtol(s, &end, 10);
        if (end == s)
            break;
        if (d->codes == d->classes)
            return rt_fail(e, "the vocabulary of the weights has more than the %d classes of input %s", d->classes,
                           m->data.into);
        if (c < -1 || c >= CODES)
            return rt_fail(e, "the vocabulary of the weights holds %ld, which is no code point", c);
        if (c < 0)
            d->unknown = d->codes;
        d->code[d->codes++] = (int32_t)c;
    }
    if (*end || !d->codes)
        return rt_fail(e, "the vocabulary of the weights is not a row of code points, at \"%.20s\"", end);
    if (d->unknown < 0 && d->codes < d->classes)
        d->unknown = d->codes;
    return 0;
}

/* one text more; path m->source: the description's own */
static int add_text(rt_data *d, const rt_model *m, const char *path, rt_error *e)
{
    unsigned char *bytes = NULL;
    size_t n = 0;
    int bad;
    if (path == m->source) {
        n = strlen(m->data.text);
        bytes = (unsigned char *)strdup(m->data.text);
        bad = bytes ? 0 : rt_fail(e, "out of memory");
    } else
        bad = rt_file_read(path, &bytes, &n, e);
    bad = bad || decode(d, path, bytes, n, e);
    d->digest = bad ? 0 : rt_digest(d->digest, bytes, n);
    free(bytes);
    return bad ? -1 : 0;
}

int rt_text_read(rt_data *d, const rt_model *m, const char *valid_path, const rt_tensors *known, rt_error *e)
{
    size_t *count = calloc(CODES, sizeof *count), strange = 0;
    int32_t *class_of = malloc(CODES * sizeof *class_of), first = 0;
    int bad = !count || !class_of ? rt_fail(e, "out of memory") : 0;
    bad = bad || add_text(d, m, d->path, e);
    const size_t own = d->rows;                              /* what follows is another file, which gives no symbols */
    bad = bad || (valid_path && add_text(d, m, valid_path, e)) || rt_data_vocabulary(d, m, known, e);
    d->train = own;
    for (size_t i = 0; !bad && i < own; i++)
        count[d->symbol[i]]++;
    if (!bad && d->classes < 1)
        bad = rt_fail(e, "text needs an input of class ids; %s is none", m->data.into);
    if (!bad && !d->code)
        bad = new_vocabulary(d, count, e);
    for (int c = 0; !bad && c < CODES; c++)
        class_of[c] = -1;
    for (int i = 0; !bad && i < d->codes; i++)
        if (d->code[i] >= 0)
            class_of[d->code[i]] = i;
    for (size_t i = 0; !bad && i < d->rows; i++) {
        int32_t c = d->symbol[i], id = class_of[c];
        if (id < 0 && d->unknown < 0)
            bad = rt_fail(e,
                          "%s: U+%04X, symbol %zu of the file, is not in the vocabulary of the %s, which "
                          "has no class for unknown ones", i < own ? d->path : valid_path, (unsigned)c, i < own ? i : i - own,
                          known ? "weights" : "training text");
        strange += id < 0, first = strange == 1 && id < 0 ? c : first;
        d->symbol[i] = id < 0 ? d->unknown : id;
    }
    if (!bad && strange && !d->note[0])
        snprintf(d->note, sizeof d->note,
                 "%s: %zu characters are not in the vocabulary of the %s (the first is U+%04X); "
                 "they become the unknown one", valid_path && !known ? valid_path : d->path, strange, known ? "weights" : "training text",
                 (unsigned)first);
    free(count), free(class_of);
    return bad ? -1 : 0;
}
