/* tune_measure.c -- kernels against each other (--tune): wanted products -> a program of templates/tune.c with the calls that
 * emit_product.c would write, compiled with the flags of a trainer, run here -> figures.
 */
#include "files.h"
#include "lua_text.h"
#include "tune.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

typedef struct { Figure *figure; Pick pick; bool packing; } Measured;   /* which figure a line of the program's tells */

typedef struct {
    Arena *mem;
    Emit e;
    Text functions, kernels;
    Measured *measured;
    int n, cap;
    double unit;                    /* bytes of a number */
    bool blas;
} Program;

static long reach_of(const Product *q, int which)       /* numbers from the first to behind the last */
{
    Dim all[2 * MAX_RANK + 6] = { q->m, q->nn, q->k, q->fold };
    long n = 1;
    memcpy(all + 4, q->outer, (size_t)q->outers * sizeof *all);
    for (int i = 0; i < 4 + q->outers; i++)
        if (all[i].extent > 1)
            n += (all[i].extent - 1) * (which == 0 ? all[i].a : which == 1 ? all[i].b : all[i].c);
    return n;
}

/* a kernel of product number `product`, which reads and writes so much; one line of the program's */
static void add(Program *p, const Wanted *w, int product, const char *name, long a, long b, long c, double beside, Measured of)
{
    const double own = (double)(a + b + c) * p->unit;
    const int copies = beside > 2 * own ? (int)fmin(beside / own, 4096) : 1;
    const long line = 64;                               /* copies begin where arrays of a program would, and do not touch */
    put(&p->kernels, "{ name=\"%s\", product=%d, copies=%d, a=%ld, b=%ld, c=%ld, large=%d },\n", name, product, copies, (a + line) / line * line + line,
        (b + line) / line * line + line, (c + line) / line * line + line, !w->constant);
    p->measured = grow(p->mem, p->measured, p->n, &p->cap, sizeof of);
    p->measured[p->n++] = of;
}

static void add_pick(Program *p, const Wanted *w, int number, Pick pick, Figure *f)
{
    static Pack packed;
    Product q = w->q;
    const bool packs = pick == PICK_PANELS || pick == PICK_MATVEC;
    const long width = packs ? (q.nn.extent + 15) / 16 * 16 : 0, b = reach_of(&q, 1), c = reach_of(&q, 2);
    pick_as(&q, pick);
    q.pack = packs ? &packed : NULL;
    p->blas = p->blas || pick == PICK_BLAS;
    const char *name = format(p->mem, "product_%d_%s", number, pick == PICK_ANY ? "loops" : pick_name[pick]);
    put(&p->functions, "static void %s(const real *a, const real *b, real *c)\n{\n", name);
    emit_alone(&p->e, &q, c, &p->functions);
    put_text(&p->functions, "}\n\n");
    add(p, w, 2 * number, name, reach_of(&q, 0), packs ? width * q.k.extent : b, c, w->beside, (Measured){ f, pick, false });
    if (!packs)
        return;
    put(&p->functions, "static void pack_%d(const real *a, const real *b, real *c)\n{\n    (void)b;\n    %s(%d, %d, a, %ld, %ld, c);\n}\n\n",
        number, pick == PICK_PANELS ? "rt_pack" : "rt_pack_wide", q.nn.extent, q.k.extent, q.nn.b, q.k.b);
    add(p, w, 2 * number + 1, format(p->mem, "pack_%d", number), b, 1, width * q.k.extent, 0, (Measured){ f, pick, true });
}

/* Can programs be linked with OpenBLAS? */
static bool has_blas(Arena *mem)
{
    const char *test = "printf '#include <cblas.h>\\nint main(void) { cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1); "
                       "return 0; }\\n' | %s -x c - -o /dev/null -lopenblas 2>/dev/null";
    return system(format(mem, test, compiler())) == 0;
}

/* Nothing of ours is needed to read it but numbers: line i, as the program counts, and microseconds */
static void run_it(Program *p, const char *program)
{
    FILE *f = popen(format(p->mem, "OPENBLAS_NUM_THREADS=1 exec '%s'", program), "r");
    int i, n = 0;
    double us;
    while (f && fscanf(f, "%d %lf", &i, &us) == 2) {
        if (i < 0 || i >= p->n || !(us > 0))
            break;
        const Measured *x = &p->measured[i];
        *(x->packing ? &x->figure->packing[x->pick] : &x->figure->us[x->pick]) = us;
        x->figure->known[x->pick] = true, n++;
    }
    const int status = f ? pclose(f) : -1;
    if (status != 0 && WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127))
        err((Loc){ 0 }, "--tune: what '%s' compiles does not run on this machine; tune where the program will run, or leave --tune out", compiler());
    if (status != 0 || n != p->n)
        err((Loc){ 0 }, "--tune: %s measured %d of %d kernels (exit status %d)", program, n, p->n, WIFEXITED(status) ? WEXITSTATUS(status) : status);
}

static const char *compiled(Program *p, bool double_precision, bool verbose)
{
    Text data = { 0 }, text = { 0 };
    put(&data, "return { blas=%s, code=", p->blas ? "true" : "false");
    put_text(&p->e.products, p->functions.s);
    quote(&data, p->e.products.s);
    put(&data, ", kernels={\n%s} }", p->kernels.s);
    render(p->mem, "tune.c", data.s, &text);
    Source s[64] = { { "tune.c", text.s, text.n } };
    int n = 1;
    for (int i = 0; embedded[i].name; i++) {
        const char *name = embedded[i].name, *end = strrchr(name, '.');
        if (strncmp(name, "runtime/", 8) || strcmp(end, ".h"))
            continue;
        if (n == 64)
            DIE("too many headers");
        s[n++] = (Source){ name + 8, embedded[i].text, embedded[i].size };
    }
    const char *program = compile(p->mem, "tune", s, n, compile_flags(p->mem, double_precision), verbose);
    text_free(&data), text_free(&text);
    return program;
}

void tuning_measure(Tuning *t, bool double_precision, bool quiet, bool verbose)
{
    Program p = { .mem = t->mem, .e = { .prefix = "tune", .mem = t->mem }, .unit = double_precision ? 8 : 4 };
    const bool blas = has_blas(t->mem);
    for (int i = 0; i < t->wants; i++)
        new_figure(t, t->wanted[i].key);                /* the array no longer moves */
    for (int i = 0; i < t->wants; i++) {
        Figure *f = figure_of(t, t->wanted[i].key);
        for (int j = 0; j < PICKS; j++) {
            if (!t->wanted[i].pick[j])
                continue;
            if (j == PICK_BLAS && !blas)
                f->known[j] = true, f->us[j] = INFINITY;
            else
                add_pick(&p, &t->wanted[i], i, (Pick)j, f);
        }
    }
    if (!quiet)
        fprintf(stderr, "tuning: %d products, %d kernels, on this machine ...\n", t->wants, p.n);
    if (p.n)
        run_it(&p, compiled(&p, double_precision, verbose));
    t->wants = 0;
    text_free(&p.functions), text_free(&p.kernels), text_free(&p.e.products);
}
