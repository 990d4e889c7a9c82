/* command_fuzz.c -- libFuzzer's target for what rnnc takes beside a description: recorded numbers (`rnnc verify --golden`, `rnnc
 * golden --from`), trained weights with what travels with them (definitions, vocabularies, means), and the words of a command
 * line. The first byte says which network of data.lua, the second which of the three; the rest is the file, or the words with
 * an end of line after each. Whatever it is, there is a sentence; or ids are of classes, lengths within their axis, and
 * what the command does is done.
 */
#include "eval.h"
#include "gen_kit.h"
#include "golden.h"
#include "passes.h"

static const char *const kinds[] = { "char", "series", "rows", "labelled", "tagged", "pairs", "npy" };
enum { KINDS = sizeof kinds / sizeof *kinds };

static uint8_t description[20000];

static void recorded(Model *m, Graph *g)
{
    char error[512] = "";
    rt_tensors *t = rt_tensors_open("g.safetensors", error, sizeof error);
    if (!t) {
        if (!*error)
            abort();
        return;
    }
    const int batch = golden_batch(t, m, "g.safetensors");
    golden_results(t, reference_graph(g), "g.safetensors", m->mem);
    Env *env = golden_env(m->mem, t, m, batch, "g.safetensors", NULL);
    int k = 0;
    for (Axis *a = m->axes; a; a = a->next, k++)
        for (int b = 0; a->ragged && !a->parent && b < batch; b++)
            if (env->length[k][b] < 0 || env->length[k][b] > a->steps)
                abort();
    if (batch < 1 || batch > 1000000)
        abort();
    Eval *e = eval_new(g, env);                              /* ids that no class has would be read past arrays */
    for (int i = 0; i < g->roots; i++) {
        size_t n;
        eval(e, g->root[i].node, &n);
    }
    eval_free(e);
}

int cmd_import(Model *m, const Options *o) { return (void)m, (void)o, 0; }   /* onnx_fuzz.c */
int rnnc_main(int argc, char **argv);

static void command_line(const uint8_t *bytes, size_t n)
{
    static char room[4000], *argv[64];
    static const char *const may[] = { "inspect", "predictor", "trainer", "golden", "--help", "--passes" };   /* others run programs */
    int argc = 1;
    n = n < sizeof room - 1 ? n : sizeof room - 1;
    memcpy(room, bytes, n);
    room[n] = 0;
    argv[0] = "rnnc";
    for (char *s = room, *end; s < room + n && argc < 63; s = end + 1, argc++) {
        argv[argc] = s;
        if (!(end = memchr(s, '\n', (size_t)(room + n - s))))
            end = room + n;
        *end = 0;
    }
    argv[argc] = NULL;
    for (size_t i = 0; argc > 1 && i < sizeof may / sizeof *may; i++)
        if (!strcmp(argv[1], may[i]))
            rnnc_main(argc, argv);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (!file[0].path) {
        FILE *f = fopen(DESCRIPTION, "rb");
        file[0].path = "net.lua", file[0].s = description, file[0].n = f ? fread(description, 1, sizeof description, f) : 0;
        if (f)
            fclose(f);
    }
    if (n < 2)
        return 0;
    file[1].path = "g.safetensors", file[1].s = bytes + 2, file[1].n = n - 2;
    if (setjmp(away))
        ;
    else if (bytes[1] % 3 == 2)
        command_line(bytes + 2, n - 2);
    else {
        Arena *mem = arena_new();
        Model *m = alloc(mem, sizeof *m);
        Define kind = { "kind", kinds[bytes[0] % KINDS], false };
        m->mem = mem, m->file = "net.lua", m->define = &kind, m->defines = 1;
        Options o = { .command = "predictor", .seed = 1, .rtol = 1e-5, .check = true, .quiet = true, .no_dispatch = true };
        o.weights = bytes[1] % 3 ? "g.safetensors" : NULL;
        recall(m, &o);
        Graph *g = read_model(m);
        if (bytes[1] % 3)
            cmd_predictor(m, g, &o);                         /* up to the first file that it writes */
        else
            recorded(m, g);
    }
    give_back();
    return 0;
}
